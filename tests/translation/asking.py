"""Requests as tests ask them, and what their messages say when they are read again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gbsmart.duis import Request, RequestId
from gbsmart.gbcs import codec
from gbsmart.ground import NOW, Eui64
from gbsmart.translation import Facts, Translation, transform

ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
COS = Eui64.parse("90-B3-D5-1F-30-00-00-04")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
METER = Eui64.parse("00-DB-12-34-56-78-90-A0")
OTHER = Eui64.parse("00-DB-12-34-56-78-90-A1")


def asked(variant: str, device_type: str, body: Mapping[str, Any], **facts: Any) -> Translation:
    """What a request with this body becomes, at once unless the body says when."""
    known = Facts(datetime(2026, 1, 1, tzinfo=UTC), ACB, device_type, cos=COS, **facts)
    values = {"execution_date_time": NOW, **body}
    return transform(Request(RequestId(SUPPLIER, METER, 1000), 1, variant, values), known)


def said(translation: Translation) -> dict[str, Any]:
    """The values of its message, as a device reads them."""
    reading = codec.read(translation.message(None if translation.known else 5000))
    assert reading is not None
    return dict(reading.values)
