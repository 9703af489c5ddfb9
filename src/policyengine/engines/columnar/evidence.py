"""Evidence as text: one JSON object a verdict row. This module is the one place that knows its form.

Recorded terms by name, as `values.show` writes them, filled ones only, sorted; then, for event rules:

    {"在岗经办人员数": "1", "违反": ["E3"], "满足": 2, "待办": [["E7", "2025-07-01"]]}

违反: ids of the events that raised violated activations. 满足: how many activations are met. 待办: obligations
still open, by last day: the id of the event that raised it (or empty) and the day.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, assert_never

import polars as pl

from policyengine.engines.columnar import calendar, choices
from policyengine.engines.findings import Due, Evidence
from policyengine.values import Kind, day_number, parse, parse_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policyengine.values import Type, Value

VIOLATED, MET, DUE = "违反", "满足", "待办"
# The entries of an event rule under which nothing happened, as they do not where it does not apply.
NO_EVENTS = (f'"{VIOLATED}": []', f'"{MET}": 0', f'"{DUE}": []')
_TO_ESCAPE = ["\\", '"', *(chr(code) for code in range(32))]
_ESCAPED = [json.dumps(text)[1:-1] for text in _TO_ESCAPE]


def shown(name: str, of: Type) -> pl.Expr:
    """Write a column of recorded values as `values.show` does; missing stays missing."""
    column = pl.col(name)
    match of.kind:
        case Kind.BOOLEAN:
            return pl.when(column).then(pl.lit("是")).when(~column).then(pl.lit("否"))
        case Kind.INTEGER:
            return column.cast(pl.String)
        case Kind.DECIMAL:
            return _decimal(column, of.places)
        case Kind.DATE:
            return calendar.iso(column)
        case Kind.CHOICE | Kind.TEXT:
            return column.cast(pl.String)
        case Kind.CHOICES:
            listed = choices.names(choices.column(name, of.members))
            return (
                pl.when(listed.list.len() > 0)
                .then(listed.list.join("、"))
                .when(column.is_not_null())
                .then(pl.lit("无"))
            )
        case _:
            assert_never(of.kind)


def quoted(text: pl.Expr) -> pl.Expr:
    """Write a text as a JSON string."""
    return pl.lit('"') + text.str.replace_many(_TO_ESCAPE, _ESCAPED) + pl.lit('"')


def fact_entries(terms: Mapping[str, Type]) -> list[pl.Expr]:
    """Write the recorded terms as JSON entries; an entry is null where the term is missing."""
    return [
        pl.lit(f"{json.dumps(name, ensure_ascii=False)}: ") + quoted(shown(name, terms[name]))
        for name in sorted(terms)
    ]


def joined(entries: Iterable[pl.Expr]) -> pl.Expr:
    """Make a JSON object of entries, leaving out null ones."""
    parts = list(entries)
    inner = pl.concat_str(parts, separator=", ", ignore_nulls=True) if parts else pl.lit("")
    return pl.concat_str([pl.lit("{"), inner, pl.lit("}")])


def read(text: str, types: Mapping[str, Type]) -> Evidence:
    """Read evidence back; `types` are those of the recorded terms."""
    found = json.loads(text)
    due = [Due(day_number(parse_date(day)), event) for event, day in found.pop(DUE, [])]
    violated = tuple(found.pop(VIOLATED, ()))
    met = found.pop(MET, 0)
    values = {name: _parsed(one, types[name]) for name, one in found.items()}
    return Evidence(values, violated, met, tuple(due))


def _parsed(text: str, of: Type) -> Value:
    return text if of.kind in {Kind.TEXT, Kind.CHOICE} else parse(text, of)


def _decimal(column: pl.Expr, places: int) -> pl.Expr:
    if places == 0:
        return column.cast(pl.String)
    whole, part = column.abs() // 10**places, column.abs() % 10**places
    decimals = part.cast(pl.String).str.zfill(places).str.strip_chars_end("0")
    text = pl.when(part == 0).then(whole.cast(pl.String)).otherwise(whole.cast(pl.String) + "." + decimals)
    return pl.when(column < 0).then(pl.lit("-") + text).otherwise(text)
