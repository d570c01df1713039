"""A table to take away, as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gbsmart.web.json_twin import as_json

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, names: bool = True) -> str:
    """The rows under the names of the columns, a line each; a column that a row has not is empty there.

    Without ``names`` only the rows, for a table that is written in parts.

    Values are written as :func:`~gbsmart.web.as_json` has them: of a list its items with semicolons
    between, of an object its JSON. A text that a spreadsheet would take for a formula is marked as text.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    if names:
        writer.writerow(columns)
    writer.writerows([_cell(as_json(row.get(column))) for column in columns] for row in rows)
    return written.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return _plain(value)
    text = "; ".join(map(_plain, value)) if isinstance(value, list) else _plain(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
