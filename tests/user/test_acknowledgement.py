"""Where a request goes. (What is no acknowledgement of it is refused in ``test_requests``.)"""

from __future__ import annotations

import pytest

from gbsmart.duis import Request, RequestId, WebService
from gbsmart.ground import NOW, InvalidValue
from gbsmart.user.acknowledgement import web_service_of

from .dcc import ESME, SUPPLIER


def reading(command_variant: int) -> Request:
    return Request(RequestId(SUPPLIER, ESME, 1), command_variant, "4.1.1", {"execution_date_time": NOW})


def test_the_command_variant_decides_which_service_takes_a_request() -> None:
    assert web_service_of(reading(1)) is WebService.SEND_COMMAND
    assert web_service_of(reading(2)) is WebService.NON_DEVICE
    with pytest.raises(InvalidValue, match=r"4\.1\.1 is not sent as Command Variant 4") as refused:
        web_service_of(reading(4))
    assert refused.value.response_code == "E12"
