import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gbsmart.duis import (
    NON_DEVICE,
    OfficialSchema,
    Request,
    RequestId,
    build_request,
    parse_request,
    service_requests,
)
from gbsmart.duis.document import compact
from gbsmart.duis.services import declared
from gbsmart.ground import NEVER, NOW, DayMonth, DayOfMonth, InvalidValue, MalformedMessage

from .examples import ACB, ESME, USER, read_registers

BODY = b"<sr:ReadInstantaneousImportRegisters></sr:ReadInstantaneousImportRegisters>"


def refusal(document: bytes) -> MalformedMessage:
    with pytest.raises(MalformedMessage) as refused:
        parse_request(document)
    return refused.value


def content(document: bytes, *, tidy: bool = False) -> bytes:
    """The canonical document without signature, comments, white space and unused namespaces."""
    root = etree.fromstring(document, etree.XMLParser(remove_comments=True, huge_tree=True))
    for signature in root.findall("{http://www.w3.org/2000/09/xmldsig#}Signature"):
        root.remove(signature)
    compact(root)
    written = etree.tostring(root, method="c14n", exclusive=True)
    # a number may be written with leading zeros; ours are not
    return re.sub(rb">0+(\d+)<", rb">\1<", written) if tidy else written


def corpus_requests(corpus: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((corpus / "duis-requests").iterdir())}


# --- the corpus ---


@pytest.mark.corpus
def test_every_request_is_read_and_written_again_as_it_was(corpus: Path) -> None:
    documents = corpus_requests(corpus)
    assert len(documents) == 259
    for name, document in documents.items():
        message = parse_request(document, limits=NON_DEVICE).message
        message.values = None  # the envelope, with the body as it stands
        assert content(build_request(message)) == content(document), name


@pytest.mark.corpus
def test_every_declared_body_is_read_and_written_again_as_it_was(corpus: Path) -> None:
    seen = set()
    for name, document in corpus_requests(corpus).items():
        message = parse_request(document, limits=NON_DEVICE).message
        if message.values is not None:
            seen.add(message.service_reference_variant)
            written = build_request(message)
            assert content(written, tidy=True) == content(document, tidy=True), name
            assert parse_request(written).message == message
    assert seen == set(declared()) == set(service_requests())


# --- what is written ---


def test_a_request_is_compact_and_says_sr() -> None:
    assert build_request(read_registers()).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<sr:Request xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway" schemaVersion="5.4">'
        "<sr:Header>"
        "<sr:RequestID>90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:1000</sr:RequestID>"
        "<sr:CommandVariant>1</sr:CommandVariant><sr:ServiceReference>4.1</sr:ServiceReference>"
        "<sr:ServiceReferenceVariant>4.1.1</sr:ServiceReferenceVariant></sr:Header><sr:Body>"
        "<sr:ReadInstantaneousImportRegisters></sr:ReadInstantaneousImportRegisters></sr:Body></sr:Request>"
    )


def test_a_signed_pre_command_keeps_the_request_id() -> None:
    sent = Request(
        RequestId(USER, ESME, 7),
        5,
        "7.1",
        {"execution_date_time": NOW, "gbcs_payload": b"\x09\x01"},
        first_in_sequence=True,
        preceding=RequestId(USER, ESME, 6),
        schema_version="5.1",
    )
    document = build_request(sent)
    assert b"<sr:SignedPreCommand><sr:GBCSPayload>CQE=</sr:GBCSPayload></sr:SignedPreCommand>" in document
    assert parse_request(document).message == sent


def test_free_text_is_escaped() -> None:
    flat = {"post_code": "AB1 2CD", "address_identifier": "<Flat & 1>\r"}
    sent = Request(RequestId(USER, ACB, 1), 8, "8.2", {"property_filter": flat})
    assert parse_request(build_request(sent)).message == sent


# --- laws ---

