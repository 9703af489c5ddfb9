"""Conditions and values: syntax to meaning, with types and units checked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from policyengine.language.syntax import (
    Binary,
    Call,
    Day,
    Expr,
    FilledIn,
    Joined,
    MemberSet,
    Name,
    Not,
    Number,
)
from policyengine.semantics import units, wording
from policyengine.semantics.ir import (
    All,
    Any,
    Arithmetic,
    ArithmeticOperator,
    AsOf,
    Comparator,
    Compare,
    Condition,
    Constant,
    DaysBetween,
    DayUnit,
    Expression,
    Filled,
    Holds,
    Includes,
    Member,
    Negation,
    ParameterRef,
    Rescale,
    TermRef,
    Truth,
)
from policyengine.semantics.magnitude import LARGEST_MADE, magnitude
from policyengine.values import BOOLEAN, DATE, Kind, Type, ValueRefusedError, day_number, parse_date

if TYPE_CHECKING:
    from policyengine.semantics.scope import Scope

_ORDERED = {Comparator.LESS, Comparator.AT_MOST, Comparator.GREATER, Comparator.AT_LEAST}
_ANYTHING = Truth(value=True)  # stands in for a condition after a diagnostic; the book is refused anyway
_LARGEST_LITERAL = 10**9


def type_of(expression: Expression) -> Type:
    """Give the type of a value expression."""
    return DATE if isinstance(expression, AsOf) else expression.type


def lower_condition(node: Expr, scope: Scope) -> Condition:
    """Lower what must be a condition."""
    match node:
        case Joined(operator, parts):
            lowered = tuple(lower_condition(part, scope) for part in parts)
            return All(lowered) if operator == "且" else Any(lowered)
        case Not(operand):
            return Negation(lower_condition(operand, scope))
        case FilledIn(operand, negated):
            return _filled(operand, negated, scope)
        case Binary(operator) if operator == "包含":
            return _includes(node, scope)
        case Binary(operator) if operator in {"属于", "不属于"}:
            return _member(node, scope)
        case Binary(operator) if operator not in {"+", "−", "×"}:
            return _compare(node, scope)
        case Name(text) if text in {"是", "否"}:
            return Truth(text == "是")
        case Name():
            found = scope.find(node.text)
            if found is None:
                scope.complain_unknown(node)
            elif isinstance(found, TermRef | ParameterRef) and found.type.kind is Kind.BOOLEAN:
                return Holds(found)
            else:
                message = f"“{node.text}”是{wording.type_name(type_of(found))}，不是条件"
                scope.complain("T003", message, node.span, wording.NOT_A_CONDITION_HELP)
            return _ANYTHING
        case Number() | Day() | MemberSet() | Call() | Binary():
            scope.complain("T003", wording.NOT_A_CONDITION, node.span, wording.NOT_A_CONDITION_HELP)
            return _ANYTHING
        case _:
            assert_never(node)


def lower_value(node: Expr, scope: Scope, expected: Type | None = None) -> Expression | None:
    """Lower what must be a value; literals take `expected`. None after a diagnostic."""
    match node:
        case Name(text):
            return _name(node, text, scope, expected)
        case Number():
            return _number(node, scope, expected)
        case Day(text, span):
            try:
                return Constant(day_number(parse_date(text)), DATE)
            except ValueRefusedError as error:
                scope.complain("T004", str(error), span)
                return None
        case Call():
            return _call(node, scope)
        case Binary(operator) if operator in {"+", "−", "×"}:
            return _arithmetic(node, scope)
        case MemberSet():
            return _set(node, scope, expected)
        case Binary() | Joined() | Not() | FilledIn():
            scope.complain("T005", wording.NOT_A_VALUE, node.span)
            return None
        case _:
            assert_never(node)


def align(left: Expression, right: Expression) -> tuple[Expression, Expression]:
    """Bring two numbers to the finer scale of both."""
    return _finer(left, type_of(right).places), _finer(right, type_of(left).places)


def _finer(expression: Expression, places: int) -> Expression:
    of = type_of(expression)
    if not of.is_number or of.places >= places:
        return expression
    factor = 10 ** (places - of.places)
    finer = Type(Kind.DECIMAL, of.unit, places)
    if isinstance(expression, Constant) and isinstance(expression.value, int):
        return Constant(expression.value * factor, finer)
    return Rescale(expression, factor, finer)


def agree(left: Type, right: Type) -> bool:
    """Whether values of two types compare."""
    if left.is_number and right.is_number:
        return left.unit == right.unit
    if left.kind is Kind.CHOICE:
        return right.kind is Kind.CHOICE and set(left.members) == set(right.members)
    return left.kind is right.kind and left.members == right.members


def _name(node: Name, text: str, scope: Scope, expected: Type | None) -> Expression | None:
    if expected and expected.kind is Kind.CHOICE and text in expected.members:
        return Constant(text, expected)
    if expected and expected.kind is Kind.BOOLEAN and text in {"是", "否"}:
        return Constant(text == "是", BOOLEAN)
    if text == "评估日":
        return AsOf()
    found = scope.find(text)
    if found is not None:
        return found
    if expected and expected.kind is Kind.CHOICE and text not in scope.elsewhere:
        scope.complain("T006", wording.not_a_member(text, expected.members), node.span)
    else:
        scope.complain_unknown(node)
    return None


def _number(node: Number, scope: Scope, expected: Type | None) -> Expression | None:
    number = Decimal(node.text)
    exponent = number.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    if number > _LARGEST_LITERAL or places > 6:
        scope.complain("T004", f"数“{node.text}”过大或过细", node.span)
        return None
    unit = node.unit or (expected.unit if expected and expected.is_number else "")
    kind = Kind.DECIMAL if places else Kind.INTEGER
    return Constant(int(number.scaleb(places)), Type(kind, unit, places))


def _call(node: Call, scope: Scope) -> Expression | None:
    ends = []
    for part in (node.start, node.end):
        value = lower_value(part, scope)
        if value is None:
            return None
        if type_of(value).kind is not Kind.DATE:
            scope.complain("T007", wording.NOT_A_DAY, part.span)
            return None
        ends.append(value)
    unit = DayUnit.DAYS if node.function == "天数" else DayUnit.WORKDAYS
    return DaysBetween(ends[0], ends[1], unit, Type(Kind.INTEGER, str(unit)))


def _arithmetic(node: Binary, scope: Scope) -> Expression | None:
    times = node.operator == "×"
    left, right = _both(node, scope, share_unit=not times)
    if left is None or right is None:
        return None
    for value, part in ((left, node.left), (right, node.right)):
        if not type_of(value).is_number:
            help_text = "两个日期相差几天写作 天数(起, 止)" if type_of(value).kind is Kind.DATE else ""
            scope.complain("T008", wording.NOT_A_NUMBER, part.span, help_text)
            return None
    a, b = type_of(left), type_of(right)
    if times:
        places = a.places + b.places
        if places > 6:
            scope.complain("T008", "乘积的小数位超过 6 位", node.span)
            return None
        of = Type(Kind.DECIMAL if places else Kind.INTEGER, units.multiply(a.unit, b.unit), places)
        return _bounded(Arithmetic(ArithmeticOperator.TIMES, left, right, of), node, scope)
    if a.unit != b.unit:
        scope.complain("T009", wording.types_differ(a, b), node.operator_span)
        return None
    left, right = align(left, right)
    return _bounded(Arithmetic(ArithmeticOperator(node.operator), left, right, type_of(left)), node, scope)


def _bounded(value: Arithmetic, node: Binary, scope: Scope) -> Expression | None:
    """Refuse a number that the engines could not hold."""
    if magnitude(value, scope.sizes) > LARGEST_MADE:
        scope.complain("T022", wording.TOO_LARGE, node.span, wording.TOO_LARGE_HELP)
        return None
    return value


def _is_literal(node: Expr, scope: Scope) -> bool:
    match node:
        case Number() | Day() | MemberSet():
            return True
        case Name(text):
            return text != "评估日" and scope.find(text) is None
    return False


def _both(
    node: Binary, scope: Scope, *, share_unit: bool = True
) -> tuple[Expression | None, Expression | None]:
    """Lower both sides; a literal takes the type of the other side."""
    if _is_literal(node.left, scope) and not _is_literal(node.right, scope):
        right = lower_value(node.right, scope)
        expected = type_of(right) if right is not None and share_unit else None
        return (lower_value(node.left, scope, expected) if right is not None else None), right
    left = lower_value(node.left, scope)
    expected = type_of(left) if left is not None and share_unit else None
    if left is None and _is_literal(node.right, scope):
        return None, None
    return left, lower_value(node.right, scope, expected)


def _compare(node: Binary, scope: Scope) -> Condition:
    left, right = _both(node, scope)
    if left is None or right is None:
        return _ANYTHING
    comparator = Comparator(node.operator)
    a, b = type_of(left), type_of(right)
    if not agree(a, b):
        scope.complain("T009", wording.types_differ(a, b), node.operator_span)
        return _ANYTHING
    if isinstance(left, Constant) and isinstance(right, Constant):
        scope.complain("T010", wording.LITERALS_ONLY, node.span)
        return _ANYTHING
    if comparator in _ORDERED and not (a.is_number or a.kind is Kind.DATE):
        scope.complain("T011", wording.ORDER_ONLY, node.operator_span)
        return _ANYTHING
    if (
        isinstance(right, Constant)
        and isinstance(right.value, bool)
        and isinstance(left, TermRef | ParameterRef)
    ):
        wanted = right.value is (comparator is Comparator.EQUAL)
        return Holds(left) if wanted else Negation(Holds(left))
    return Compare(comparator, *align(left, right))


def _filled(operand: Expr, negated: bool, scope: Scope) -> Condition:
    found = lower_value(operand, scope) if isinstance(operand, Name) else None
    if not isinstance(operand, Name) or (found is not None and not isinstance(found, TermRef)):
        scope.complain("T012", wording.NOT_A_TERM, operand.span)
        return _ANYTHING
    if not isinstance(found, TermRef):
        return _ANYTHING
    return Negation(Filled(found)) if negated else Filled(found)


def _member(node: Binary, scope: Scope) -> Condition:
    item = lower_value(node.left, scope)
    if item is None:
        return _ANYTHING
    of = type_of(item)
    if of.kind is not Kind.CHOICE:
        scope.complain("T013", wording.NEEDS_CHOICE, node.left.span, "数值范围用 >= 与 <= 表示")
        return _ANYTHING
    collection = _collection(node.right, of.members, scope)
    if collection is None:
        return _ANYTHING
    found = Member(item, collection)
    return Negation(found) if node.operator == "不属于" else found


def _includes(node: Binary, scope: Scope) -> Condition:
    left = lower_value(node.left, scope)
    if left is None:
        return _ANYTHING
    of = type_of(left)
    if of.kind is not Kind.CHOICES:
        scope.complain("T014", wording.NEEDS_CHOICES, node.left.span)
        return _ANYTHING
    right = _collection(node.right, of.members, scope)
    return Includes(left, right) if right is not None else _ANYTHING


def _collection(node: Expr, members: tuple[str, ...], scope: Scope) -> Expression | None:
    expected = Type(Kind.CHOICES, members=members)
    if isinstance(node, Name) and scope.find(node.text) is None and node.text in members:
        return Constant(frozenset({node.text}), expected)
    found = lower_value(node, scope, expected)
    if found is None:
        return None
    of = type_of(found)
    if of.kind is not Kind.CHOICES:
        scope.complain("T015", wording.NEEDS_SET, node.span)
        return None
    if set(of.members) != set(members):
        scope.complain("T009", wording.types_differ(expected, of), node.span)
        return None
    return found


def _set(node: MemberSet, scope: Scope, expected: Type | None) -> Expression | None:
    if expected is None or expected.kind is not Kind.CHOICES:
        scope.complain("T015", "一组取值 {…} 只能用在“属于”和“包含”的右边，或与多选的词相比", node.span)
        return None
    fine = True
    for member in node.members:
        if member.text not in expected.members:
            scope.complain("T006", wording.not_a_member(member.text, expected.members), member.span)
            fine = False
    return Constant(frozenset(one.text for one in node.members), expected) if fine else None
