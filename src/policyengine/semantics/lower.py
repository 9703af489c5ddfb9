"""The whole text of a book to its meaning on a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from policyengine.diagnostics import Problems, Span
from policyengine.language.syntax import (
    Binary,
    Call,
    DefinitionText,
    Expr,
    FilledIn,
    Joined,
    MemberSet,
    Name,
    Not,
)
from policyengine.semantics import wording
from policyengine.semantics.direction import tightening
from policyengine.semantics.ir import (
    ALWAYS,
    All,
    Book,
    Change,
    Condition,
    Constant,
    DecisionTable,
    Definition,
    Expression,
    Hit,
    Law,
    Modality,
    Negation,
    Parameter,
    Pattern,
    Rule,
    TableRow,
)
from policyengine.semantics.ir import Any as AnyOf
from policyengine.semantics.lower_condition import agree, align, lower_condition, lower_value, type_of
from policyengine.semantics.lower_pattern import PatternLowering
from policyengine.semantics.magnitude import magnitude, sizes_of
from policyengine.semantics.parameters import lower_parameter, parameter_type
from policyengine.semantics.scope import Scope
from policyengine.values import BOOLEAN, Kind, Type
from policyengine.vocabulary.terms import ABOVE, Subject

if TYPE_CHECKING:
    from datetime import date

    from policyengine.language.syntax import BookText, ParameterText, RuleText
    from policyengine.vocabulary.terms import Vocabulary

_DEEPEST = (
    8  # definitions that read one another in a row; why a verdict holds is worked out through all of them
)
# 七统一: the clause that each unified area answers to (编制说明 五（四）).
_AREAS = {
    "五（五）": "基本要求", "五（六）": "合作程序", "五（七）": "经办规范", "五（八）": "管理培训", "五（九）": "安全要求", "五（十）": "监督评价",
    "五（十一）": "退出机制", "六（二）": "基本要求", "六（三）": "经办规范", "六（四）": "安全要求", "六（五）": "监督评价",
}  # fmt: skip


@dataclass(slots=True)
class _Lowering:
    text: BookText
    vocabulary: Vocabulary
    as_of: date
    layer: str
    problems: Problems
    derived: dict[str, Definition]
    parameter_types: dict[str, Type]
    sizes: dict[str, int]

    def scope(self, subject: Subject, clause: str) -> Scope:
        """Give the names that rules of a subject may use: terms, what is derived so far, parameters."""
        reachable = (subject, *ABOVE[subject])
        terms = {name: term.type for name, term in self.vocabulary.readable_by(subject).items()}
        terms |= {one.name: one.type for one in self.derived.values() if one.subject in reachable}
        elsewhere = {
            name: str(term.subject) for name, term in self.vocabulary.terms.items() if name not in terms
        }
        elsewhere |= {one.name: str(one.subject) for one in self.derived.values() if one.name not in terms}
        broken = frozenset(one.name.text for one in self.text.definitions) - self.derived.keys()
        return Scope(
            str(subject), clause, terms, self.parameter_types, self.problems, elsewhere, broken, self.sizes
        )


def lower(text: BookText, vocabulary: Vocabulary, as_of: date, layer: str, problems: Problems) -> Book:
    """Give the meaning of a book on a day. Problems are collected; the caller refuses the book if there are any."""
    declared = [one for rule in text.rules for one in rule.parameters]
    declared += [one for definition in text.definitions for one in definition.parameters]
    _check_names(text, declared, vocabulary, problems)
    running = _Lowering(
        text, vocabulary, as_of, layer, problems, {}, {one.name.text: parameter_type(one) for one in declared},
        sizes_of(vocabulary.terms.values()),
    )  # fmt: skip
    for definition in _in_order(text.definitions, problems):
        lowered = _definition(definition, running)
        if lowered is not None:
            running.derived[lowered.name] = lowered
            if lowered.type.is_number:
                body = cast("Expression | DecisionTable", lowered.body)
                running.sizes[lowered.name] = magnitude(body, running.sizes)
    rules = tuple(rule for one in text.rules if (rule := _rule(one, running)) is not None)
    parameters = _parameters(declared, text, as_of, problems)
    book = Book(layer, as_of, vocabulary, tuple(running.derived.values()), rules, parameters)
    # Directions are read off all rules, also those that are not in force yet.
    directed = _with_directions(book, declared, problems)
    return replace(directed, rules=tuple(rule for rule in rules if rule.since <= as_of))


def _parameters(
    declared: list[ParameterText], text: BookText, as_of: date, problems: Problems
) -> dict[str, Parameter]:
    sleeping = {rule.id.text for rule in text.rules if rule.since > as_of}
    found = {}
    for one in declared:
        lowered = lower_parameter(one, as_of, Problems(problems.lines) if one.owner in sleeping else problems)
        if lowered is not None:
            found[lowered.name] = lowered
    return found


def _with_directions(book: Book, declared: list[ParameterText], problems: Problems) -> Book:
    """Replace 只可从严 by the direction that the text shows."""
    parameters = dict(book.parameters)
    for one in declared:
        name = one.name.text
        if one.adjustable != "只可从严" or name not in parameters or problems.found:
            continue
        direction = tightening(name, book)
        if direction is None:
            span = one.adjustable_span or one.name.span
            problems.add(
                "P007", f"从文字看不出参数“{name}”往哪个方向是从严", span, help=wording.DIRECTION_HELP
            )
        else:
            parameters[name] = replace(parameters[name], adjustable=direction)
    return replace(book, parameters=parameters)


def _check_names(
    text: BookText, declared: list[ParameterText], vocabulary: Vocabulary, problems: Problems
) -> None:
    """One name, one thing, over terms, derived terms, parameters; and rule ids."""
    seen: dict[str, object] = {name: term.span for name, term in vocabulary.terms.items()}
    names = [("派生词", one.name) for one in text.definitions] + [("参数", one.name) for one in declared]
    for what, name in names:
        if name.text in seen:
            problems.add(
                "F020",
                f"{what}“{name.text}”与另一处重名",
                name.span,
                help=f"另一处在 {seen[name.text]}；改用不同的名字",
            )
        seen[name.text] = name.span
    ids: dict[str, Span] = {}
    for rule in text.rules:
        if rule.id.text in ids:
            problems.add(
                "F020",
                f"规则“{rule.id.text}”重复",
                rule.id.span,
                clause=rule.clause.text,
                help=f"另一处在 {ids[rule.id.text]}",
            )
        ids[rule.id.text] = rule.id.span


def _in_order(definitions: tuple[DefinitionText, ...], problems: Problems) -> list[DefinitionText]:
    """Order definitions so that each stands after those it reads; cycles and endless chains are diagnostics."""
    by_name = {one.name.text: one for one in definitions}
    ordered: list[DefinitionText] = []
    heights: dict[str, int] = {}

    def visit(one: DefinitionText, path: tuple[str, ...]) -> int:
        name = one.name.text
        if name in heights:
            return heights[name]
        if name in path:
            cycle = " → ".join((*path[path.index(name) :], name))
            problems.add("T020", f"定义循环：{cycle}", one.name.span, help=wording.CYCLE_HELP)
            return 0
        height = len(path)
        if height <= 2 * _DEEPEST:
            inner = (by_name[word] for word in sorted(_names_in(one)) if word in by_name)
            height = max((visit(found, (*path, name)) + 1 for found in inner), default=0)
        if height > _DEEPEST:
            problems.add("T021", wording.too_deep(name, _DEEPEST), one.name.span, help=wording.TOO_DEEP_HELP)
            height = 0
        heights[name] = height
        ordered.append(one)
        return height

    for one in definitions:
        visit(one, ())
    return ordered


def _names_in(definition: DefinitionText) -> set[str]:
    parts = [definition.body, *(row.when for row in definition.rows), *(row.gives for row in definition.rows)]
    return {name for part in parts if part is not None for name in _names(part)}


def _names(node: Expr) -> set[str]:
    match node:
        case Name(text):
            return {text}
        case Call(_, start, end):
            return _names(start) | _names(end)
        case Binary(_, left, right):
            return _names(left) | _names(right)
        case FilledIn(operand) | Not(operand):
            return _names(operand)
        case Joined(_, parts):
            return {name for part in parts for name in _names(part)}
        case MemberSet():
            return set()
    return set()


def _definition(text: DefinitionText, running: _Lowering) -> Definition | None:
    subject = Subject(text.subject)
    clause = text.clause.text if text.clause else ""
    scope = running.scope(subject, clause)
    body: Expression | Condition | DecisionTable
    if text.body is not None:
        value = _definition_body(text.body, scope)
        if value is None:
            return None
        body, of = value
        if text.unit and of.is_number and of.unit != text.unit:
            running.problems.add(
                "T009",
                f"“{text.name.text}”的单位是“{of.unit or '无单位'}”，不是“{text.unit}”",
                text.name.span,
                clause=clause,
            )
    else:
        of = Type(Kind(text.kind), text.unit, text.places, text.members)
        if of.kind in {Kind.CHOICE, Kind.CHOICES} and not text.members:
            running.problems.add(
                "F002",
                "判定表缺少“取值”",
                text.name.span,
                clause=clause,
                help="列出结果的取值：取值: [甲, 乙]",
            )
            return None
        body = _table(text, of, scope)
    return Definition(
        text.name.text, subject, of, body, text.meaning, text.layer, text.source_text, clause,
        tuple(one.text for one in text.quotations), text.name.span,
    )  # fmt: skip


def _definition_body(node: Expr, scope: Scope) -> tuple[Expression | Condition, Type] | None:
    """Lower a condition or a value, told apart by what stands at the top."""
    is_value = isinstance(node, Call) or (isinstance(node, Binary) and node.operator in {"+", "−", "×"})
    if isinstance(node, Name):
        found = scope.find(node.text)
        is_value = found is not None and type_of(found).kind is not Kind.BOOLEAN
    if not is_value:
        return lower_condition(node, scope), BOOLEAN
    value = lower_value(node, scope)
    return (value, type_of(value)) if value is not None else None


def _table(text: DefinitionText, of: Type, scope: Scope) -> DecisionTable:
    rows: list[TableRow] = []
    for row in text.rows:
        when = lower_condition(row.when, scope) if row.when is not None else ALWAYS
        if row.when is None and rows:
            earlier = tuple(one.when for one in rows)
            # 否则 holds when every row above is false, so an unknown row above leaves the table unknown.
            when = Negation(AnyOf(earlier)) if len(earlier) > 1 else Negation(earlier[0])
        gives = lower_value(row.gives, scope, of)
        if gives is None:
            continue
        found = type_of(gives)
        if not agree(of, found) or found.places > of.places:
            scope.complain("T009", wording.types_differ(of, found), row.gives.span)
            continue
        rows.append(TableRow(when, align(gives, Constant(0, of))[0] if of.is_number else gives))
    return DecisionTable(Hit(text.hit), tuple(rows))


def _rule(text: RuleText, running: _Lowering) -> Rule | None:
    subject = Subject(text.subject)
    scope = running.scope(subject, text.clause.text)
    applies = lower_condition(text.applies, scope) if text.applies is not None else ALWAYS
    requires: Condition | Pattern | None
    if text.event is not None:
        requires = PatternLowering(scope, subject, running.vocabulary).lower(text.event)
    elif text.requires is not None:
        parts = (text.requires, *text.tightenings)
        lowered = tuple(lower_condition(part, scope) for part in parts)
        requires = lowered[0] if len(lowered) == 1 else All(lowered)
    else:
        requires = None
    if requires is None:
        return None
    return Rule(
        id=text.id.text,
        title=text.title,
        clause=text.clause.text,
        quotations=tuple(" ".join(one.text.split()) for one in text.quotations),
        modality=Modality(text.modality),
        subject=subject,
        applies=applies,
        requires=requires,
        message=text.message,
        laws=tuple(Law(one.name, one.article) for one in text.laws),
        area=_AREAS.get(text.clause.text, ""),
        tightenable=text.tightenable,
        waivable=text.waivable,
        layer=text.layer,
        since=text.since,
        changes=tuple(
            Change(one.layer, one.operation, one.since, one.reason, one.document, one.text)
            for one in text.changes
        ),
        applies_text=text.applies_text,
        requires_text=text.requires_text,
        note=text.note,
        span=text.span,
    )
