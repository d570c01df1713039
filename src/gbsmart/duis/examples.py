"""Examples: values for any declared body, made from its declaration alone, the same ones every time.

They are what a form is filled in with, what the documentation shows and what test data is made of. Where the
name or the unit of a field says what it is, its example is a likely one: a price of electricity, a tariff of
one season that covers the year, yesterday's log. Elsewhere it is the plainest value that its type takes.

A body that offers a choice has several examples. :func:`examples` gives the plainest first and then those
that choose otherwise, so that whoever wants one with a certain meaning takes the first that has it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from gbsmart.duis import lexical, moments, octets
from gbsmart.duis.element import Attribute, Element
from gbsmart.duis.identifiers import RequestId
from gbsmart.duis.parts import Choice, Group, Indexed, Many, Part, When
from gbsmart.duis.schema import EMPTY, Complex, Mapped, Record, Sole
from gbsmart.ground import DayMonth, Eui64, InvalidValue, Moment

NOW = datetime(2026, 4, 1, tzinfo=UTC)
"""The moment at which examples play, unless they are told another."""
USER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
DEVICE = Eui64.parse("00-DB-12-34-56-78-9A-01")
_MOST = 2_000
"""Examples of one body that are looked at before giving up."""


@dataclass(frozen=True)
class Setting:
    """What examples are about.

    ``given`` are values that are known, by field. ``about`` are parts of names: a branch whose name holds one
    is chosen before others (``Gas`` of a body that is for electricity and gas). Moments are around ``now``.
    """

    now: datetime = NOW
    given: Mapping[str, Any] = field(default_factory=dict)
    about: tuple[str, ...] = ()


PLAIN = Setting()


def examples(body: Complex, setting: Setting = PLAIN) -> Iterator[Any]:
    """Values of a body, those that choose alike but for one thing after the plainest, and so on.

    An optional field is left out first.
    """
    waiting: deque[tuple[int, ...]] = deque([()])
    for _ in range(_MOST):
        if not waiting:
            return
        script = waiting.popleft()
        maker = _Maker(setting, script)
        yield maker.content(Element("", body))
        for place in range(len(script), len(maker.widths)):
            zeros = (0,) * (place - len(script))
            waiting.extend((*script, *zeros, other) for other in range(1, maker.widths[place]))


def example(body: Complex, setting: Setting = PLAIN) -> Any:
    """The plainest value of a body."""
    return next(examples(body, setting))


def leaf(of: Element | Attribute, number: int = 1, parent: str = "", setting: Setting = PLAIN) -> Any:
    """A value of one simple element or attribute, the ``number``-th of its kind, inside ``parent``."""
    content = of.content
    assert not isinstance(content, Complex)
    for found in _known(of, number, parent, setting):
        if _fits(content, found):
            return found
    return _plainest(content, setting)


def _fits(content: lexical.Simple | Mapped, value: Any) -> bool:
    try:
        if isinstance(content, Mapped):
            content.write(value, [], "")
        else:
            content.write(value)
    except (ValueError, InvalidValue, AttributeError, TypeError):
        return False
    return True


class _Maker:
    """Makes one value. ``script`` says what it chooses, first things first; where it ends, the usual.

    ``widths`` notes how many there were to choose from, each time.
    """

    def __init__(self, setting: Setting, script: tuple[int, ...]) -> None:
        self.setting = setting
        self.widths: list[int] = []
        self._script = script
        self._at = 0
        self._number = 1
        self._parent = ""

    def content(self, of: Element, name: str = "") -> Any:
        """What ``of`` holds; ``name`` is that of the list it is in, if it is in one."""
        content: Any = of.content
        if content is EMPTY:
            return True
        if isinstance(content, lexical.OneOf):
            return self._word(of, content.words)
        if not isinstance(content, Complex):
            return leaf(of, self._number, self._parent, self.setting)
        if isinstance(content, Mapped):
            for found in _known(of, self._number, self._parent, self.setting):
                if _fits(content, found):
                    return found
            return content.gather(self._record(content.content, name or of.field))
        if isinstance(content, Sole):
            return self._record(Record(content.part), name or of.field).get(content.part.field, ())
        assert isinstance(content, Record)
        return self._record(content, name or of.field)

    def _record(self, record: Record, name: str) -> dict[str, Any]:
        outside, self._parent = self._parent, name
        values = {
            each.field: leaf(each, self._number, self._parent, self.setting) for each in record.attributes
        }
        for part in record.parts:
            self._part(part, values)
        self._parent = outside
        return values

    def _part(self, part: Part, values: dict[str, Any]) -> None:
        if isinstance(part, Element):
            if not part.optional or part.field in self.setting.given or self._choose(2):
                values[part.field] = self.content(part)
        elif isinstance(part, (Many, Indexed)):
            values[part.field] = self._items(part)
        elif isinstance(part, Choice):
            if not part.optional or self._choose(2):
                branches = self._in_order(part.parts)
                self._part(branches[self._choose(len(branches))], values)
        elif isinstance(part, Group):
            if not part.optional or self._choose(2):
                for each in part.parts:
                    self._part(each, values)
        else:
            assert isinstance(part, When)
            values[part.element.field] = self.setting.given.get(part.element.field, Moment.NOW)

    def _items(self, part: Many | Indexed) -> Any:
        """As many as there must be, or the usual number: all of them choose alike."""
        count = min(max(part.low, _ROWS.get(part.field, 1)), part.high)
        outside, start, items = self._number, self._at, []
        for number in range(1, count + 1):
            self._number, self._at = number, start
            items.append(self.content(part.element, part.field))
        self._number = outside
        if isinstance(part, Indexed) and not part.complete:
            return dict(enumerate(items, 1))
        return tuple(items)

    def _word(self, of: Element, words: Sequence[str]) -> str:
        """One of the words, the likeliest first; one that is given is no choice."""
        first = leaf(of, self._number, self._parent, self.setting)
        if of.field in self.setting.given:
            return str(first)
        return str([first, *(word for word in words if word != first)][self._choose(len(words))])

    def _in_order(self, branches: Sequence[Part]) -> list[Part]:
        """The branches, those that the setting is about before the others."""
        wanted = {*self.setting.about, *_USUAL}

        def fits(branch: Part) -> bool:
            names = [start.rpartition("}")[2] for start in branch.starts()]
            return not any(word in name for name in names for word in wanted)

        return sorted(branches, key=fits)

    def _choose(self, width: int) -> int:
        if self._at == len(self.widths):
            self.widths.append(width)
        self._at += 1
        return self._script[self._at - 1] if self._at <= len(self._script) else 0


_USUAL = ("NonSpecifiedYear", "NonSpecifiedDayOfWeek", "TOUTariff")
"""Branches that are chosen first: days of every year, whatever their weekday; prices by time of use."""

_ROWS: Mapping[str, int] = MappingProxyType(
    {"profile_schedules": 2, "tou_prices": 2, "poly_phase_voltage_settings": 3}
)
"""Lists that are more telling with more than one row."""


def _known(of: Element | Attribute, number: int, parent: str, setting: Setting) -> Iterator[Any]:
    if of.field in setting.given:
        yield setting.given[of.field]
    for name in (f"{parent}.{of.field}", of.field):
        if name in _BY_NAME:
            yield _told(_BY_NAME[name], number, setting)
    if of.unit in _BY_UNIT:
        yield _BY_UNIT[of.unit]


def _told(value: Any, number: int, setting: Setting) -> Any:
    if isinstance(value, timedelta):
        return setting.now + value
    return value(number) if callable(value) else value


def _plainest(content: lexical.Simple, setting: Setting) -> Any:
    for kind in type(content).__mro__:
        if kind in _BY_TYPE:
            return _BY_TYPE[kind](content, setting)
    raise TypeError(f"{type(content).__name__} has no example")


def _text(content: lexical.Text, _: Setting) -> str:
    text = "Example" if content.high is None else "Example"[: content.high]
    try:
        return content.write(text.ljust(content.low, "e"))
    except ValueError:
        return content.write("0" * max(content.low, 1))


def _integer(content: lexical.Integer, _: Setting) -> int:
    if content.low is None or content.high is None:
        return 1
    return max(content.low, min(content.high, 1))


def _number(content: lexical.Number, _: Setting) -> Decimal:
    if content.low is None or content.high is None:
        return Decimal(1)
    middle = (content.low + content.high) / 2
    return middle if content.decimals is None else round(middle, content.decimals)


_BY_TYPE: Mapping[type, Callable[[Any, Setting], Any]] = {
    lexical.Text: _text,
    lexical.Integer: _integer,
    lexical.Number: _number,
    lexical.OneOf: lambda content, _: content.words[0],
    lexical.Listed: lambda content, _: next(iter(content.words())),
    lexical.Boolean: lambda _, __: True,
    octets.Base64: lambda _, __: b"\x00\x01\x02",
    octets.Hex: lambda content, _: content.allowed[0] if content.allowed else bytes(max(content.low, 1)),
    lexical.Eui: lambda _, __: DEVICE,
    lexical.Euis: lambda _, __: (DEVICE,),
    lexical.Identifier: lambda _, __: RequestId(USER, DEVICE, 1),
    moments.DateTime: lambda _, setting: setting.now + timedelta(days=1),
    moments.Execution: lambda _, setting: setting.now + timedelta(days=1),
    moments.TimeOfDay: lambda _, __: time(0, tzinfo=UTC),
    moments.Day: lambda _, setting: (setting.now + timedelta(days=1)).date(),
    moments.YearlyDay: lambda _, __: DayMonth(None, 1, 1),
}

_BY_UNIT: Mapping[str, Any] = {
    "millipence": 500_000,
    "Wh": 1_000_000,
    "W": 2_000,
    "V": 230,
    "s": 600,
    "min": 30,
    "%": 50,
}


def _at(hour: int, minute: int = 0) -> time:
    return time(hour, minute, tzinfo=UTC)


_BY_NAME: Mapping[str, Any] = {
    # tariffs: one season, one week, one day of two prices
    "price_scale": -5,
    "standing_charge_scale": -5,
    "standing_charge": 31_000,
    "tou_price": lambda number: 24_500 - 100 * number,
    "block_price": lambda number: 24_500 - 1_000 * number,
    "electricity_price_element": lambda number: 24_500 - 100 * number,
    "block_threshold": lambda number: 1_000_000 * number,
    "season_start_date": DayMonth(None, 1, 1),
    "special_days.date": DayMonth(None, 12, 25),
    "season_name": lambda number: f"Season{number}",
    "profile_schedules.start_time": lambda number: _at(7 * (number - 1)),
    "tou_tariff_action": lambda number: number,
    "day_name": lambda number: number,
    "gas_day_name": lambda number: number,
    "week_name": lambda number: number,
    # balances, debts and credit
    "emergency_credit_limit": 1_000_000,
    "emergency_credit_threshold": 100_000,
    "low_credit_threshold": 200_000,
    "disablement_threshold": 0,
    "max_credit_threshold": 25_000_000,
    "max_meter_balance": 50_000_000,
    "debt_recovery_per_payment": 2_000,
    "debt_recovery_rate_price_scale": -5,
    "non_disablement_script": lambda number: ("START", "STOP")[number % 2 - 1],
    "non_disablement_action": lambda number: ("START", "STOP")[number % 2 - 1],
    "utrn": "00000000000000000001",
    # words and numbers that people know something by
    "supplier_name": "Example Energy",
    "supplier_telephone_number": "0800 000 0000",
    "supplier_message": "Your tariff changes on 1 May.",
    "switch_description": lambda number: f"Heating {number}",
    "import_mpan": "1000000000012",
    "secondary_import_mpan": "1000000000021",
    "export_mpan": "1000000000030",
    "import_mprn": "4000000108",
    "import_mpxn": "1000000000012",
    "mpxn": "1000000000012",
    "post_code": "GB1 1SM",
    "address_identifier": "1",
    "firmware_version": "00000001",
    "smetschts_version": "SMETS2 V4.2",
    # moments
    "read_log_period.start_date_time": timedelta(days=-7),
    "read_log_period.end_date_time": timedelta(0),
    "start_date_time": timedelta(hours=1),
    "end_date_time": timedelta(hours=2),
    "current_date_time": timedelta(0),
    "restriction_date_time": timedelta(0),
    "install_date_time": timedelta(0),
    "user_ref_date_time": timedelta(0),
    "start_time": _at(16),
    "end_time": _at(19),
    "switch_time": _at(7),
    "end_date": DayMonth(None, 12, 31),
    "schedule_end_date": date(2027, 3, 31),
    # meters and their surroundings
    "phase": lambda number: number,
    "tolerance_period": 10,
    "calorific_value": Decimal("39.5"),
    "conversion_factor": Decimal("1.02264"),
    "uncontrolled_gas_flow_rate_decimal": Decimal("0.0300"),
    "average_rms_over_voltage_threshold": 253,
    "average_rms_under_voltage_threshold": 216,
    "rms_extreme_over_voltage_threshold": 262,
    "rms_extreme_under_voltage_threshold": 207,
    "rms_voltage_swell_threshold": 262,
    "rms_voltage_sag_threshold": 207,
    "load_limit_power_threshold": 10_000,
    "medium_high_power_threshold": 4_000,
    "low_medium_power_threshold": 1_000,
    "randomised_offset_limit": 600,
    "remote_party_role": "Supplier",
    "install_code": bytes(range(16)),
    "firmware_hash": bytes(range(32)),
}
"""Values by the field, or by what it stands in and the field; a function takes its number among its like."""
