"""``gbsmart case``: a dispute from the command line, on a data folder whose system does not run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gbsmart import accounts
from gbsmart.accounts import Account, Capacity
from gbsmart.assembly import Settings
from gbsmart.assembly.data_folder import opened
from gbsmart.assembly.kept_clock import keep, now_in
from gbsmart.cli.app import run
from gbsmart.ground import SystemClock
from gbsmart.procedures import Field, Kind
from gbsmart.procedures.fields import read_given
from gbsmart.procedures.printing import cases_text

PEOPLE = {
    "sue": ("party:SUP1",), "tom": ("party:SUP2",), "judge": ("arbitrator",),
    "two": ("party:SUP1", "party:SUP2"), "gone": ("party:SUP1",),
}  # fmt: skip
DISPUTE = ("title=An invoice", "respondent=SUP2", "matter=charges", "facts=Too high.")


class Cases:
    """``gbsmart case`` on one data folder; what it prints as JSON, or as text."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._printed = capsys

    def __call__(self, *arguments: str, fails: bool = False) -> Any:
        return json.loads(self.text(*arguments, "--json", fails=fails))

    def text(self, *arguments: str, fails: bool = False) -> str:
        code = run(["case", *arguments, "--data", str(self.folder)])
        out, self.errors = self._printed.readouterr()
        assert (code != 0) is fails, self.errors or out
        return out or self.errors


@pytest.fixture
def cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cases:
    folder = tmp_path / "data"
    at = datetime(2024, 1, 1, tzinfo=UTC)
    with opened(folder, None, "accounts", make=True) as store, store.transaction() as connection:
        for name, held in PEOPLE.items():
            new = Account(name, name.title(), frozenset(map(Capacity.parse, held)))
            accounts.add_account(connection, new, None, at=at, by="test")
        accounts.close(connection, "gone", at=at, by="test")
    return Cases(folder, capsys)


def opened_by(cases: Cases, who: str = "sue", *more: str, **options: Any) -> Any:
    return cases("open", "dispute", *DISPUTE, "--as", who, "--at", "2024-01-08T10:00", *more, **options)


def test_a_case_of_a_procedure_that_is_not_declared_any_more_is_shown(cases: Cases) -> None:
    reference = opened_by(cases)["reference"]
    with opened(cases.folder, None, "procedures") as store, store.transaction() as connection:
        connection.exec_driver_sql("UPDATE sec_case SET procedure = 'quarrel'")
    shown = cases.text("show", reference)
    assert f"{reference} is of the procedure 'quarrel', which this release does not know" in shown
    assert "by sue as party:SUP1" in shown
    assert cases("show", reference)["known"] is False
    assert "can do nothing" in cases.text("do", reference, "--as", "tom")
    refused = cases("do", reference, "negotiate", "negotiators=Tom", "--as", "tom", fails=True)
    assert refused["error"]["kind"] == "Refused"
    assert "what a deadline brings about failed" in cases.errors, "the log is not among what is printed"


def test_a_case_is_opened_told_and_acted_in(cases: Cases) -> None:
    whole = opened_by(cases)
    reference = whole["reference"]
    assert (whole["state"], whole["ledger"][0]["actor"]) == (
        "notified", {"account": "sue", "capacity": "party:SUP1"},
    )  # fmt: skip
    assert whole["opened_at"] == "2024-01-08T10:00:00Z"
    assert [each["reference"] for each in cases("list", "--state", "notified")["cases"]] == [reference]
    assert cases("list", "--as", "judge")["cases"] == []
    assert [each["whom"] for each in cases("due")["due"]] == ["party:SUP2"]
    assert cases("due", "--whom", "party:SUP1")["due"] == []
    can = [each["name"] for each in cases("do", reference, "--as", "tom")["possible"]]
    assert "negotiate" in can
    told = cases.text("do", reference, "--as", "tom")
    assert "negotiators=  Who negotiates" in told
    acted = cases(
        "do", reference, "negotiate", "negotiators=Tom", "negotiators=Sue", "--as", "tom",
        "--at", "2024-01-09",
    )  # fmt: skip
    assert acted["state"] == "negotiating"
    assert acted["ledger"][-1]["given"] == {"negotiators": ["Tom", "Sue"]}
    shown = cases.text("show", reference, "--as", "sue")
    assert f"{reference}  An invoice" in shown
    assert "by tom as party:SUP2 -> negotiating" in shown


def test_documents_and_long_texts_come_from_files(cases: Cases, tmp_path: Path) -> None:
    paper, facts = tmp_path / "invoice.pdf", tmp_path / "facts.txt"
    paper.write_bytes(b"%PDF")
    facts.write_text("Two lines\nof facts.")
    given = [*DISPUTE[:-1], f"facts=@{facts}"]
    whole = cases(
        "open", "dispute", *given, "--as", "sue", "--document", f"Invoice={paper}",
        "--confidential", f"Costs={facts}",
    )  # fmt: skip
    assert whole["data"]["facts"] == "Two lines\nof facts."
    assert [(each["kind"], each["media_type"], each["confidential"]) for each in whole["documents"]] == [
        ("Invoice", "application/pdf", False), ("Costs", "text/plain", True),
    ]  # fmt: skip
    assert "1  Invoice: Invoice (invoice.pdf)" in cases.text("show", whole["reference"])
    assert cases("show", whole["reference"])["withheld"] == 1


