"""Parameters: declared text to typed, dated values; which direction only tightens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.diagnostics import Span
from policyengine.semantics import wording
from policyengine.semantics.ir import Adjustable, Basis, DatedValue, Parameter
from policyengine.values import Kind, Type, Value, ValueRefusedError, parse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from policyengine.diagnostics import Problems
    from policyengine.documents import Scalar
    from policyengine.language.syntax import ParameterText, ParameterValue

_NUMERIC = (Kind.INTEGER, Kind.DECIMAL, Kind.DATE)


def parameter_type(text: ParameterText) -> Type:
    """Give the type of a declared parameter."""
    return Type(Kind(text.kind), text.unit, text.places, text.members)


def lower_parameter(text: ParameterText, as_of: date, problems: Problems) -> Parameter | None:
    """Type every dated value and choose the one in force: of the deepest layer that has begun, the latest.

    None, with a diagnostic, if nothing can be chosen. Layers deepen from 000000 over provinces to cities.
    """
    of = parameter_type(text)
    if of.kind in {Kind.CHOICE, Kind.CHOICES} and not of.members:
        problems.add(
            "P001",
            f"参数“{text.name.text}”没有写“选项”",
            text.name.span,
            help="列出允许的取值：选项: [甲, 乙]",
        )
        return None
    low, high = _bounds(text, of, problems)
    history = []
    for dated in text.values:
        value = _value(dated, of, problems)
        if value is None:
            continue
        if isinstance(value, int) and not isinstance(value, bool):
            outside = (low is not None and value < low) or (high is not None and value > high)
            if outside and dated.values:
                problems.add(
                    "P002",
                    f"参数“{text.name.text}”的值超出其范围",
                    dated.values[0].span,
                    help="改在范围之内，或修订范围",
                )
        basis = Basis(dated.basis)
        history.append(DatedValue(dated.since, value, dated.layer, basis, dated.source, dated.reason))
    current = in_force(history, as_of)
    if current is None:
        if history and not problems.found:
            problems.add(
                "P003",
                wording.no_value_on(text.name.text, as_of),
                text.name.span,
                help="补上更早的起始日，或推迟使用它的规则",
            )
        return None
    adjustable = Adjustable.NO if text.adjustable == "只可从严" else Adjustable(text.adjustable)
    _check_direction(text, of, adjustable, problems)
    return Parameter(
        text.name.text, of, current, tuple(sorted(history, key=lambda one: one.since)), adjustable, low, high,
        text.owner, text.name.span,
    )  # fmt: skip


def in_force(history: Iterable[DatedValue], day: date) -> DatedValue | None:
    """Choose the value in force on a day."""
    begun = [one for one in history if one.since <= day]
    return max(begun, key=lambda one: (depth(one.layer), one.since), default=None)


def depth(layer: str) -> int:
    """Give 0 for the nation, 1 for a province, 2 for a city."""
    if layer == "000000":
        return 0
    return 1 if layer.endswith("0000") else 2


def _bounds(text: ParameterText, of: Type, problems: Problems) -> tuple[int | None, int | None]:
    if not text.bounds:
        return None, None
    ends = []
    for one in text.bounds:
        try:
            ends.append(parse(one.text, of))
        except ValueRefusedError as error:
            problems.add("P004", f"范围不通：{error}", one.span)
            return None, None
    low, high = (ends[0], ends[1]) if len(ends) == 2 else (None, None)
    if of.kind not in _NUMERIC or not isinstance(low, int) or not isinstance(high, int) or low > high:
        problems.add("P004", "范围应写成 [最小, 最大]，只用于数和日期", text.bounds[0].span)
        return None, None
    return low, high


def _value(dated: ParameterValue, of: Type, problems: Problems) -> Value | None:
    span = dated.values[0].span if dated.values else dated.span or Span("", 1, 1, 1, 1)
    if of.kind is Kind.CHOICES:
        return _set(dated.values, of, problems)
    if len(dated.values) != 1:
        problems.add("P005", "这里应只有一个值", span)
        return None
    try:
        return parse(dated.values[0].text, of)
    except ValueRefusedError as error:
        problems.add("P005", str(error), dated.values[0].span)
        return None


def _set(values: tuple[Scalar, ...], of: Type, problems: Problems) -> Value | None:
    members: set[str] = set()
    for one in values:
        try:
            found = parse(one.text, of)
        except ValueRefusedError as error:
            problems.add("P005", str(error), one.span)
            return None
        assert isinstance(found, frozenset)  # noqa: S101 -- parse of 多选
        members |= found
    return frozenset(members)


def _check_direction(text: ParameterText, of: Type, adjustable: Adjustable, problems: Problems) -> None:
    sets = adjustable in {Adjustable.ADD, Adjustable.REMOVE}
    numbers = adjustable in {Adjustable.UP, Adjustable.DOWN, Adjustable.RANGE}
    if (sets and of.kind is not Kind.CHOICES) or (numbers and of.kind not in _NUMERIC):
        problems.add(
            "P006",
            f"{of.kind}参数不能是“{adjustable}”",
            text.adjustable_span or text.name.span,
            help=wording.DIRECTION_HELP,
        )
    if adjustable is Adjustable.RANGE and not text.bounds:
        problems.add(
            "P006",
            "可调为“范围内”的参数要写“范围”",
            text.adjustable_span or text.name.span,
            help="补上 范围: [最小, 最大]",
        )
