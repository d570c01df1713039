"""Bodies of DLMS forms: the access request of a command and the access response that answers it.

The specifications of a request are known before any message arrives, so recognising and building one
is comparing and joining octets (GBCS appendix of ordered access lists, ``gbcs-payloads`` A).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from gbsmart.gbcs.dlms.apdu import (
    Access,
    Specification,
    access_request,
    access_response,
    check_invoke_id,
    long_invoke_id,
)
from gbsmart.gbcs.dlms.items import PROTECTED, Item, Key
from gbsmart.gbcs.dlms.shapes import NULL_DATA
from gbsmart.gbcs.dlms.written import putting
from gbsmart.gbcs.form import Outcome, Values
from gbsmart.gbcs.lengths import write_length
from gbsmart.gbcs.shape import (
    NOT_WRITABLE,
    SEALED,
    Context,
    Sealed,
    Shape,
    Unread,
    ended,
    mismatch,
    put_member,
    quick,
)
from gbsmart.gbcs.tree import Branch, Leaf, Node
from gbsmart.ground import InvalidValue, MalformedMessage

RANGE_SELECTOR = 1
"""Which part of a log is read: always a range."""


class AccessRequest:
    """The command of a DLMS form."""

    def __init__(self, *items: Item) -> None:
        self.items = items
        self._keys = [item.keys for item in items]
        self._has_options = any(item.optional for item in items)
        self._varies = self._has_options or any(item.among or item.parts for item in items)
        self._runs = _runs(items)
        said = [_said(item) for item in items]
        self._puts = list(dict.fromkeys(said))  # what stands in several places is written once
        self._places = [self._puts.index(each) for each in said]

    def fields(self) -> tuple[str, ...]:
        """The names of the values, in order, each once."""
        names: dict[str, None] = {}
        for item in self.items:
            if item.among:
                names[item.chosen_by] = None
            if item.argument is not None and (item.optional or not item.valueless):
                names.update(dict.fromkeys(item.values))
            if item.selected is not None:
                names[item.selected_by] = None
        return tuple(names)

    def recognises(self, payload: Node) -> bool:
        """Whether the specifications are this form's, in order, optional ones aside."""
        return self._matched(payload) is not None

    def take(self, payload: Node, context: Context) -> dict[str, Any]:
        """The values; one that stands in several places must be the same in all of them."""
        matched = self._matched(payload)
        if matched is None:
            mismatch(payload, "the access list of this form")
        assert isinstance(payload, Branch)
        check_invoke_id(payload, context.header.counter)
        specs, data = cast("Branch", payload.children[2]), cast("Branch", payload.children[3])
        values: dict[str, Any] = {}
        for item, spec, node in zip(matched, specs.children, data.children, strict=True):
            spec.meaning = node.meaning = item.title
            node.name = item.name
            if item.selected is not None:
                selector, selection = cast("Branch", spec).children[-2:]
                if cast("Leaf", selector).value != RANGE_SELECTOR:
                    mismatch(selector, f"selector {RANGE_SELECTOR}, a range")
                _agree(values, item.selected_by, item.selected.take(selection, context), selection)
            if item.among:
                _agree(values, item.chosen_by, 1 + item.keys.index(_shown(spec)), spec)
            if item.argument is None:
                NULL_DATA.take(node, context)
                continue
            value = item.argument.take(node, context)
            if item.valueless:
                value = True
                if not item.optional:
                    continue
            for name, part in _parts(item, value):
                _agree(values, name, part, node)
        return values

    def scan(self, data: bytes, context: Context) -> dict[str, Any]:
        """The values straight from the octets: the access list is compared in long runs."""
        if self._varies or data[:5] != b"\xd9" + long_invoke_id(context.header.counter):
            raise Unread
        at = 5
        values: dict[str, Any] = {}
        for octets, selecting in self._runs:
            if not data.startswith(octets, at):
                raise Unread
            at += len(octets)
            if selecting is not None:
                value, at = quick(cast("Shape", selecting.selected))(data, at, context)
                if values.setdefault(selecting.selected_by, value) != value:
                    raise Unread
        for item in self.items:
            value, at = quick(item.argument or NULL_DATA)(data, at, context)
            if item.argument is None or item.valueless:
                continue
            if values.setdefault(item.name, value) != value:
                raise Unread
        return ended(values, data, at)

    def put(self, values: Values, context: Context) -> bytes:
        """The access request; raises :class:`InvalidValue` naming the field."""
        if not self._varies and len(self._runs) == 1:
            data = self._arguments(values, context)
            return b"\xd9" + long_invoke_id(context.header.counter) + self._runs[0][0] + b"".join(data)
        entries: list[tuple[bytes, bytes]] = []
        for item in self.items:
            if not item.present(values):
                continue
            spec = item.specification(values) + _selection(item, values, context)
            entries.append((spec, _argument(item, values, context)))
        return access_request(context.header.counter, entries)

    def _arguments(self, values: Values, context: Context) -> list[bytes]:
        """The arguments of every item: at once, where there is nothing to say of any of them."""
        try:
            said = [put(values[name] if name else None, context) for name, put in self._puts]
        except (InvalidValue, *NOT_WRITABLE):
            return [_argument(item, values, context) for item in self.items]
        return [said[each] for each in self._places]

    def canonical(self, values: Values) -> dict[str, Any]:
        """Only what the form holds; optional items that are not asked for have no value."""
        canonical: dict[str, Any] = {}
        for item in self.items:
            if item.selected is not None:
                canonical[item.selected_by] = values[item.selected_by]
            if item.argument is None or not item.present(values):
                continue
            if item.among:
                canonical[item.chosen_by] = values[item.chosen_by]
            if not item.valueless:
                canonical.update({name: values[name] for name in item.values})
            elif item.optional:
                canonical[item.name] = True
        return canonical

    def _matched(self, payload: Node) -> Sequence[Item] | None:
        if not isinstance(payload, Branch) or payload.name != "access-request":
            return None
        specs = cast("Branch", payload.children[2]).children
        if not self._has_options:
            if len(specs) != len(self.items):
                return None
            return self.items if all(map(_shows, specs, self._keys)) else None
        return self._match_options(specs)

    def _match_options(self, specs: Sequence[Node]) -> Sequence[Item] | None:
        matched: list[Item] = []
        remaining = iter(self.items)
        for spec in specs:
            for item in remaining:
                if _shows(spec, item.keys):
                    matched.append(item)
                    break
                if not item.optional:
                    return None
            else:
                return None
        return matched if all(item.optional for item in remaining) else None


