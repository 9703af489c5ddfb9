"""What definitions and decision tables may be changed into."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.scenarios.mutation import wording
from policyengine.scenarios.mutation.conditions import condition_variants, expression_variants
from policyengine.scenarios.mutation.variants import Kind, Variant, inside
from policyengine.semantics.ir import (
    All,
    Any,
    Compare,
    Constant,
    DecisionTable,
    Filled,
    Hit,
    Holds,
    Includes,
    Member,
    Negation,
    TableRow,
    Truth,
)
from policyengine.semantics.words import expression_words
from policyengine.values import Kind as ValueKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from policyengine.semantics.ir import Book, Condition, Definition, Expression

    Put: TypeAlias = Callable[[TableRow], DecisionTable]

CONDITIONS = (Truth, Holds, Compare, Member, Includes, Filled, Negation, All, Any)


def definition_variants(definition: Definition, book: Book) -> Iterator[Variant[Definition]]:
    """Change one thing in what derives a term."""
    body = definition.body
    if isinstance(body, DecisionTable):
        yield from inside(_table_variants(body, book), lambda new: replace(definition, body=new))
    elif isinstance(body, CONDITIONS):
        yield from inside(condition_variants(body, book), lambda new: replace(definition, body=new))
    else:
        yield from inside(expression_variants(body, book), lambda new: replace(definition, body=new))


def _table_variants(table: DecisionTable, book: Book) -> Iterator[Variant[DecisionTable]]:
    rows, conditional = table.rows, conditional_rows(table)
    for place, row in enumerate(rows):
        where = wording.row(place + 1)

        def put(new: TableRow, place: int = place) -> DecisionTable:
            return with_rows(table, (*rows[:place], new, *rows[place + 1 :]))

        def put_when(new: Condition, row: TableRow = row, put: Put = put) -> DecisionTable:
            return put(replace(row, when=new))

        def put_output(new: Expression, row: TableRow = row, put: Put = put) -> DecisionTable:
            return put(replace(row, gives=new))

        if place < conditional:
            yield from inside(condition_variants(row.when, book), put_when, where)
            if len(rows) > 1:
                dropped = with_rows(table, (*rows[:place], *rows[place + 1 :]))
                yield Variant(dropped, Kind.ROWS, wording.row_dropped(place + 1))
        yield from inside(_output_variants(row.gives, book), put_output, where)
        if table.hit is Hit.FIRST and place + 1 < conditional:
            swapped = with_rows(table, (*rows[:place], rows[place + 1], row, *rows[place + 2 :]))
            yield Variant(swapped, Kind.ROWS, wording.rows_swapped(place + 1))


def with_rows(table: DecisionTable, rows: tuple[TableRow, ...]) -> DecisionTable:
    """Put rows in; a last row 否则 goes on meaning: none of the rows above."""
    if conditional_rows(table) < len(table.rows) and len(rows) > 1:
        rows = (*rows[:-1], replace(rows[-1], when=_none_of(rows[:-1])))
    return replace(table, rows=rows)


def conditional_rows(table: DecisionTable) -> int:
    """Count the rows that state a condition: all of them but 否则."""
    rows = table.rows
    return len(rows) - 1 if len(rows) > 1 and rows[-1].when == _none_of(rows[:-1]) else len(rows)


def _output_variants(gives: Expression, book: Book) -> Iterator[Variant[Expression]]:
    """Give the member before and the member after, or the opposite, or a number one step off."""
    if not isinstance(gives, Constant):
        yield from expression_variants(gives, book)
        return
    others: list[Constant] = []
    if gives.type.kind is ValueKind.BOOLEAN:
        others = [Constant(not gives.value, gives.type)]
    elif gives.type.kind is ValueKind.CHOICE and gives.value in gives.type.members:
        place = gives.type.members.index(str(gives.value))
        near = (place - 1, place + 1)
        others = [
            Constant(gives.type.members[one], gives.type)
            for one in near
            if 0 <= one < len(gives.type.members)
        ]
    for other in others:
        yield Variant(
            other, Kind.ROWS, wording.changed(expression_words(gives, book), expression_words(other, book))
        )
    yield from expression_variants(gives, book)


def _none_of(rows: tuple[TableRow, ...]) -> Condition:
    whens = tuple(row.when for row in rows)
    return Negation(Any(whens)) if len(whens) > 1 else Negation(whens[0])
