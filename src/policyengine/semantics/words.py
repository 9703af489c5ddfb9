"""Conditions, expressions and event patterns in plain Chinese, as an official would say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from policyengine.semantics.ir import (
    All,
    Any,
    Arithmetic,
    AsOf,
    Comparator,
    Compare,
    Constant,
    DaysBetween,
    DayUnit,
    Filled,
    Holds,
    Includes,
    Member,
    Negation,
    ParameterRef,
    PatternKind,
    Rescale,
    ScopeKind,
    TermRef,
    Truth,
)
from policyengine.values import DATE, Kind, Type, show_with_unit

if TYPE_CHECKING:
    from policyengine.semantics.ir import Book, Condition, Expression, Limit, Pattern, Scope, Selector

_OPPOSITE = {
    Comparator.EQUAL: Comparator.UNEQUAL,
    Comparator.UNEQUAL: Comparator.EQUAL,
    Comparator.LESS: Comparator.AT_LEAST,
    Comparator.AT_LEAST: Comparator.LESS,
    Comparator.GREATER: Comparator.AT_MOST,
    Comparator.AT_MOST: Comparator.GREATER,
}
_MIRRORED = {
    Comparator.LESS: Comparator.GREATER,
    Comparator.GREATER: Comparator.LESS,
    Comparator.AT_LEAST: Comparator.AT_MOST,
    Comparator.AT_MOST: Comparator.AT_LEAST,
}
# What is measured on a scale is high or low, what is counted is many or few.
_SCALES = frozenset({"级", "分", "度", "岁", "公里", "米", "平方米", "%", "‰"})
_COUNTED = {
    Comparator.EQUAL: "为",
    Comparator.UNEQUAL: "不为",
    Comparator.LESS: "少于",
    Comparator.AT_MOST: "不超过",
    Comparator.GREATER: "多于",
    Comparator.AT_LEAST: "不少于",
}
_MEASURED = {**_COUNTED, Comparator.LESS: "低于", Comparator.GREATER: "高于", Comparator.AT_LEAST: "不低于"}
_DATED = {
    Comparator.EQUAL: "为",
    Comparator.UNEQUAL: "不为",
    Comparator.LESS: "早于",
    Comparator.AT_MOST: "不晚于",
    Comparator.GREATER: "晚于",
    Comparator.AT_LEAST: "不早于",
}


def parameter_words(name: str, book: Book) -> str:
    """Name a parameter with its value in force: 最少经办人员数（2 人）."""
    parameter = book.parameters[name]
    return f"{name}（{show_with_unit(parameter.value, parameter.type)}）"


def expression_words(expression: Expression, book: Book) -> str:
    """Word an expression."""
    match expression:
        case Constant(value, of):
            return show_with_unit(value, of)
        case TermRef(name):
            return name
        case ParameterRef(name):
            return parameter_words(name, book)
        case AsOf():
            return "评估日"
        case Arithmetic(operator, left, right):
            return f"{_operand(left, book)} {operator} {_operand(right, book)}"
        case Rescale(operand):
            return expression_words(operand, book)
        case DaysBetween(start, end, unit):
            what = "天数" if unit is DayUnit.DAYS else "工作日数"
            return f"从{expression_words(start, book)}到{expression_words(end, book)}的{what}"
        case _:
            assert_never(expression)


def condition_words(condition: Condition, book: Book, *, positive: bool = True) -> str:
    """Word a condition, or its opposite if not `positive`: 网点状态为合作中，且在岗经办人员数不少于….

    非 is worked inwards, so that people read 少于 and not 并非不少于.
    """
    match condition:
        case Negation(operand):
            return condition_words(operand, book, positive=not positive)
        case All(parts) | Any(parts):
            joint = "且" if isinstance(condition, All) is positive else "或"
            return f"，{joint}".join(_part(part, book, positive=positive) for part in parts)
        case Truth(value):
            return "始终成立" if value is positive else "始终不成立"
        case Filled(term):
            return f"{term.name}{'已填报' if positive else '未填报'}"
        case Holds(operand):
            return f"{expression_words(operand, book)}为{'是' if positive else '否'}"
        case Member(item, collection):
            return f"{expression_words(item, book)}{member_words(collection, book, positive=positive)}"
        case Includes(collection, members):
            verb = "包含" if positive else "未全部包含"
            return f"{expression_words(collection, book)}{verb}{expression_words(members, book)}"
        case Compare():
            comparator, left, right = oriented(condition, positive=positive)
            word = comparator_words(comparator, type_of(left))
            return f"{expression_words(left, book)}{spaced(word, expression_words(right, book))}"
        case _:
            assert_never(condition)


def oriented(compare: Compare, *, positive: bool = True) -> tuple[Comparator, Expression, Expression]:
    """Give a comparison, or its opposite, with what is judged on the left and what it is held to on the right."""
    comparator = compare.comparator if positive else _OPPOSITE[compare.comparator]
    if _is_standard(compare.left) and not _is_standard(compare.right):
        return _MIRRORED.get(comparator, comparator), compare.right, compare.left
    return comparator, compare.left, compare.right


def spaced(before: str, after: str) -> str:
    """Join two words, with a blank between Chinese and a figure."""
    return f"{before} {after}" if after[:1].isascii() else f"{before}{after}"


def comparator_words(comparator: Comparator, of: Type) -> str:
    """Word a comparison of values of a type: 不少于 for what is counted, 不低于 for measures, 不早于 for dates."""
    if of.kind is Kind.INTEGER and of.unit and of.unit not in _SCALES:
        return _COUNTED[comparator]
    if of.is_number:
        return _MEASURED[comparator]
    return _DATED[comparator]


def member_words(collection: Expression, book: Book, *, positive: bool = True) -> str:
    """Word 属于: 为甲、乙之一."""
    verb = "为" if positive else "不为"
    if isinstance(collection, Constant) and isinstance(collection.value, frozenset):
        one_of = "之一" if len(collection.value) > 1 else ""
        if not positive and one_of:
            return f"不属于{expression_words(collection, book)}"
        return f"{verb}{expression_words(collection, book)}{one_of}"
    return f"{'属于' if positive else '不属于'}{expression_words(collection, book)}"


def type_of(expression: Expression) -> Type:
    """Give the type of an expression."""
    return DATE if isinstance(expression, AsOf) else expression.type


def pattern_words(pattern: Pattern, book: Book) -> str:
    """Word an event pattern: 每次“人员离岗”之后 1 工作日内应有“权限注销”（按人员编号、岗位分别判断）."""
    key = f"（按{'、'.join(pattern.key)}分别判断）" if pattern.key else ""
    return f"{_scope_words(pattern.scope, book)}{_pattern_core(pattern, book)}{key}"


def selector_words(selector: Selector, book: Book) -> str:
    """Name the events that a selector means: “权限审核”（审核结果为通过）."""
    quoted = [f"“{name}”" for name in selector.events]
    words = quoted[0] if len(quoted) == 1 else f"{'、'.join(quoted[:-1])}或{quoted[-1]}"
    if selector.condition != Truth(value=True):
        words += f"（{condition_words(selector.condition, book)}）"
    if selector.repeated is not None:
        times = times_words(selector.repeated.times, book)
        words += f"（{limit_words(selector.repeated.window, book)}{spaced('累计达', times)}）"
    return words


def limit_words(limit: Limit, book: Book) -> str:
    """Word a limit: 权限收回时限（1 工作日）内."""
    amount = limit.amount
    if isinstance(amount, Constant):
        unit = "日" if limit.unit is DayUnit.DAYS else "个工作日"
        return f"{show_with_unit(amount.value, Type(Kind.INTEGER))} {unit}内"
    return f"{expression_words(amount, book)}内"


def times_words(times: Expression, book: Book) -> str:
    """Word a count: 3 次, 违规追责次数（3 次）."""
    words = expression_words(times, book)
    return f"{words} 次" if words.isdecimal() else words


def _pattern_core(pattern: Pattern, book: Book) -> str:
    one = selector_words(pattern.activation, book)
    other = "" if pattern.target is None else selector_words(pattern.target, book)
    within = "应" if pattern.limit is None else spaced("应在", limit_words(pattern.limit, book))
    match pattern.kind:
        case PatternKind.EXISTENCE:
            times = "" if pattern.times is None else f"{spaced('至少', times_words(pattern.times, book))}"
            return f"{within}有{times}{one}"
        case PatternKind.ABSENCE:
            return f"不得有{one}"
        case PatternKind.PRECEDENCE:
            return f"每次{one}之前（含同时）{within}先有{other}"
        case PatternKind.RESPONSE:
            return f"每次{one}之后（含同时）{within}有{other}"
        case PatternKind.RECURRENCE:
            period = "" if pattern.limit is None else expression_words(pattern.limit.amount, book)
            return f"应定期有{one}，间隔{spaced('不超过', period)}"
        case PatternKind.IN_FORCE:
            return f"每次{one}应在{other}{_grant_words(pattern, book)}的有效期内"
        case _:
            assert_never(pattern.kind)


def _grant_words(pattern: Pattern, book: Book) -> str:
    parts = [
        f"自“{pattern.starts}”起" if pattern.starts else "",
        f"至“{pattern.ends}”止" if pattern.ends else "",
        f"遇{selector_words(pattern.closing, book)}即止" if pattern.closing else "",
    ]
    said = "、".join(part for part in parts if part)
    return f"（{said}）" if said else ""


def _scope_words(scope: Scope, book: Book) -> str:
    opening = "" if scope.opening is None else selector_words(scope.opening, book)
    closing = "" if scope.closing is None else selector_words(scope.closing, book)
    at_once = "（含当时）" if scope.from_start else ""
    match scope.kind:
        case ScopeKind.WHOLE:
            return ""
        case ScopeKind.AFTER:
            return f"自{opening}之后{at_once}，"
        case ScopeKind.BEFORE:
            return f"在{closing}之前，"
        case ScopeKind.BETWEEN:
            return f"从{opening}{at_once}到{closing}之间，"
        case ScopeKind.AFTER_UNTIL:
            return f"从{opening}之后{at_once}直到{closing}，"
        case _:
            assert_never(scope.kind)


def _part(part: Condition, book: Book, *, positive: bool) -> str:
    words = condition_words(part, book, positive=positive)
    while isinstance(part, Negation):
        part = part.operand
    return f"（{words}）" if isinstance(part, All | Any) else words


def _operand(expression: Expression, book: Book) -> str:
    words = expression_words(expression, book)
    return f"（{words}）" if isinstance(expression, Arithmetic) else words


def _is_standard(expression: Expression) -> bool:
    """Tell whether something is set by the book rather than by the facts."""
    match expression:
        case TermRef():
            return False
        case Constant() | ParameterRef() | AsOf():
            return True
        case Rescale(operand):
            return _is_standard(operand)
        case Arithmetic(_, left, right) | DaysBetween(left, right):
            return _is_standard(left) and _is_standard(right)
        case _:
            assert_never(expression)