class AccessResponse:
    """The response of a DLMS form: one value and one result per item asked for."""

    def __init__(self, *items: Item) -> None:
        self.items = items
        self._least = sum(not item.optional for item in items)
        self._count = write_length(len(items))
        self._kinds = bytes(_answered_as(item) for item in items)

    def fields(self) -> tuple[str, ...]:
        """The names of the values delivered."""
        return tuple(
            name for item in self.items if item.answer is not None for name in item.spread or (item.name,)
        )

    def recognises(self, payload: Node) -> bool:
        """Whether the number and kind of results are this form's."""
        if not isinstance(payload, Branch) or payload.name != "access-response":
            return False
        results = cast("Branch", payload.children[4]).children
        return self._least <= len(results) <= len(self.items)

    def take(self, payload: Node, context: Context) -> Outcome:
        """What was delivered, and one result code per item asked for.

        Where optional items were left out, nothing in the response says which: none is named then.
        """
        if not self.recognises(payload):
            mismatch(payload, "the results of this form")
        assert isinstance(payload, Branch)
        check_invoke_id(payload, context.header.counter)
        data = cast("Branch", payload.children[3]).children
        results = cast("Branch", payload.children[4]).children
        whole = len(results) == len(self.items)
        values: dict[str, Any] = {}
        codes: list[int] = []
        for item, node, result in zip(self.items, data, results, strict=False):
            kind, code = cast("list[Leaf]", cast("Branch", result).children)
            if kind.value != _answered_as(item):
                mismatch(kind, f"a result of access {_answered_as(item)}")
            if whole:
                node.name, node.meaning = PROTECTED if item.spread else item.name, item.title
                result.meaning = item.title
            codes.append(code.value)
            if code.value or item.answer is None:
                NULL_DATA.take(node, context)
            else:
                _deliver(item, item.answer.take(node, context), values)
        return Outcome(values, tuple(codes))

    def scan(self, data: bytes, context: Context) -> Outcome:
        """The outcome straight from the octets; the results, at the end, tell which values there are."""
        at = 7 + len(self._count)
        end = len(data) - 2 * len(self.items)
        results = data[end:]
        head = b"\xda" + long_invoke_id(context.header.counter) + b"\x00\x00" + self._count
        if data[:at] != head or results[::2] != self._kinds:
            raise Unread
        codes = tuple(results[1::2])
        values: dict[str, Any] = {}
        for item, code in zip(self.items, codes, strict=True):
            if code or item.answer is None:
                _, at = NULL_DATA.scan(data, at, context)
                continue
            value, at = quick(item.answer)(data, at, context)
            _deliver(item, value, values)
        if data[at:end] != self._count:
            raise Unread
        return Outcome(values, codes)

    def put(self, values: Outcome, context: Context) -> bytes:
        """The access response that says what ``values`` (an :class:`Outcome`) says."""
        codes = values.results or (0,) * len(self.items)
        entries: list[tuple[int, int, bytes]] = []
        for item, code in zip(self.items, codes, strict=False):
            answered = not code and item.answer is not None
            entries.append(
                (item.access, code, _answer(item, values.values, context) if answered else b"\x00")
            )
        return access_response(context.header.counter, entries)

    def canonical(self, values: Outcome) -> Outcome:
        """With a result for every item, and values only where the result is success."""
        codes = values.results or (0,) * len(self.items)
        delivered = {
            name: values.values[name]
            for item, code in zip(self.items, codes, strict=False)
            if not code and item.answer is not None
            for name in _names(item, values.values)
        }
        return Outcome(delivered, tuple(codes))