whens = st.one_of(
    st.sampled_from([NOW, NEVER]),
    st.datetimes(datetime.min, datetime(2999, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001, DTZ901,
)
years = st.none() | st.integers(2014, 9999)
months = st.none() | st.integers(1, 12)
weekdays = st.none() | st.integers(1, 7)
dates = st.none() | st.integers(1, 31)
electricity_days = st.builds(DayMonth, years, months, dates | st.sampled_from(DayOfMonth), weekdays)
gas_days = st.builds(DayMonth, years, months, dates, weekdays)


def tuples(items: st.SearchStrategy, low: int, high: int) -> st.SearchStrategy:
    return st.lists(items, min_size=low, max_size=high).map(tuple)


def numbered(items: st.SearchStrategy, high: int) -> st.SearchStrategy:
    return st.dictionaries(st.integers(1, high), items, min_size=1, max_size=high)


def weeks(names: int, days: int) -> st.SearchStrategy:
    return st.fixed_dictionaries(
        {
            "week_name": st.integers(1, names),
            "referenced_day_names": tuples(st.integers(1, days), 7, 7),
        }
    )


u32 = st.integers(0, 2**32 - 1)
prices = st.integers(-32768, 32767)
scales = st.integers(-128, 127)
clocks = st.times(timezones=st.just(UTC))
actions = st.one_of(
    st.fixed_dictionaries({"start_time": clocks, "tou_tariff_action": st.integers(1, 48)}),
    st.fixed_dictionaries({"start_time": clocks, "block_tariff_action": st.integers(1, 8)}),
)
# what XML can hold: no control characters, surrogates or non-characters
names = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
    max_size=8,
)
electricity = st.fixed_dictionaries(
    {
        "currency_units": st.sampled_from(["GBP", "ECB"]),
        "switching_table": st.fixed_dictionaries(
            {
                "day_profiles": tuples(
                    st.fixed_dictionaries(
                        {"day_name": st.integers(1, 16), "profile_schedules": tuples(actions, 1, 4)}
                    ),
                    1,
                    3,
                ),
                "week_profiles": tuples(weeks(4, 16), 1, 2),
                "seasons": tuples(
                    st.fixed_dictionaries(
                        {
                            "season_name": names,
                            "season_start_date": electricity_days,
                            "referenced_week_name": st.integers(1, 4),
                        }
                    ),
                    1,
                    4,
                ),
            }
        ),
        "special_days": tuples(
            st.fixed_dictionaries({"date": electricity_days, "referenced_day_name": st.integers(1, 16)}), 0, 3
        ),
        "threshold_matrix": tuples(numbered(u32, 3), 8, 8),
    }
)
block_prices = numbered(numbered(prices, 4), 8)
charges = {"standing_charge": prices, "standing_charge_scale": scales, "price_scale": scales}
electricity_prices = st.one_of(
    st.fixed_dictionaries({**charges, "block_tariff": block_prices}),
    st.fixed_dictionaries({**charges, "tou_tariff": numbered(prices, 48)}),
    st.fixed_dictionaries(
        {
            **charges,
            "hybrid_tariff": st.fixed_dictionaries(
                {"block_prices": block_prices, "tou_prices": numbered(prices, 48)}
            ),
        }
    ),
)
gas = st.fixed_dictionaries(
    {
        "switching_table": st.fixed_dictionaries(
            {
                "day_profiles": tuples(
                    st.one_of(
                        st.fixed_dictionaries(
                            {"day_name": st.integers(1, 4), "tou_tariff_action": st.integers(1, 4)}
                        ),
                        st.fixed_dictionaries({"day_name": st.integers(1, 4), "block_tariff": st.just(True)}),
                    ),
                    1,
                    4,
                ),
                "week_profiles": tuples(weeks(2, 4), 1, 2),
                "seasons": tuples(
                    st.fixed_dictionaries(
                        {"season_start_date": gas_days, "referenced_week_name": st.integers(1, 2)}
                    ),
                    1,
                    3,
                ),
            }
        ),
        "special_days": tuples(
            st.fixed_dictionaries({"date": gas_days, "referenced_day_name": st.integers(1, 4)}), 0, 3
        ),
        "threshold_matrix": numbered(st.integers(0, 2**48 - 1), 3),
    }
)
gas_charges = {"currency_units": st.sampled_from(["GBP", "ECB"]), "standing_charge": u32}
gas_prices = st.one_of(
    st.fixed_dictionaries(
        {
            **gas_charges,
            "block_tariff": st.fixed_dictionaries(
                {"block_prices": numbered(u32, 4), "number_of_thresholds": st.integers(1, 3)}
            ),
        }
    ),
    st.fixed_dictionaries({**gas_charges, "tou_tariff": numbered(u32, 4)}),
)
tariffs = st.one_of(
    st.fixed_dictionaries(
        {
            "execution_date_time": whens,
            "elec_tariff_elements": electricity,
            "price_elements": st.fixed_dictionaries({"electricity_price_elements": electricity_prices}),
        }
    ),
    st.fixed_dictionaries(
        {
            "execution_date_time": whens,
            "gas_tariff_elements": gas,
            "price_elements": st.fixed_dictionaries({"gas_price_elements": gas_prices}),
        }
    ),
)


@settings(deadline=None, max_examples=40)
@given(tariffs)
def test_a_tariff_survives(values: dict) -> None:
    sent = Request(RequestId(USER, ESME, 1), 4, "1.1.1", values)
    assert parse_request(build_request(sent)).message == sent


@pytest.mark.corpus
@settings(deadline=None, max_examples=40)
@given(values=tariffs)
def test_what_is_written_is_valid_under_the_official_schema(corpus: Path, values: dict) -> None:
    schema = _schema(corpus)
    schema.validate(parse_request(build_request(Request(RequestId(USER, ESME, 1), 4, "1.1.1", values))).root)


@settings(deadline=None)
@given(whens, st.binary(max_size=300))
def test_a_signed_pre_command_survives(when, payload: bytes) -> None:
    sent = Request(RequestId(USER, ESME, 1), 5, "7.2", {"execution_date_time": when, "gbcs_payload": payload})
    assert parse_request(build_request(sent)).message == sent


_SCHEMAS: dict[Path, OfficialSchema] = {}


def _schema(corpus: Path) -> OfficialSchema:
    return _SCHEMAS.setdefault(corpus, OfficialSchema(corpus / "schema"))


# --- what is refused ---


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b":1000<", b"::1000<", "is not originator:target:counter"),
        (
            b"<sr:CommandVariant>1<",
            b"<sr:CommandVariant>10<",
            r"says 10, not 1 to 9 \(/sr:Request/sr:Header/sr:CommandVariant\)",
        ),
        (
            b"ServiceReference>4.1<",
            b"ServiceReference>4.2<",
            r"says '4.2', not the 4.1 of 4.1.1 \(/sr:Request/sr:Header/sr:ServiceReference\)",
        ),
        (b">4.1.1<", b">4.1.9<", "says '4.1.9', not a Service Reference Variant"),
        (b'"5.4"', b'"4.9"', "says schemaVersion '4.9', not one of 5.0, 5.1, 5.2, 5.3, 5.4"),
        (b' schemaVersion="5.4"', b"", "says schemaVersion ''"),
        (b' schemaVersion="5.4"', b' schemaVersion="5.4" x="1"', "unknown attribute 'x'"),
        (
            BODY,
            b"<sr:EnableSupply/>",
            "stands where Command Variant 1 of 4.1.1 needs ReadInstantaneousImport",
        ),
        (BODY, b"", "needs one element"),
        (BODY, BODY * 2, "needs one element and no attribute, not 2 elements"),
        (BODY, BODY.replace(b"><", b">text<"), "holds text where only elements belong"),
        (BODY, BODY.replace(b"><", b"><sr:Other/><"), r"is not expected here \(.*/sr:Other\)"),
        (
            BODY,
            BODY.replace(b"><", b"><sr:ExecutionDateTime>2030-01-01T00:00:00</sr:ExecutionDateTime><"),
            (
                r"says '2030-01-01T00:00:00' without a time zone: end it with Z "
                r"\(/sr:Request/sr:Body/sr:ReadInstantaneousImportRegisters/sr:ExecutionDateTime\)"
            ),
        ),
        (
            b"<sr:CommandVariant>1</sr:CommandVariant>",
            b"",
            "needs CommandVariant where ServiceReference stands",
        ),
        (b"</sr:Body>", b"</sr:Body><sr:Body/>", "needs a Header, a Body and at most one Signature"),
        (b"sr:Request", b"sr:Response", "is {.*}Response, not {.*}Request"),
        (b"<sr:Body>", b"<sr:Body>text", "holds text where only elements belong"),
    ],
)
def test_a_wrong_request_is_explained(old: bytes, new: bytes, message: str) -> None:
    document = build_request(read_registers())
    assert old in document
    assert re.search(message, str(refusal(document.replace(old, new))))


