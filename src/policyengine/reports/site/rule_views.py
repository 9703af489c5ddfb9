"""Rules and derived terms as the site shows them: in words from the IR, and as written in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.reports.anchors import clause_number
from policyengine.reports.site import wording
from policyengine.reports.site.model import DefinitionView, QuotationView, RuleView, TableRowView
from policyengine.semantics.ir import ALWAYS, DecisionTable, Pattern
from policyengine.semantics.reads import definitions_read, parameters_read
from policyengine.semantics.words import condition_words, expression_words, pattern_words
from policyengine.standard.quotation import locate
from policyengine.values import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policyengine.diagnostics import Span
    from policyengine.reports.site.model import ParameterView
    from policyengine.semantics.ir import Book, Condition, Definition, Expression, Rule
    from policyengine.standard import Standard

# Parts five and six of the notes describe the standard's own chapters, a clause each; the other parts are short.
DIVIDED = frozenset({"五", "六"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rules are shown against. lines: of every rule file; carried: sentence ids by rule."""

    standard: Standard
    lines: Mapping[str, list[str]]
    layers: Mapping[str, str]
    carried: Mapping[str, tuple[str, ...]]
    parameters: Mapping[str, ParameterView]
    as_of: date


def rule_view(rule: Rule, book: Book, around: Surroundings) -> RuleView:
    """Show a rule by the book it stands in; scenarios, changes and the like are added by the caller."""
    read = definitions_read(rule, book)
    clause = around.standard.clauses.get(rule.clause)
    return RuleView(
        id=rule.id,
        title=rule.title,
        clause=rule.clause,
        clause_label=clause.label if clause else rule.clause,
        modality=str(rule.modality),
        subject=str(rule.subject),
        form=wording.EVENTS if isinstance(rule.requires, Pattern) else wording.FACTS,
        applies=wording.applies_to(str(rule.subject))
        if rule.applies == ALWAYS
        else condition_words(rule.applies, book),
        requires=requirement_words(rule, book),
        written=as_written(rule.span, around.lines),
        place=f"{rule.span.file}:{rule.span.line}" if rule.span else "",
        message=rule.message,
        note=rule.note,
        area=rule.area,
        laws=tuple(wording.law(one.name, one.article) for one in rule.laws),
        tightenable=rule.tightenable,
        waivable=rule.waivable,
        layer=rule.layer,
        layer_name=around.layers.get(rule.layer, rule.layer),
        since=rule.since.isoformat(),
        in_force=rule.since <= around.as_of,
        quotations=tuple(_quotation(text, rule.clause, around.standard) for text in rule.quotations),
        sentences=around.carried.get(rule.id, ()),
        definitions=tuple(definition_view(_named(name, book), book, around) for name in read),
        parameters=tuple(around.parameters[name] for name in parameters_read(rule, book)),
        changes=(),
        scenarios=(),
    )


def requirement_words(rule: Rule, book: Book) -> str:
    """Word what a rule asks for."""
    if isinstance(rule.requires, Pattern):
        return pattern_words(rule.requires, book)
    return condition_words(rule.requires, book)


def definition_view(one: Definition, book: Book, around: Surroundings) -> DefinitionView:
    """Show a derived term; a decision table row by row."""
    rows: tuple[TableRowView, ...] = ()
    words = hit = ""
    if isinstance(one.body, DecisionTable):
        hit = str(one.body.hit)
        rows = tuple(
            TableRowView(
                "其他情形" if row.when == ALWAYS else condition_words(row.when, book),
                expression_words(row.gives, book),
            )
            for row in one.body.rows
        )
    elif one.type.kind is Kind.BOOLEAN:
        words = condition_words(_as_condition(one.body), book)
    else:
        words = expression_words(_as_expression(one.body), book)
    return DefinitionView(
        name=one.name,
        subject=str(one.subject),
        meaning=one.meaning,
        words=words,
        hit=hit,
        rows=rows,
        written=as_written(one.span, around.lines),
        clause=one.clause,
        place=f"{one.span.file}:{one.span.line}" if one.span else "",
    )


def as_written(span: Span | None, lines: Mapping[str, list[str]]) -> str:
    """Give the item of a rule file that begins at a place, without its indentation, as far as it goes."""
    if span is None or span.file not in lines:
        return ""
    of_file = lines[span.file]
    first = of_file[span.line - 1]
    indent = len(first) - len(first.lstrip())
    found = [first[indent:]]
    for line in of_file[span.line :]:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        found.append(line[indent:])
    return "\n".join(found).rstrip()


def chapter_of(clause: str, standard: Standard) -> str:
    """Give the number of the chapter page that a clause stands on; empty for a clause that is not there."""
    entry = standard.clauses.get(clause)
    if entry is None:
        return ""
    part = entry.parent or entry.key
    return clause_number(clause if part in DIVIDED else part)


def _quotation(text: str, clause: str, standard: Standard) -> QuotationView:
    located = locate(standard, clause, text)
    if located is None or not located.sentences:
        return QuotationView(text, "", "", "", chapter_of(clause, standard))
    sentence = standard.sentences[located.sentences[0]]
    raw = standard.text
    start, end = located.range
    last = standard.sentences[located.sentences[-1]]
    return QuotationView(
        raw.joined(start, end).text,
        raw.joined(sentence.range[0], start).text,
        raw.joined(end, max(end, last.range[1])).text,
        sentence.id,
        chapter_of(sentence.clause, standard),
    )


def _named(name: str, book: Book) -> Definition:
    return next(one for one in book.definitions if one.name == name)


def _as_condition(body: Expression | Condition | DecisionTable) -> Condition:
    return body  # type: ignore[return-value]  # a boolean definition's body is a condition, says the IR


def _as_expression(body: Expression | Condition | DecisionTable) -> Expression:
    return body  # type: ignore[return-value]  # the others have an expression
