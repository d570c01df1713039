"""What the public clients ask for: one row for each exchange, by variant.

The body is the client's own template, but for what a row says of it: what names devices, keys and days of
here. A use case that has no template of its own is asked for by the template of its variant.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from gbsmart.assembly.plan import ACCESS_CONTROL_BROKER, IMPORT_SUPPLIER, NETWORK_OPERATOR, Premises
from gbsmart.ground import Eui64
from gbsmart.keys import RemotePartyRole

from . import bodies, evidence
from .bodies import Body
from .evidence import Proof, becomes, credentials_of, daily_reads, joined_to, moves, reads, settles


class Exchange(NamedTuple):
    """A request of a variant from a template, about a device, and how it goes."""

    variant: str
    template: str
    device: str
    """A field of the home's premises."""
    shows: Proof
    """What is to be seen when it is over."""
    body: Body | None = None
    """What of the body is of this home; the rest is the template's."""
    given: Mapping[str, Mapping[str, Any]] = {}
    """What devices of the home are made to be before, past any command (``PATCH /devices/...``)."""
    user: Eui64 = IMPORT_SUPPLIER
    to_dcc: bool = False
    """Whether the DCC is the target, as of all that is no command."""
    answered: str = "I99"
    """The response code of the web service; ``I0`` where its answer is the result."""
    delivered: int = 1
    """How many messages the DCC delivers; with none, the answer of the web service is all."""
    later: timedelta | None = None
    """By how much the clock of the system goes forward before the last of them."""
    alert: str = ""
    """The code of an alert of the device that comes then, beside them."""
    follows: Exchange | None = None
    """An exchange that is carried out before."""

    def target_in(self, home: Premises) -> Eui64:
        """The target of the RequestID."""
        return ACCESS_CONTROL_BROKER if self.to_dcc else self.device_in(home)

    def device_in(self, home: Premises) -> Eui64:
        """The device of ``home`` that it is about."""
        device = getattr(home, self.device)
        assert isinstance(device, Eui64)
        return device


def _future(variant: str, template: str, device: str, shows: Proof) -> tuple[Exchange, Exchange]:
    """A command with the device's answer and, at its moment, its alert; and the same far off, cancelled."""
    to_hold = template.format("FUTURE_DATED")
    far = Exchange(variant, to_hold, device, evidence.holds, bodies.after(evidence.FAR))
    soon = Exchange(
        variant, to_hold, device, evidence.on_time(shows), bodies.after(evidence.SOON),
        delivered=2, later=evidence.SOON,
    )  # fmt: skip
    return soon, Exchange(variant, template.format("CANCELLATION"), device, evidence.withdraws, follows=far)


def _created(device: str) -> Exchange:
    """A schedule from tomorrow on."""
    body = bodies.schedule(device, timedelta(days=1))
    return Exchange("5.1", _CREATE, device, evidence.created, body, to_dcc=True, answered="I0", delivered=0)


_CREATE, _READ, _DELETE = "ECS21a_5.1._DCC_SCHEDULED", "5.2_READ_SCHEDULE", "5.3_DELETE_SCHEDULE"
_GAS_TARIFF: Mapping[str, Any] = {
    "standing_charge": 22_465,
    "tier_1_block_1_price": 9_600,
    "tier_2_block_1_price": 10_200,
    "tier_3_block_1_price": 10_750,
    "tier_4_block_1_price": 11_000,
}
_OTHER_GAS_TARIFF = {"gsme": {"values": dict.fromkeys(_GAS_TARIFF, 1)}}
_DEAREST = {"gsme": {"values": {"standing_charge": 54_321, "tier_1_block_1_price": 12_345}}}
_JAN, _FEB = 473_385_600, 476_064_000
"""The first days of January and February 2015, as ZigBee counts seconds."""
_ON, _OFF = {"supply": "on"}, {"supply": "off"}
_SUPPLIER, _NETWORK = RemotePartyRole.SUPPLIER, RemotePartyRole.NETWORK_OPERATOR
_BROKER, _LOADS = RemotePartyRole.ACCESS_CONTROL_BROKER, RemotePartyRole.LOAD_CONTROLLER
_GAS_PREPAYMENT = ("credit_remaining", "emergency_credit_remaining", "accumulated_debt")
_GAS_PRICES = ("standing_charge", "tier_1_block_1_price", "tier_4_block_1_price")
_TAMPERED = {"supply_tamper_state": 1, "supply_depletion_state": 0}