def _runs(items: Sequence[Item]) -> list[tuple[bytes, Item | None]]:
    """The access list as octets that are always the same, each with the item that selects behind it."""
    count = write_length(len(items))
    runs: list[tuple[bytes, Item | None]] = []
    octets = b"\x00" + count
    for item in items:
        octets += Specification(item.access, item.ref).octets
        if item.selected is not None:
            runs.append((octets + bytes((RANGE_SELECTOR,)), item))
            octets = b""
    return [*runs, (octets + count, None)]


def _argument(item: Item, values: Values, context: Context) -> bytes:
    if item.argument is None:
        return b"\x00"
    if item.valueless:
        return item.argument.put(None, context)
    if not item.parts:
        return put_member(item.name, item.argument, values, context)
    for name in item.parts:
        if name not in values:
            raise InvalidValue("a value is missing", field=name)
    return item.argument.put({name: values[name] for name in item.parts}, context)


def _said(item: Item) -> tuple[str, Callable[[Any, Context], bytes]]:
    """The value that an item's argument holds ("" for none), and what writes it."""
    argument = item.argument or NULL_DATA
    return "" if item.argument is None or item.valueless else item.name, putting(argument)


def _parts(item: Item, value: Any) -> Iterable[tuple[str, Any]]:
    """The values of the form that an item's argument holds."""
    return value.items() if item.parts else ((item.name, value),)


def _selection(item: Item, values: Values, context: Context) -> bytes:
    """The selector (1, a range) and what it selects, behind a specification."""
    if item.selected is None:
        return b""
    return bytes((RANGE_SELECTOR,)) + put_member(item.selected_by, item.selected, values, context)


def _answered_as(item: Item) -> int:
    """A selective get is answered as a get."""
    return int(Access.GET if item.access is Access.GET_WITH_SELECTION else item.access)


def _answer(item: Item, values: Values, context: Context) -> bytes:
    shape = cast("Shape", item.answer)
    if item.spread:
        return shape.put(values.get(SEALED, values), context)
    return put_member(item.name, shape, values, context)


def _deliver(item: Item, value: Any, values: dict[str, Any]) -> None:
    """Add what an item answered; an attribute that is read twice must be the same both times."""
    if not item.spread:
        if values.setdefault(item.name, value) != value:
            raise MalformedMessage(f"{item.name} is {value} here and {values[item.name]} before")
    elif isinstance(value, Sealed):
        values[SEALED] = value
    else:
        values.update(value)


def _names(item: Item, values: Values) -> tuple[str, ...]:
    """What the values of the item's answer are called, opened or not."""
    if not item.spread:
        return (item.name,)
    return (SEALED,) if SEALED in values else item.spread


def _shown(spec: Node) -> Key:
    access, class_id, obis, member = cast("list[Leaf]", cast("Branch", spec).children)[:4]
    return access.value, class_id.value, obis.value, member.value


def _shows(spec: Node, keys: tuple[Key, ...]) -> bool:
    return _shown(spec) in keys


def _agree(values: dict[str, Any], name: str, value: Any, node: Node) -> None:
    if name in values and values[name] != value:
        raise MalformedMessage(
            f"{name} is {value} here and {values[name]} before", offset=node.offset, where=name
        )
    values[name] = value