def test_what_has_fallen_due_happens_before_the_next_act(cases: Cases) -> None:
    reference = opened_by(cases)["reference"]
    cases("do", reference, "negotiate", "negotiators=Tom", "--as", "tom", "--at", "2024-01-09")
    late = cases("do", reference, "offer", "terms=Half.", "--as", "tom", "--at", "2024-06-03", fails=False)
    assert [each["act"] for each in late["ledger"]][-2:] == ["refer", "offer"]
    assert late["ledger"][-2]["at"] == "2024-02-07T00:00:00Z"


def test_what_is_due_is_told_with_what_is_overdue_and_where_nothing_is(cases: Cases) -> None:
    reference = opened_by(cases)["reference"]
    assert "by the end of Mon 15 Jan 2024" in cases.text("due", "--whom", "party:SUP2")
    assert cases.text("due", "--whom", "party:SUP1") == "Nothing is due.\n"
    assert cases.text("list", "--state", "decided") == "There is no such case.\n"
    cases("open", "dispute", *DISPUTE, "--as", "sue", "--at", "2024-02-01")
    assert cases("due")["overdue"][0]["case"] == reference
    assert cases.text("due").startswith("DIS001      Negotiators named                   party:SUP2")
    assert "overdue: by the end of Mon 15 Jan 2024" in cases.text("due")


def test_columns_do_not_run_together(cases: Cases) -> None:
    line = dict.fromkeys(("reference", "state", "title"), "x") | {"subject": "small-supplier-2"}
    assert list(cases_text([line])) == ["x           x                       small-supplier-2  x"]


def test_a_moment_without_a_zone_is_of_londons_clocks() -> None:
    when = Field("held_at", "When", Kind.MOMENT)
    assert read_given([when], {"held_at": "2024-07-01T10:00"}) == {"held_at": "2024-07-01T09:00:00+00:00"}
    assert read_given([when], {"held_at": "2024-07-01T10:00Z"}) == {"held_at": "2024-07-01T10:00:00+00:00"}


def test_refusals_say_what_is_wrong(cases: Cases, tmp_path: Path) -> None:
    reference = opened_by(cases)["reference"]
    for arguments, kind, field in (
        (("do", reference, "negotiate", "negotiators=Tom", "--as", "judge"), "NotEntitled", None),
        (("do", reference, "negotiate", "--as", "tom"), "InvalidValue", "negotiators"),
        (("do", reference, "negotiate", "Tom", "--as", "tom"), "InvalidValue", "Tom"),
        (("do", reference, "decide", "--as", "judge", "--reason", "x"), "Refused", None),
        (("do", "DIS999", "offer", "--as", "tom"), "NotFound", None),
        (("do", reference, "offer", "terms=x", "--as", "gone"), "InvalidValue", "as"),
        (("do", reference, "offer", "terms=x", "--as", "who"), "NotFound", None),
        (("do", reference, "offer", f"terms=@{tmp_path}/no", "--as", "tom"), "NotFound", None),
        (("do", reference, "offer", "terms=x", "--as", "tom", "--at", "2023-01-01"), "InvalidValue", "at"),
        (
            ("do", reference, "offer", "terms=x", "--as", "tom", "--document", "x"),
            "InvalidValue",
            "document",
        ),
        (("open", "picnic", "--as", "sue"), "NotFound", None),
        (("vote", reference, "lunch", "approve", "--as", "sue"), "NotFound", None),
        (("list", "--procedure", "picnic"), "NotFound", None),
    ):
        error = cases(*arguments, fails=True)["error"]
        assert (error["kind"], error.get("field")) == (kind, field), arguments


def test_who_holds_several_capacities_says_in_which(cases: Cases) -> None:
    given = [each.replace("SUP2", "NET1") for each in DISPUTE]
    opened = cases("open", "dispute", *given, "--as", "two", "--capacity", "party:SUP2")
    assert opened["opener"] == "SUP2"


def test_the_procedures_are_told_without_a_system(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["case", "procedures", "--json"]) == 0
    names = [each["name"] for each in json.loads(capsys.readouterr().out)["procedures"]]
    assert "dispute" in names
    assert run(["case", "procedures", "dispute"]) == 0
    told = capsys.readouterr().out
    assert "due: Negotiators named, from party concerned, within 5 Working Days" in told
    assert run(["case", "procedures", "modification-proposal"]) == 0
    told = capsys.readouterr().out
    assert "due: Made, from code-administrator, on the date of implementation date" in told
    assert "urgent_sought=  Is it urgent? (yes or no, optional)" in told
    assert "(a) Smart metering systems are provided" in told, "what the letters mean is said"


def test_a_folder_without_a_system_has_no_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["case", "list", "--data", str(tmp_path / "none")]) == 1
    assert "there is no system" in capsys.readouterr().err


def test_a_command_goes_by_the_clock_of_a_system_that_was_taken_ahead(cases: Cases) -> None:
    clock = SystemClock()
    clock.advance(days=60)
    keep(Settings(data=cases.folder), clock)
    opened_at = datetime.fromisoformat(cases("open", "dispute", *DISPUTE, "--as", "sue")["opened_at"])
    assert timedelta(days=59) < opened_at - datetime.now(UTC) < timedelta(days=61)
    assert timedelta(days=59) < now_in(cases.folder) - datetime.now(UTC) < timedelta(days=61)
