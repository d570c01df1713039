"""Whether a device did what it was asked, which only a request sequenced after that one has to know.

A Response is a success or a refusal in its payload. Reading every payload for the sake of the few that
others wait for would cost more than the rest of taking it: so a command is answered first, and its
Response is read when somebody asks.
"""

from __future__ import annotations

from sqlalchemy import Connection

from gbsmart.dcc import commands, ledger, messages
from gbsmart.dcc.model import RequestKey
from gbsmart.gbcs import Cra, codec, forms
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.form import Outcome
from gbsmart.ground import MalformedMessage


def is_success(message: Message) -> bool:
    """Whether the device did what was asked (basis: I).

    Where no form is declared, its answering at all is taken for success; where one is, an answer that
    is not as that form has it is none.
    """
    try:
        reading = codec.read(message)
    except MalformedMessage:
        return False
    if reading is None:
        declared = forms.by_code().get(message.header.message_code, ())
        return not any(form.body(Cra.RESPONSE) for form in declared)
    return not isinstance(reading.values, Outcome) or reading.values.success


def look(connection: Connection, key: RequestKey) -> None:
    """Read the Response to a request's command, where there is one and nobody has read it yet.

    The command stays locked for this transaction.
    """
    if commands.standing(connection, key) != ("answered", None):
        return
    events = ledger.history(connection, key)
    response = next((event.message for event in events if event.name == "respond"), None)
    assert response is not None, "a command is answered, and its Response kept, in one transaction"
    octets = messages.content_of(connection, key.device, response)
    commands.note_success(connection, key, succeeded=is_success(Message.parse(octets)))