def test_a_body_that_does_not_go_with_the_command_variant_has_a_code() -> None:
    wrong = build_request(read_registers()).replace(b"Variant>1<", b"Variant>5<")
    assert refusal(wrong).response_code == "E12"
    assert refusal(build_request(read_registers()).replace(BODY, b"<sr:ArmSupply/>")).response_code is None


def test_an_index_is_given_once_and_within_bounds() -> None:
    prices = {"standing_charge": 1, "standing_charge_scale": 0, "price_scale": 0, "tou_tariff": {1: 5, 2: 6}}
    tables = {"day_profiles": (), "week_profiles": (), "seasons": ()}
    day = {"day_name": 1, "profile_schedules": ({"start_time": _midnight(), "tou_tariff_action": 1},)}
    tables["day_profiles"] = (day,)
    tables["week_profiles"] = ({"week_name": 1, "referenced_day_names": (1,) * 7},)
    tables["seasons"] = ({"season_name": "", "season_start_date": DayMonth(), "referenced_week_name": 1},)
    elements = {
        "currency_units": "GBP",
        "switching_table": tables,
        "special_days": (),
        "threshold_matrix": ({1: 9},) * 8,
    }
    values = {
        "execution_date_time": NOW,
        "elec_tariff_elements": elements,
        "price_elements": {"electricity_price_elements": prices},
    }
    document = build_request(Request(RequestId(USER, ESME, 1), 4, "1.1.1", values))
    twice = document.replace(b'<sr:TOUPrice index="2">', b'<sr:TOUPrice index="1">')
    assert refusal(twice).reason == "repeats the index 1"
    assert refusal(twice).where.endswith("/sr:TOUTariff/sr:TOUPrice[2]")
    beyond = document.replace(b'<sr:TOUPrice index="2">', b'<sr:TOUPrice index="49">')
    assert refusal(beyond).reason == "needs one attribute, an index from 1 to 48"
    short = document.replace(b'<sr:ReferencedDayName index="7">1</sr:ReferencedDayName>', b"")
    assert refusal(short).reason == "needs 7 to 7 ReferencedDayName, not 6"


