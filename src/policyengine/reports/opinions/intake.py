"""Read the opinion form back. Everything that cannot be placed is refused at once, by row and column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from policyengine.diagnostics import Problems, Span, did_you_mean
from policyengine.reports.opinions import columns, wording
from policyengine.reports.opinions.rounds import Decision, Opinion, Round
from policyengine.standard.clauses import normalise_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from policyengine.reports.opinions.places import Places


@dataclass(frozen=True, slots=True)
class Intake:
    """What a form brought: the round with it, how many opinions were new, settled anew, and already known."""

    round: Round
    new: int
    settled: int
    known: int


def read_sheet(path: Path, places: Places, into: Round) -> Intake:
    """Read a form into a round.

    Raises:
        BookRefusedError: with every row and column that cannot be placed; then nothing of the form counts.

    """
    problems = Problems()
    rows = list(_rows(path, problems))
    problems.stop_if_any()
    if into.reported:
        problems.add("V010", wording.ALREADY_REPORTED, _span(path, 1, 1))
    kept = {one.number: one for one in into.opinions}
    known = {_identity(one): one.number for one in into.opinions}
    new = settled = repeated = 0
    for number, cells in rows:
        read = _opinion(_Row(path, number, cells, problems), places, kept, into.title)
        if read is None:
            continue
        was = kept.get(read.number)
        if was is not None:
            settled += was != read
            kept[read.number] = read
        elif _identity(read) in known:
            repeated += 1
        else:
            read = replace(read, number=max(kept, default=0) + 1)
            kept[read.number] = read
            known[_identity(read)] = read.number
            new += 1
    problems.stop_if_any()
    return Intake(replace(into, opinions=tuple(kept[key] for key in sorted(kept))), new, settled, repeated)


@dataclass(slots=True)
class _Row:
    """One row of the form being read."""

    path: Path
    number: int
    cells: dict[str, str]
    problems: Problems
    refused: bool = False

    def get(self, column: str) -> str:
        return self.cells.get(column, "")

    def refuse(self, column: str, what: str, help: str = "") -> str:  # noqa: A002
        self.refused = True
        place = _span(self.path, self.number, columns.COLUMNS.index(column) + 1)
        self.problems.add("V011", wording.at(self.number, column, what), place, help=help)
        return ""


def _rows(path: Path, problems: Problems) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, OSError, KeyError):
        problems.add("V012", wording.NOT_A_WORKBOOK, _span(path, 1, 1))
        return
    sheet = book[wording.FORM_TITLE] if wording.FORM_TITLE in book.sheetnames else book.worksheets[0]
    header: list[str] = []
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        texts = ["" if cell is None else str(cell).strip() for cell in row]
        if not header:
            if columns.CLAUSE in texts and columns.TEXT in texts:
                header = texts
                lacking = [name for name in columns.NEEDED if name not in header]
                if lacking:
                    problems.add("V013", wording.missing_columns(lacking), _span(path, number, 1))
                    return
            continue
        cells = {name: text for name, text in zip(header, texts, strict=False) if name in columns.COLUMNS}
        if any(text for name, text in cells.items() if name != columns.NUMBER):
            yield number, cells
    if not header:
        problems.add("V013", wording.missing_columns(list(columns.NEEDED)), _span(path, 1, 1))


def _opinion(row: _Row, places: Places, kept: dict[int, Opinion], title: str) -> Opinion | None:
    place = _place(row, places)
    decision = row.get(columns.DECISION)
    if not row.get(columns.TEXT):
        row.refuse(columns.TEXT, wording.NO_TEXT)
    if not row.get(columns.PROPOSER):
        row.refuse(columns.PROPOSER, wording.NO_PROPOSER)
    if decision and decision not in set(Decision):
        row.refuse(columns.DECISION, wording.no_such_decision(decision), wording.DECISIONS)
    elif decision and not row.get(columns.DECISION_REASON):
        row.refuse(columns.DECISION_REASON, wording.NO_REASON, wording.GIVE_REASON)
    number = _number(row)
    if number and number not in kept:
        row.refuse(columns.NUMBER, wording.no_such_number(number, title))
    if row.refused:
        return None
    made = Opinion(
        number, *place, row.get(columns.TEXT), row.get(columns.ARGUMENT), row.get(columns.PROPOSER),
        Decision(decision) if decision else None, row.get(columns.DECISION_REASON),
    )  # fmt: skip
    if number and _identity(made) != _identity(kept[number]):
        row.refuse(columns.TEXT, wording.changed_since(number))
        return None
    return made


def _number(row: _Row) -> int:
    text = row.get(columns.NUMBER).removesuffix(".0")
    if text and not text.isdecimal():
        row.refuse(columns.NUMBER, wording.unknown("编号", text))
        return 0
    return int(text or 0)


def _place(row: _Row, places: Places) -> tuple[str, str, str, str]:
    """Find where the opinion belongs; what is narrower fills in what is wider."""
    clause = _clause(row, places)
    sentence = _named(row, columns.SENTENCE, places.standard.sentences)
    rule = _named(row, columns.RULE, places.rules)
    scenario = _scenario(row, places, rule)
    if scenario and not rule:
        rule = places.scenarios[scenario][0]
    if sentence and clause not in {"", wording.WHOLE}:
        stands = places.standard.sentences[sentence].clause
        if not places.under(stands, clause):
            row.refuse(columns.SENTENCE, wording.sentence_elsewhere(sentence, clause))
    if sentence and rule and rule not in places.carriers.get(sentence, ()):
        helped = wording.carried_by(places.carriers.get(sentence, ()))
        row.refuse(columns.RULE, wording.rule_elsewhere(rule, sentence), helped)
    elif rule and not sentence and clause not in {"", wording.WHOLE}:
        own = places.rules[rule].clause
        carries = any(
            rule in names and places.under(places.standard.sentences[one].clause, clause)
            for one, names in places.carriers.items()
        )
        if not places.under(own, clause) and not carries:
            row.refuse(columns.RULE, wording.rule_not_in_clause(rule, clause, own))
    if not clause and sentence:
        clause = places.standard.sentences[sentence].clause
    if not clause and rule:
        clause = places.rules[rule].clause
    if not clause and not row.refused:
        row.refuse(columns.CLAUSE, wording.NO_PLACE)
    return (clause, sentence, rule, scenario)


def _clause(row: _Row, places: Places) -> str:
    text = row.get(columns.CLAUSE)
    if not text or text == wording.WHOLE:
        return text
    for written in (text, text.split()[0]):
        key = normalise_key(written)
        if key in places.standard.clauses:
            return key
    # As reports write it, key and title without a blank between them: 五（五）基本要求.
    near = [
        key
        for key in places.standard.clauses
        if normalise_key(text) == normalise_key(places.standard.clauses[key].label)
    ]
    if near:
        return near[0]
    helped = did_you_mean(text.split()[0], places.standard.clauses) or wording.PICK
    return row.refuse(columns.CLAUSE, wording.unknown("条款", text), helped)


def _named(row: _Row, column: str, known: Collection[str]) -> str:
    text = row.get(column)
    name = text.split()[0] if text else ""
    if not name or name in known:
        return name
    return row.refuse(column, wording.unknown(column, name), did_you_mean(name, known) or wording.PICK)


def _scenario(row: _Row, places: Places, rule: str) -> str:
    text = row.get(columns.SCENARIO)
    if not text:
        return ""
    code = text.split()[0]
    if code not in places.scenarios:
        named = [
            one for one, (of, name) in places.scenarios.items() if name == text and (not rule or of == rule)
        ]
        if len(named) > 1:
            return row.refuse(columns.SCENARIO, wording.ambiguous(text))
        if not named:
            return row.refuse(columns.SCENARIO, wording.unknown("场景", text), wording.PICK)
        code = named[0]
    if rule and places.scenarios[code][0] != rule:
        return row.refuse(columns.SCENARIO, wording.scenario_elsewhere(places.scenarios[code][1], rule))
    return code


def _identity(one: Opinion) -> tuple[object, ...]:
    return (*one.place, one.text, one.argument, one.proposer)


def _span(path: Path, row: int, column: int) -> Span:
    return Span(path.name, row, column, row, column + 1)
