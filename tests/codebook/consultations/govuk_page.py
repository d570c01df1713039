"""A consultation as gov.uk's content API gives it: the shape is theirs, the consultation is made up."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

ID = "5f1d0a52-7631-11e4-a3cb-005056011aef"
_ASSETS = "https://assets.publishing.service.gov.uk/media/5a7"

_PAGE: dict[str, Any] = {
    "content_id": ID,
    "base_path": "/government/consultations/new-meters-in-lighthouses",
    "title": "New meters in lighthouses",
    "description": "Whether lighthouses get meters of their own.",
    "schema_name": "consultation",
    "document_type": "open_consultation",
    "first_published_at": "2015-01-12T09:30:00.000+00:00",
    "public_updated_at": "2015-01-12T09:30:00.000+00:00",
    "details": {
        "body": '<div class="govspeak"><p>We ask about <a href="javascript:alert(1)">meters</a>.</p>'
        "<script>alert(2)</script><ul><li>on rocks</li><li>on piers</li></ul></div>",
        "opening_date": "2015-01-12T09:30:00.000+00:00",
        "closing_date": "2015-06-30T23:45:00.000+01:00",
        "ways_to_respond": {"email": "lights@example.org"},
        "featured_attachments": ["ask.pdf", "annex-c.pdf"],
        "attachments": [
            {
                "attachment_type": "file", "id": "ask.pdf",
                "title": "Consultation on new meters in lighthouses",
                "url": f"{_ASSETS}/ask.pdf", "filename": "ask.pdf", "content_type": "application/pdf",
                "file_size": 1000, "number_of_pages": 12,
            },
            {
                "attachment_type": "file", "id": "annex-c.pdf",
                "title": "Annex C: draft legal text (change marked)",
                "url": f"{_ASSETS}/annex-c.pdf", "filename": "annex-c.pdf", "content_type": "application/pdf",
            },
        ],
        "change_history": [{"public_timestamp": "2015-01-12T09:30:00.000+00:00", "note": "First published."}],
    },
    "links": {
        "organisations": [
            {"title": "Department of Lights", "base_path": "/government/organisations/lights"},
        ],
    },
}  # fmt: skip


def opened() -> dict[str, Any]:
    """As it was opened."""
    return deepcopy(_PAGE)


def concluded() -> dict[str, Any]:
    """As it was once the outcome was published: an annex gone, a response and bundles new."""
    page = deepcopy(_PAGE)
    page["document_type"] = "consultation_outcome"
    page["public_updated_at"] = "2015-12-01T10:00:00.000+00:00"
    details = page["details"]
    details["final_outcome_detail"] = "<p>Lighthouses get meters.</p>"
    details["final_outcome_publication_date"] = "2015-12-01T10:00:00.000+00:00"
    details["final_outcome_attachments"] = ["answer.pdf"]
    details["public_feedback_attachments"] = ["b-e.zip"]
    details["attachments"][0]["title"] = "Consultation on new meters in lighthouses (revised)"
    del details["attachments"][1]
    details["attachments"] += [
        {"attachment_type": "file", "id": "answer.pdf", "title": "Lighthouses: what we do",
         "url": f"{_ASSETS}/answer.pdf", "content_type": "application/pdf"},
        {"attachment_type": "file", "id": "b-e.zip", "title": "B-E responses", "url": f"{_ASSETS}/b-e.zip",
         "content_type": "application/zip"},
    ]  # fmt: skip
    details["change_history"].insert(
        0, {"public_timestamp": "2015-12-01T10:00:00.000+00:00", "note": "Outcome published."}
    )
    return page


def of_2015() -> dict[str, Any]:
    """The older shape, in which documents are pieces of HTML."""
    page = deepcopy(_PAGE)
    details = page["details"]
    del details["attachments"], details["featured_attachments"]
    details["documents"] = [
        (
            '<section class="attachment embedded" id="attachment_1"><div class="attachment-thumb">'
            '<a aria-hidden="true" href="/government/uploads/system/uploads/attachment_data/file/1/ask.pdf">'
            '<img alt="" src="x.png"></a></div><div class="attachment-details"><h2 class="title">'
            '<a href="/government/uploads/system/uploads/attachment_data/file/1/ask.pdf">Addendum to the'
            " consultation</a></h2></div></section>"
        )
    ]
    return page