EXCHANGES = (
    # tariffs and prices
    Exchange(
        "1.1.1", "ECS01a_1.1.1_IMMEDIATE_TOU", "esme",
        becomes(standing_charge={"charge": 20_000}, import_tariff={"prices": {"1": 2_121, "3": 4_744}}),
    ),
    Exchange(
        "1.2.1", "ECS01b_1.2.1_IMMEDIATE_TOU", "esme",
        becomes(import_tariff={"prices": {"1": 3_221, "3": 5_744}}),
    ),
    Exchange(
        "1.1.1", "ECS01a_1.1.1_IMMEDIATE_BLOCK", "esme",
        becomes(import_tariff={"prices": {"161": 1_361, "193": 5_566}}),
    ),
    Exchange(
        "1.2.1", "ECS01b_1.2.1_IMMEDIATE_BLOCK", "esme",
        becomes(import_tariff={"prices": {"161": 2_361, "193": 6_566}}),
    ),
    Exchange("1.1.1", "GCS01a_1.1.1_IMMEDIATE_TOU", "gsme", becomes(**_GAS_TARIFF), given=_OTHER_GAS_TARIFF),
    Exchange("1.2.1", "GCS01b_1.2.1_IMMEDIATE_TOU", "gsme", becomes(**_GAS_TARIFF), given=_OTHER_GAS_TARIFF),
    Exchange(
        "4.11.1", "ECS24_4.11.1", "esme",
        reads("active_tariff_price", "standing_charge", "seasons", "weeks", "days"),
        given={"esme": {"values": {"standing_charge": {"scale": -4, "charge": 4_321}}}},
    ),
    Exchange("4.11.1", "GCS21f_4.11.1", "gsme", reads(*_GAS_PRICES), given=_DEAREST),
    Exchange("4.11.1", "GCS21f_4.11.1", "gpf", reads(*_GAS_PRICES), given=_DEAREST),
    # payment mode, balance and top-ups, in prepayment mode and in credit mode
    Exchange(
        "1.6", "ECS03_1.6_IMMEDIATE_SINGLE", "esme",
        becomes(prepayment=True, payment_mode={"mode": 2}, disablement_threshold=556_677),
    ),
    Exchange("1.5", "ECS04a_1.5", "esme", moves("meter_balance", 1_200_000)),
    Exchange(
        "1.5", "ECS04b_1.5", "esme", settles("meter_balance"),
        bodies.fixed("UpdateMeterBalance", {"PrepaymentMode": {"ResetMeterBalance": ""}}),
    ),
    Exchange("2.2", "CS01a_2.2", "esme", moves("meter_balance", 1_000_000), bodies.top_up("esme")),
    Exchange("4.3", "ECS19_4.3", "esme", reads("prepayment_balances")),
    Exchange(
        "1.6", "ECS02_1.6_IMMEDIATE_SINGLE", "esme", becomes(prepayment=False, payment_mode={"mode": 1})
    ),
    Exchange(
        "1.5", "ECS04a_1.5", "esme", moves("meter_balance", -345_000),
        bodies.fixed("UpdateMeterBalance", {"CreditMode": {"AdjustMeterBalance": "-345000"}}),
    ),
    Exchange("1.5", "ECS04b_1.5", "esme", settles("meter_balance")),
    Exchange(
        "1.6", "GCS03_1.6_IMMEDIATE", "gsme",
        becomes(prepayment=True, payment_control_configuration=2_199),
    ),
    Exchange("1.5", "GCS40a_1.5", "gsme", moves("meter_balance", 23_130)),
    Exchange("1.5", "GCS40b_1.5", "gsme", settles("meter_balance")),
    Exchange("2.2", "CS01b_2.2", "gsme", moves("meter_balance", 1_000_000), bodies.top_up("gsme")),
    Exchange("4.3", "GCS14_4.3_RELIABLE_GSME", "gsme", reads(*_GAS_PREPAYMENT)),
    Exchange("4.3", "GCS14_4.3_UNRELIABLE", "gsme", reads(*_GAS_PREPAYMENT)),
    Exchange("4.3", "GCS14_4.3_RELIABLE_GPF", "gpf", reads(*_GAS_PREPAYMENT)),
    Exchange(
        "1.6", "GCS02_1.6_IMMEDIATE", "gsme",
        becomes(prepayment=False, payment_control_configuration=3_220),
    ),
    Exchange("1.5", "GCS40c_1.5", "gsme", moves("bill", -5_000_000)),
    Exchange("1.5", "GCS40d_1.5", "gsme", settles("bill")),
    # the home's people
    Exchange("3.2", "ECS12_3.2", "esme", becomes(restriction_date_time="2014-03-27T15:45:32.000Z")),
    Exchange(
        "3.2", "GCS09_3.2", "gpf",
        becomes(**{"Publish Change of Tenancy": {"implementation_date_time": _FEB}}),
    ),
    Exchange(
        "3.4", "ECS16_3.4", "esme",
        becomes(supplier_name="E-ON", supplier_telephone_number="0333 202 4650"),
    ),
    Exchange(
        "3.4", "GCS44_3.4", "gsme",
        becomes(**{"Publish Change of Supplier": {"proposed_provider_name": b"E-ON".hex()}}),
    ),
    # registers and logs
    Exchange("4.1.1", "ECS17b_4.1.1_SINGLE", "esme", reads("import_registers")),
    Exchange("4.1.1", "GCS13a_4.1.1_RELIABLE_GSME", "gsme", reads("current_summation_delivered")),
    Exchange("4.1.1", "GCS13a_4.1.1_RELIABLE_GPF", "gpf", reads("current_summation_delivered")),
    Exchange("4.1.1", "ECS17b_4.1.1_TWIN", "esme", reads("import_registers")),
    Exchange("4.1.1", "GCS13a_4.1.1_UNRELIABLE", "gsme", reads("current_summation_delivered")),
    Exchange(
        "4.2", "ECS17a_4.2", "esme", reads("active_export", "reactive_export"), user=NETWORK_OPERATOR
    ),
    Exchange(
        "4.6.1", "ECS21a_4.6.1_SINGLE", "esme", daily_reads(3), bodies.days("RetrieveImportDailyReadLog", 3)
    ),
    Exchange(
        "4.6.1", "ECS21a_4.6.1_TWIN", "esme", daily_reads(2), bodies.days("RetrieveImportDailyReadLog", 2)
    ),
    Exchange("4.6.1", "GCS16a_4.6.1", "gsme", daily_reads(3), bodies.days("RetrieveImportDailyReadLog", 3)),
    Exchange("4.6.1", "GCS16a_4.6.1", "gpf", daily_reads(3), bodies.days("RetrieveImportDailyReadLog", 3)),
    *(
        Exchange(
            "4.8.1", template, device, evidence.half_hours_of_yesterday,
            bodies.days("ReadActiveImportProfileData", 1),
        )
        for template, device in (
            ("ECS22b_4.8.1_SINGLE", "esme"), ("ECS22b_4.8.1_TWIN", "esme"),
            ("GCS17_4.8.1", "gsme"), ("GCS17_4.8.1", "gpf"),
        )
    ),
    *(
        Exchange(
            "4.10", template, "esme", evidence.voltages_of_yesterday, bodies.days("ReadNetworkData", 1),
            user=NETWORK_OPERATOR,
        )
        for template in ("ECS23_4.10", "ECS23b_4.10")
    ),
    Exchange("4.10", "GCS18_4.10", "gsme", evidence.gas_by_six_minutes, user=NETWORK_OPERATOR),
    # schedules of the DCC
    *(
        Exchange(
            "5.1", _CREATE, device, evidence.executed, bodies.schedule(device, evidence.SOON),
            to_dcc=True, answered="I0", later=evidence.SOON,
        )
        for device in ("esme", "gsme", "gpf")
    ),
    *(
        Exchange(
            "5.2", _READ, device, evidence.told(device), body,
            to_dcc=True, answered="I0", delivered=0, follows=_created(device),
        )
        for device in ("esme", "gsme", "gpf")
        for body in (bodies.by_number("ReadSchedule"), bodies.by_device("ReadSchedule", device))
    ),
    *(
        Exchange(
            "5.3", _DELETE, device, evidence.gone, body, to_dcc=True, delivered=0, follows=_created(device),
        )
        for device in ("esme", "gsme", "gpf")
        for body in (bodies.by_number("DeleteSchedule"), bodies.by_device("DeleteSchedule", device))
    ),
    # what devices are
    Exchange(
        "6.2.4", "ECS26m_6.2.4", "esme",
        reads("model_type", "manufacturer_identifier", "meter_variant", supply_locks_on_tamper=True),
        given={"esme": {"values": {"supply_locks_on_tamper": True}}},
    ),
    Exchange("6.2.4", "ECS26n_6.2.4", "chf", reads("model_type", "manufacturer_identifier")),
    *(
        Exchange(
            "6.2.4", "GCS21m_6.2.4", device, reads("manufacturer_name", "model_identifier", **_TAMPERED),
            given={"gsme": {"values": _TAMPERED}},
        )
        for device in ("gsme", "gpf")
    ),
    *(
        Exchange("6.24.1", "CS02aMAC_6.24.1", device, credentials_of(_SUPPLIER, _NETWORK))
        for device in ("esme", "gsme", "gpf")
    ),
    Exchange("6.24.1", "CS02fMAC_6.24.1", "esme", credentials_of(_SUPPLIER, _LOADS)),
    Exchange("6.24.1", "CS02fMAC_6.24.1", "hcalcs", credentials_of(_SUPPLIER), bodies.roles("Supplier")),
    *(
        Exchange("6.24.1", "CS02aMAC_6.24.1", device, credentials_of(_BROKER), bodies.roles("ACB"))
        for device in ("chf", "ppmid")
    ),
    *(
        Exchange("11.2", template, device, evidence.firmware_of_the_inventory)
        for template, device in (
            ("ECS52_11.2", "esme"), ("ECS52_11.2", "chf"), ("GCS38_11.2", "gsme"),
            ("CS08_11.2", "ppmid"), ("CS08_11.2", "hcalcs"),
        )
    ),
    Exchange("8.9", "CCS06_8.9", "chf", joined_to("esme", "gsme", "ppmid", "hcalcs", "ihd")),
    Exchange("8.9", "CCS07_8.9", "chf", joined_to("esme", "gsme", "ppmid", "hcalcs", "ihd")),
    Exchange("8.9", "CS07_8.9", "esme", joined_to("chf", "ppmid", "hcalcs", "ihd")),
    Exchange("8.9", "CS07_8.9", "gsme", joined_to("gpf", "ppmid")),
    Exchange("8.9", "CS07_8.9", "gpf", joined_to("gsme", "ppmid", "ihd")),
    Exchange("8.9", "CS07_8.9", "ppmid", joined_to("esme", "gsme", "gpf")),
    Exchange("8.9", "CS07_8.9", "hcalcs", joined_to("esme")),
    Exchange(
        "8.2", "8.2_READ_INVENTORY", "esme", evidence.whole_home,
        lambda setting: {"ReadInventory": {"DeviceID": str(setting.home.esme)}},
        to_dcc=True, answered="I0", delivered=0,
    ),
    # billing calendars
    Exchange("6.8", "ECS30a_6.8", "esme", evidence.bills_on((1, 1), (4, 1), (7, 1), (10, 1))),
    Exchange(
        "6.8", "ECS30a_6.8", "esme", evidence.bills_on((None, 12)),
        bodies.fixed(
            bodies.CALENDAR,
            {"ElectricityBillingCalendar": {"BillingTime": "00:00:00.00Z", "Monthly": "12"}},
        ),
    ),
    Exchange(
        "6.8", "GCS25_6.8", "gsme", evidence.bills_every(1, _FEB),
    ),
    Exchange(
        "6.8", "GCS25a_6.8", "gsme", evidence.bills_every(6, _JAN),
    ),
    *(
        Exchange(
            "6.8", template, device, evidence.billed, bodies.ending(calendar), given={device: _ON},
            later=evidence.SOON, alert="8F0A",
        )
        for template, device, calendar in (
            ("ECS30a_6.8", "esme", "ElectricityBillingCalendar"),
            ("GCS25a_6.8", "gsme", "GasBillingCalendar"),
        )
    ),
    # what is carried out later, by the device and by the DCC, and what is cancelled
    *_future(
        "1.1.1", "ECS01a_1.1.1_{}_TOU_BLOCK", "esme",
        becomes(import_tariff={"prices": {"1": 2_121, "178": 6_969}}),
    ),
    *_future(
        "1.2.1", "ECS01b_1.2.1_{}_TOU_BLOCK", "esme",
        becomes(import_tariff={"prices": {"1": 3_121, "178": 7_969}}),
    ),
    *_future("1.6", "ECS03_1.6_{}_TWIN", "esme", becomes(prepayment=True)),
    *_future("1.6", "ECS02_1.6_{}_TWIN", "esme", becomes(prepayment=False)),
    *_future(
        "1.1.1", "GCS01a_1.1.1_{}_BLOCK", "gsme",
        becomes(block_1_threshold=1_000_000, no_tier_block_4_price=11_000),
    ),
    *_future("1.2.1", "GCS01b_1.2.1_{}_BLOCK", "gsme", becomes(standing_charge=22_465)),
    *_future("1.6", "GCS03_1.6_{}", "gsme", becomes(prepayment=True)),
    *_future("1.6", "GCS02_1.6_{}", "gsme", becomes(prepayment=False)),
    Exchange(
        "4.1.1", "ECS17b_4.1.1_DSP_FUTURE_DATED", "esme", evidence.on_time(reads("import_registers")),
        bodies.after(evidence.SOON), later=evidence.SOON,
    ),
    # supply
    Exchange("7.1", "ECS42_7.1", "esme", becomes(supply="on"), given={"esme": _OFF}),
    *(
        Exchange("7.2", template, device, becomes(supply="off"), given={device: _ON})
        for template, device in (("ECS43_7.2", "esme"), ("GCS32_7.2", "gsme"))
    ),
    *(
        Exchange("7.3", template, device, becomes(supply="armed"), given={device: _OFF})
        for template, device in (("ECS44_7.3", "esme"), ("GCS39_7.3", "gsme"))
    ),
    Exchange("7.4", "ECS45_7.4", "esme", reads(supply_state=0), given={"esme": _OFF}),
    Exchange("7.4", "ECS45_7.4", "esme", reads(supply_state=1), given={"esme": _ON}),
    Exchange("7.4", "GCS33_7.4", "gsme", reads(supply_status=0), given={"gsme": _OFF}),
    Exchange("7.4", "GCS33_7.4", "gsme", reads(supply_status=2), given={"gsme": _ON}),
)  # fmt: skip
"""In the order in which they run against one home: what one changes, a later one may find."""
