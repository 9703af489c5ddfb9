"""Settings of an overlay held against the book above: type, range, direction, on every day from the first on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.overlays import wording
from policyengine.overlays.syntax import Setting
from policyengine.semantics.ir import Adjustable, Basis, DatedValue
from policyengine.semantics.parameters import in_force
from policyengine.values import Kind, ValueRefusedError, parse, show_with_unit

if TYPE_CHECKING:
    from policyengine.diagnostics import Problems, Span
    from policyengine.language.syntax import ParameterValue
    from policyengine.overlays.syntax import OverlayText
    from policyengine.semantics.ir import Book, Parameter
    from policyengine.values import Type, Value

# Who sets it does not matter to the comparison; the layer only has to be deeper than the one above.
_BELOW = "999999"


def admit_settings(above: Book, overlay: OverlayText, problems: Problems) -> OverlayText:
    """Give the overlay without the settings that the layer above does not allow; those are told."""
    return replace(
        overlay,
        changes=tuple(
            one for one in overlay.changes if not isinstance(one, Setting) or _allowed(one, above, problems)
        ),
    )


def _allowed(setting: Setting, above: Book, problems: Problems) -> bool:
    parameter = above.parameters.get(setting.parameter.text)
    if parameter is None:
        # The layer above does not load; its own diagnostics say why.
        return False
    clause = next((rule.clause for rule in above.rules if rule.id == parameter.rule), "")
    dated = []
    for written in setting.values:
        value = _value(written, parameter, clause, problems)
        if value is None:
            return False
        dated.append(
            (written, DatedValue(written.since, value, _BELOW, Basis(written.basis), written.source))
        )
    return _keeps_direction(parameter, dated, clause, problems)


def _value(written: ParameterValue, parameter: Parameter, clause: str, problems: Problems) -> Value | None:
    place = _place(written, parameter)
    of = parameter.type
    try:
        if of.kind is Kind.CHOICES:
            members = [parse(one.text, of) for one in written.values]
            value: Value = frozenset(
                member for part in members if isinstance(part, frozenset) for member in part
            )
        elif len(written.values) == 1:
            value = parse(written.values[0].text, of)
        else:
            problems.add(
                "O023", f"参数“{parameter.name}”应只有一个值", place, clause=clause, help="写成 {起始日: 值}"
            )
            return None
    except ValueRefusedError as error:
        problems.add(
            "O023", f"参数“{parameter.name}”：{error}", place, clause=clause, help=_example(parameter)
        )
        return None
    low, high = parameter.low, parameter.high
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and low is not None
        and high is not None
        and not low <= value <= high
    ):
        ends = (show_with_unit(low, of), show_with_unit(high, of))
        message = wording.outside(parameter.name, show_with_unit(value, of), *ends)
        problems.add("O022", message, place, clause=clause, help=f"改在 {ends[0]} 至 {ends[1]} 之间")
        return None
    return value


def _keeps_direction(
    parameter: Parameter, dated: list[tuple[ParameterValue, DatedValue]], clause: str, problems: Problems
) -> bool:
    """Compare both layers on every day on which either changes: a later value above can overtake an old one below."""
    below = (*parameter.history, *(value for _, value in dated))
    first = min(value.since for _, value in dated)
    for day in sorted({one.since for one in below if one.since >= first}):
        upper, own = in_force(parameter.history, day), in_force(below, day)
        if upper is None or own is None or keeps(parameter.adjustable, upper.value, own.value):
            continue
        written = next(text for text, value in dated if value is own)
        message = wording.against_direction(
            parameter.name, str(parameter.adjustable), day.isoformat(),
            _show(own.value, parameter.type), _show(upper.value, parameter.type),
        )  # fmt: skip
        problems.add(
            "O021",
            message,
            _place(written, parameter),
            clause=clause,
            help=_advice(parameter, upper.value, day.isoformat()),
        )
        return False
    return True


def keeps(adjustable: Adjustable, upper: Value, own: Value) -> bool:
    """Whether a value of the layer below lies where the direction lets it, seen from the value above."""
    match adjustable:
        case Adjustable.UP:
            return isinstance(own, int) and isinstance(upper, int) and own >= upper
        case Adjustable.DOWN:
            return isinstance(own, int) and isinstance(upper, int) and own <= upper
        case Adjustable.ADD:
            return isinstance(own, frozenset) and isinstance(upper, frozenset) and own >= upper
        case Adjustable.REMOVE:
            return isinstance(own, frozenset) and isinstance(upper, frozenset) and own <= upper
        case Adjustable.RANGE:
            return True
        case Adjustable.NO:
            return own == upper


def _place(written: ParameterValue, parameter: Parameter) -> Span:
    if written.values:
        return written.values[0].span
    assert written.span is not None or parameter.span is not None  # noqa: S101 -- the reader gives every value a place
    return written.span or parameter.span  # type: ignore[return-value]


def _show(value: Value, of: Type) -> str:
    return show_with_unit(value, of)


def _advice(parameter: Parameter, upper: Value, day: str) -> str:
    shown = _show(upper, parameter.type)
    words = {
        Adjustable.UP: f"自 {day} 起写不低于 {shown} 的值",
        Adjustable.DOWN: f"自 {day} 起写不高于 {shown} 的值",
        Adjustable.ADD: f"自 {day} 起至少包括：{shown}",
        Adjustable.REMOVE: f"自 {day} 起只在其中选取：{shown}",
    }
    return words.get(parameter.adjustable, wording.STRICTER_ONLY)


def _example(parameter: Parameter) -> str:
    return f"上一层现为 {_show(parameter.value, parameter.type)}"
