"""``gbsmart gbcs``: explain, decode, sign, utrn."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from gbsmart.gbcs import Cra, Header, Message, MessageKind, OtherInformation, codec, forms
from gbsmart.gbcs.protection import Check, verify_signature
from gbsmart.ground import SystemClock
from gbsmart.keys import KeyUse
from gbsmart.user import open_keys

from .conftest import ESME, SUPPLIER, Cli


@pytest.fixture(scope="module")
def pre_command() -> bytes:
    """Open the load switch (ECS43)."""
    header = Header(Cra.COMMAND, 1000, SUPPLIER, ESME, OtherInformation(0x50))
    return Message(header, codec.payload(forms.form("ECS43"), header, {}), null_signature=True).encode()


def test_explain_names_every_octet(cli: Cli, pre_command: bytes) -> None:
    ran = cli("gbcs", "explain", pre_command.hex(), "--json")
    assert ran.code == 0
    assert ran.json["use_case"] == "ECS43"
    assert ran.json["octets"] == pre_command.hex()
    assert "originator" in cli("gbcs", "explain", pre_command.hex()).out
    assert "<table" in cli("gbcs", "explain", pre_command.hex(), "--html").out


def test_decode_gives_values(cli: Cli, pre_command: bytes) -> None:
    ran = cli("gbcs", "decode", "-", "--json", stdin=base64.b64encode(pre_command))
    assert ran.code == 0
    assert ran.json == {
        "kind": "pre-command",
        "message_code": "0050",
        "originator": str(SUPPLIER),
        "recipient": str(ESME),
        "counter": 1000,
        "form": "ECS43",
        "title": "Remotely Open the Load Switch on the ESME",
        "values": {},
        "results": None,
        "attribute_errors": None,
        "success": None,
        "mac": "absent",
        "signature": "absent",
    }


def test_a_signed_pre_command_verifies_and_only_a_pre_command_is_signed(
    cli: Cli, pre_command: bytes, keys: Path
) -> None:
    ran = cli("gbcs", "sign", pre_command.hex(), "--keys", keys)
    assert ran.code == 0
    signed = Message.parse(bytes.fromhex(ran.out))
    assert signed.kind is MessageKind.SIGNED_PRE_COMMAND
    certificate = open_keys(keys, SystemClock()).certificate(SUPPLIER, KeyUse.DIGITAL_SIGNATURE)
    assert verify_signature(signed, certificate) is Check.VALID
    as_base64 = cli("gbcs", "sign", pre_command.hex(), "--keys", keys, "--as", "base64")
    assert base64.b64decode(as_base64.out) == signed.encode()
    as_json = cli("gbcs", "sign", pre_command.hex(), "--keys", keys, "--json").json
    assert as_json["signed_pre_command"] == signed.encode().hex()
    assert cli("gbcs", "decode", ran.out, "--keys", keys, "--json").json["signature"] == "valid"
    again = cli("gbcs", "sign", ran.out, "--keys", keys)
    assert (again.code, again.err.strip()) == (
        1,
        "gbsmart: message: this is a signed pre-command, not a pre-command.",
    )


def test_a_changed_octet_is_found(cli: Cli, pre_command: bytes, keys: Path) -> None:
    signed = bytearray.fromhex(cli("gbcs", "sign", pre_command.hex(), "--keys", keys).out)
    signed[-1] ^= 1
    ran = cli("gbcs", "decode", signed.hex(), "--keys", keys, "--json")
    assert (ran.code, ran.json["signature"]) == (1, "invalid")


def test_a_top_up_is_made_and_checked(cli: Cli, keys: Path) -> None:
    parties = ("--keys", keys, "--supplier", SUPPLIER, "--device", ESME)
    made = cli("gbcs", "utrn", "make", 1000, *parties, "--counter", 5)
    digits = made.out.strip()
    assert len(digits) == 20
    checked = cli("gbcs", "utrn", "check", digits, *parties, "--json")
    assert checked.code == 0
    assert checked.json == {"outcome": "genuine", "genuine": True, "counter": 5 << 32, "pence": 1000}
    mistyped = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    assert cli("gbcs", "utrn", "check", mistyped, *parties).code == 1
    # one made now is checked by a meter that has seen a number of about now
    now = cli("gbcs", "utrn", "make", 20, "--pounds", *parties, "--json").json
    ran = cli(
        "gbcs", "utrn", "check", now["utrn"], *parties, "--highest", (now["counter"] >> 32) - 1, "--json"
    )
    assert (ran.json["genuine"], ran.json["pence"]) == (True, 2000)
    assert cli("gbcs", "utrn", "make", 9000, *parties).code == 1


# --- with the public test data ---


@pytest.mark.corpus
def test_a_real_gas_reading_is_decrypted(cli: Cli, corpus: Path) -> None:
    vector = corpus / "rtds/4.1.1_GCS13a/GCS13a_4.1.1_SUCCESS_RELIABLE_GSME_RESPONSE_GBCS.HEX"
    ran = cli("gbcs", "decode", vector, "--keys", corpus / "keystore", "--json")
    assert ran.code == 0
    assert (ran.json["form"], ran.json["mac"], ran.json["success"]) == ("GCS13a", "valid", True)
    assert ran.json["values"]["current_summation_delivered"] == 12345


@pytest.mark.corpus
def test_a_message_in_a_real_document_is_explained(cli: Cli, corpus: Path) -> None:
    ran = cli("gbcs", "explain", corpus / "duis-responses/readfw-response.xml", "--json")
    assert ran.code == 0
    assert ran.json["message_code"] == "0059"


@pytest.mark.corpus
def test_a_real_pre_command_is_signed_as_its_command_was(cli: Cli, corpus: Path) -> None:
    folder = corpus / "rtds/7.2_ECS43"
    ran = cli("gbcs", "sign", folder / "ECS43_7.2_SUCCESS_PRECOMMAND_GBCS.HEX", "--keys", corpus / "keystore")
    command = Message.parse(bytes.fromhex((folder / "ECS43_7.2_SUCCESS_COMMAND_GBCS.HEX").read_text()))
    signed = Message.parse(bytes.fromhex(ran.out))
    assert signed.signed_octets() == command.signed_octets()
    certificate = open_keys(corpus / "keystore", SystemClock()).certificate(
        SUPPLIER, KeyUse.DIGITAL_SIGNATURE
    )
    assert verify_signature(signed, certificate) is Check.VALID
