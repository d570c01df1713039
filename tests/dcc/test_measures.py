"""What is counted: by labels of which there are few, whatever is sent."""

from __future__ import annotations

import pytest

from gbsmart.dcc import admission
from gbsmart.dcc.measures import Measures
from gbsmart.duis import WebService
from gbsmart.ground import MalformedMessage


def test_a_document_that_cannot_be_read_names_no_code() -> None:
    """What is wrong with it repeats what it says; anybody may send it, as often as he likes."""
    sent = '<Request xmlns="ResponseCode&gt;ZZ99&lt;"/>'
    with pytest.raises(MalformedMessage, match="ResponseCode>ZZ99<") as wrong:
        admission.read(sent.encode(), WebService.SEND_COMMAND)
    measures = Measures()
    measures.request("send-command", 400, str(wrong.value).encode())
    counted = {"service": "send-command", "variant": "", "code": "400"}
    assert measures.registry.get_sample_value("gbsmart_requests_total", counted) == 1
