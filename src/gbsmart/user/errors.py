"""What can go wrong between a User and its device, each with the fact needed to act on it.

A request can be refused by the DCC, fail on its way, be refused by the device, or stay unanswered. Only
the last leaves the outcome unknown: then the device is read back before a critical change is repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gbsmart.ground import Blame, GbsmartError

if TYPE_CHECKING:
    from gbsmart.duis import RequestId
    from gbsmart.gbcs.form import Outcome
    from gbsmart.translation import Difference
    from gbsmart.user.opening import Opened


def _meaning(code: str) -> tuple[str, bool, str]:
    """The meaning of a response code, whether it is assumed, and what the User does about it."""
    from gbsmart.duis import response_codes

    known = response_codes().get(code)
    return (known.meaning or known.name, known.assumed, known.action) if known else ("", True, "")


def _sentence(text: str) -> str:
    text = text.strip()
    return f"{text[0].upper()}{text[1:].rstrip('.')}." if text else ""


class Refused(GbsmartError):
    """The DCC refused the request in its acknowledgement: nothing was sent to the device.

    ``response_code`` is the DUIS code (``"E2"``) and ``meaning`` what the code stands for; ``assumed``
    says that no source confirms the meaning.
    """

    def __init__(self, request_id: RequestId, code: str) -> None:
        meaning, assumed, action = _meaning(code)
        shown = f"{meaning} (assumed meaning)" if meaning and assumed else meaning
        super().__init__(
            f"The DCC refused request {request_id} with {code}{f': {shown}' if shown else ''}.",
            remedy=_sentence(action),
            response_code=code,
        )
        self.request_id = request_id
        self.meaning = meaning
        self.assumed = assumed


class RequestFailed(GbsmartError):
    """A request that was acknowledged failed later: the DCC said so in one DCC Alert.

    ``alert_code`` is the alert (``"N12"``), ``response_code`` the code in its header (``"E20"``).
    """

    blame = Blame.WORLD

    def __init__(self, request_id: RequestId, alert_code: str, code: str) -> None:
        meaning, assumed, action = _meaning(code)
        shown = f"{meaning} (assumed meaning)" if meaning and assumed else meaning
        said = f"DCC Alert {alert_code}, {code}" if alert_code else code
        super().__init__(
            f"Request {request_id} failed: {said}{f': {shown}' if shown else ''}.",
            remedy=_sentence(action),
            response_code=code,
        )
        self.request_id = request_id
        self.alert_code = alert_code
        self.meaning = meaning
        self.assumed = assumed


class NoResponse(RequestFailed, TimeoutError):
    """The device did not answer in the DCC's wait period (E21, E30, E31): the outcome is unknown."""


class TimedOut(GbsmartError, TimeoutError):
    """The User's own patience ended before the messages that the request causes were complete."""

    blame = Blame.WORLD

    def __init__(self, request_id: RequestId, missing: str) -> None:
        super().__init__(
            f"Request {request_id} was acknowledged, but {missing} did not arrive in time.",
            remedy="The outcome is unknown: read the device back before repeating a critical change, and "
            "check that the DCC delivers to this User's receive address.",
        )
        self.request_id = request_id


class DeviceRefused(GbsmartError):
    """The device refused all or part of a command, inside a Service Response that says I0.

    ``response`` is the device's message and ``outcome`` what it says item by item (``None`` for the
    alert of a future-dated instruction that failed).
    """

    blame = Blame.PEER

    def __init__(self, request_id: RequestId, response: Opened, outcome: Outcome | None) -> None:
        super().__init__(
            f"The device refused request {request_id}: {_refusal(response, outcome)}.",
            remedy="The interface succeeded, the device did not: look at every item before repeating.",
        )
        self.request_id = request_id
        self.response = response
        self.outcome = outcome


def _refusal(response: Opened, outcome: Outcome | None) -> str:
    name = response.form or f"message code {response.message.header.message_code:04X}"
    if outcome is None:
        return f"a future-dated instruction of {name} failed"
    parts = []
    if outcome.failed_at is not None:
        parts.append(f"{name} failed at item {outcome.failed_at + 1} with code {outcome.code}")
    parts += [f"{field} failed with code {code}" for field, code in outcome.attribute_errors.items()]
    return ", ".join(parts)


class Unreachable(GbsmartError):
    """No answer over HTTP, after repeating the identical message with growing delays."""

    blame = Blame.WORLD

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"{address} does not answer: {reason}.",
            remedy="Check the address and that the DCC runs (gbsmart up starts one); the identical message "
            "may be sent again without being executed twice.",
        )
        self.address = address


class HttpRefused(GbsmartError):
    """The web service turned the document away at HTTP level: it is not to be repeated as it is."""

    def __init__(self, address: str, status: int, said: str) -> None:
        super().__init__(
            f"{address} answered HTTP {status}{f': {said}' if said else ''}.",
            remedy=_HTTP.get(status, "Correct the request; repeating it as it is will not help."),
        )
        self.address = address
        self.status = status


_HTTP = {
    400: "The document is not well formed or not valid: correct it and send it under a new RequestID.",
    401: "The DCC does not accept this User's TLS certificate.",
    403: "The DCC does not accept this User's TLS certificate.",
    404: "Check the base address of the DCC's web services (http://127.0.0.1:8079).",
    413: "The document is larger than the service takes.",
}


class UnexpectedAnswer(GbsmartError):
    """The DCC answered with something that the protocol does not allow here."""

    blame = Blame.PEER


class NotGenuine(GbsmartError):
    """A message whose signature, MAC or identity does not prove that it comes from whom it should."""

    blame = Blame.PEER


class PreCommandDiffers(GbsmartError):
    """The DCC's Pre-Command does not say what the request asked for: it was not signed.

    ``differences`` names each value, with the octet of the Pre-Command where it stands.
    """

    blame = Blame.PEER

    def __init__(self, request_id: RequestId, differences: tuple[Difference, ...]) -> None:
        shown = "; ".join(
            f"{each.field} at octet {each.offset}: asked for {each.request}, found {each.precommand}"
            for each in differences[:5]
        )
        more = f"; and {len(differences) - 5} more" if len(differences) > 5 else ""
        super().__init__(
            f"The Pre-Command of request {request_id} differs from the request ({shown}{more}).",
            remedy="Do not sign it: check the device's type and facts, then raise it with the DCC.",
        )
        self.request_id = request_id
        self.differences = differences
