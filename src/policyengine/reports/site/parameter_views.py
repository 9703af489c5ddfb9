"""Parameters over time and over layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.overlays.layers import NATION
from policyengine.reports.site import wording
from policyengine.reports.site.model import DatedView, ParameterView
from policyengine.semantics.ir import Basis
from policyengine.semantics.reads import parameters_read
from policyengine.values import Kind, Type, show_with_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from policyengine.semantics.ir import Book, DatedValue, Parameter


def parameter_views(
    books: Mapping[str, Book], layers: Mapping[str, str], as_of: date
) -> dict[str, ParameterView]:
    """Give every parameter of every layer's book, by name, with all its values of all layers.

    books: by layer code, the nation's first.
    """
    own: dict[str, Parameter] = {}
    dated: dict[str, dict[tuple[str, date], DatedValue]] = {}
    readers: dict[str, dict[str, None]] = {}
    for code, book in books.items():
        for name, parameter in book.parameters.items():
            own.setdefault(name, parameter)
            kept = dated.setdefault(name, {})
            for value in parameter.history:
                if value.layer in {code, NATION}:
                    kept[value.layer, value.since] = value
        for rule in book.rules:
            for name in parameters_read(rule, book):
                readers.setdefault(name, {})[rule.id] = None
    return {
        name: _view(parameter, list(dated[name].values()), tuple(readers.get(name, {})), layers, as_of)
        for name, parameter in own.items()
    }


def _view(
    parameter: Parameter,
    values: list[DatedValue],
    readers: tuple[str, ...],
    layers: Mapping[str, str],
    as_of: date,
) -> ParameterView:
    ordered = sorted(values, key=lambda one: (one.layer, one.since))
    shown = tuple(_dated(one, ordered, parameter.type, layers, as_of) for one in ordered)
    first = parameter.current.layer
    of_owner = [one for one in shown if one.layer == first]
    current = next((one for one in of_owner if one.state == wording.IN_FORCE), of_owner[0])
    return ParameterView(
        name=parameter.name,
        kind=str(parameter.type.kind),
        unit=parameter.type.unit,
        current=current,
        adjustable=wording.ADJUSTABLE[str(parameter.adjustable)],
        bounds=_bounds(parameter),
        owner=parameter.rule,
        history=shown,
        readers=readers,
    )


def _dated(
    one: DatedValue, all_of_them: Iterable[DatedValue], of: Type, layers: Mapping[str, str], as_of: date
) -> DatedView:
    replaced = any(other.layer == one.layer and one.since < other.since <= as_of for other in all_of_them)
    state = wording.COMING if one.since > as_of else wording.PAST if replaced else wording.IN_FORCE
    return DatedView(
        since=one.since.isoformat(),
        value=show_with_unit(one.value, of),
        layer=one.layer,
        layer_name=layers.get(one.layer, one.layer),
        basis=str(one.basis),
        source=one.source,
        reason=one.reason,
        state=state,
        example=one.basis is Basis.EXAMPLE,
    )


def _bounds(parameter: Parameter) -> str:
    of = parameter.type
    if of.kind is Kind.CHOICES:
        return f"可选：{'、'.join(of.members)}"
    ends = (show_with_unit(end, of) if end is not None else "" for end in (parameter.low, parameter.high))
    return wording.bounds(*ends)