def _midnight():
    return datetime(2000, 1, 1, tzinfo=UTC).timetz()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"device_id": ESME, "mpxn": "1"}, "needs exactly one of uprn, device_id, mpxn, property_filter"),
        ({}, "needs exactly one of"),
        ({"device_id": "00-DB"}, "device_id: needs an Eui64"),
        ({"devise_id": ESME}, "devise_id: is not a field here"),
        ({"uprn": 0}, "uprn: cannot be 0: 1 to 999999999999"),
        ({"property_filter": {"post_code": "AB1 2CD"}}, "property_filter.address_identifier: is missing"),
        ({"mpxn": ""}, "mpxn: has 0 characters, not 1 to 13"),
        ({"mpxn": "1\0"}, "mpxn: holds a character that XML cannot"),
    ],
)
def test_values_that_cannot_be_written_name_their_field(values: dict, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        build_request(Request(RequestId(USER, ACB, 1), 8, "8.2", values))


def test_a_field_that_is_not_declared_is_answered_with_those_that_are() -> None:
    with pytest.raises(InvalidValue) as wrong:
        build_request(Request(RequestId(USER, ESME, 1), 4, "1.6", {"payment_mode": "Prepayment"}))
    assert wrong.value.remedy == "Its fields: credit, execution_date_time, prepayment."


def test_a_body_without_values_needs_its_content() -> None:
    with pytest.raises(InvalidValue, match="AddAuxiliaryLoadToBoostButton needs values"):
        build_request(Request(RequestId(USER, ESME, 1), 4, "7.9"))


def test_the_number_of_a_controller_stands_in_the_start_tag_of_the_body() -> None:
    at = datetime(2030, 1, 1, tzinfo=UTC)
    values = {
        "auxiliary_controller_n": 3,
        "start_date_time": at,
        "end_date_time": at,
        "commanded_state_level": 50,
    }
    request = Request(RequestId(USER, ESME, 1), 4, "7.16", values)
    document = build_request(request)
    assert b'<sr:Body><sr:LimitAPCLevel auxiliaryControllerN="3"><sr:StartDateTime>' in document
    assert parse_request(document).message == request
    assert refusal(document.replace(b' auxiliaryControllerN="3"', b"")).reason == (
        "needs the attribute auxiliaryControllerN"
    )


def test_a_firmware_image_of_the_largest_size_is_written_and_read() -> None:
    values = {
        "firmware_image": bytes(10_240_000),
        "firmware_version": "1",
        "device_id_list": (ESME,) * 50_000,
    }
    request = Request(RequestId(USER, ACB, 1), 8, "11.1", values)
    assert parse_request(build_request(request), limits=NON_DEVICE).message == request
    for field, value, reason in (
        ("firmware_image", bytes(10_240_001), "has 10240001 octets; 10240000 are allowed"),
        ("device_id_list", (ESME,) * 50_001, "more than 50,000 EUI-64s"),
    ):
        with pytest.raises(InvalidValue, match=reason):
            build_request(Request(RequestId(USER, ACB, 1), 8, "11.1", {**values, field: value}))
