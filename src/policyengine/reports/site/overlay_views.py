"""What each layer changes, in words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from policyengine.overlays.apply import WAIVED
from policyengine.overlays.layers import above
from policyengine.overlays.syntax import Addition, Raising, Setting, Tightening, Waiving
from policyengine.reports.site import wording
from policyengine.reports.site.model import ChangeView, Fact, ItemListView, ItemView, LayerView
from policyengine.reports.site.rule_views import requirement_words
from policyengine.semantics.ir import Basis
from policyengine.values import show_with_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from policyengine.overlays.syntax import Change, ItemList, OverlayText
    from policyengine.reports.site.model import ParameterView, ProofView, ScenarioView
    from policyengine.rulebook import Shelf
    from policyengine.semantics.ir import Book, DatedValue, Rule


def layer_view(
    code: str,
    shelf: Shelf,
    as_of: date,
    parameters: Mapping[str, ParameterView],
    scenarios: tuple[ScenarioView, ...],
    proof: ProofView | None,
) -> LayerView:
    """Show one overlay with everything it changes, of whatever day."""
    overlay = shelf.overlays[code]
    upper = above(code, shelf.overlays)
    rollout = overlay.rollout
    return LayerView(
        code=code,
        name=overlay.name,
        above=upper,
        above_name=shelf.layers[upper],
        note=overlay.note,
        file=overlay.file,
        rollout=rollout.state if rollout else "",
        rollout_source=f"{rollout.basis}：{rollout.source}" if rollout else "",
        changes=tuple(_changes(overlay, shelf, as_of, parameters)),
        items=_items(overlay.items) if overlay.items else None,
        scenarios=scenarios,
        proof=proof,
        fingerprint=shelf.book(as_of, code).fingerprint,
    )


def _changes(
    overlay: OverlayText, shelf: Shelf, as_of: date, parameters: Mapping[str, ParameterView]
) -> Iterator[ChangeView]:
    code = overlay.code.text
    own, upper = shelf.layer(code).book, shelf.layer(above(code, shelf.overlays)).book
    for change in overlay.changes:
        yield from _change(change, code, overlay.name, own, upper, as_of, parameters)


def _change(
    change: Change,
    code: str,
    name: str,
    own: Book,
    upper: Book,
    as_of: date,
    parameters: Mapping[str, ParameterView],
) -> Iterator[ChangeView]:
    def view(
        target: str, title: str, rules: tuple[str, ...], since: date, before: str, after: str, **more: str
    ) -> ChangeView:
        return ChangeView(
            layer=code, layer_name=name, operation=_operation(change), target=target, title=title, rules=rules,
            since=since.isoformat(), before=before, after=after, written=more.get("written", ""),
            reason=change.ground.reason, document=change.ground.document,
            basis=more.get("basis", ""), source=more.get("source", ""),
            state=more.get("state") or (wording.COMING if since > as_of else wording.IN_FORCE),
            example=more.get("basis") == Basis.EXAMPLE,
        )  # fmt: skip

    match change:
        case Setting():
            parameter = own.parameters[change.parameter.text]
            shown = parameters[parameter.name]
            for value in parameter.history:
                if value.layer != code:
                    continue
                state = next(
                    one.state
                    for one in shown.history
                    if (one.layer, one.since) == (code, value.since.isoformat())
                )
                yield view(
                    parameter.name, parameter.name, shown.readers, value.since,
                    _value_above(value, upper, parameter.name), show_with_unit(value.value, parameter.type),
                    basis=str(value.basis), source=value.source, state=state,
                )  # fmt: skip
        case Tightening():
            rule, before = _rule(change.rule.text, own), _rule(change.rule.text, upper)
            yield view(
                rule.id, rule.title, (rule.id,), change.since,
                requirement_words(before, upper), requirement_words(rule, own), written=f"并且：{change.text}",
            )  # fmt: skip
        case Raising():
            rule, before = _rule(change.rule.text, own), _rule(change.rule.text, upper)
            yield view(
                rule.id, rule.title, (rule.id,), change.since,
                wording.raised(str(before.modality)), wording.raised(str(rule.modality)),
            )  # fmt: skip
        case Waiving():
            rule = _rule(change.rule.text, own)
            until = (change.resumes - timedelta(days=1)).isoformat()
            state = wording.ENDED if as_of >= change.resumes else ""
            yield view(
                rule.id, rule.title, (rule.id,), change.since,
                requirement_words(rule, own), wording.waived(f"至 {until}"), state=state,
            )  # fmt: skip
        case Addition():
            for text in change.text.rules:
                rule = _rule(text.id.text, own)
                words = requirement_words(rule, own)
                yield view(rule.id, rule.title, (rule.id,), change.since, "", f"{rule.modality}：{words}")
            for definition in change.text.definitions:
                yield view(
                    definition.name.text, definition.name.text, (), change.since, "", definition.meaning
                )
        case _:
            assert_never(change)


def _operation(change: Change) -> str:
    match change:
        case Setting():
            return "设定"
        case Tightening():
            return "从严"
        case Raising():
            return "升格"
        case Waiving():
            return WAIVED
        case Addition():
            return "新增"
        case _:
            assert_never(change)


def _value_above(own: DatedValue, upper: Book, name: str) -> str:
    """Give what the layer above would have on that day."""
    parameter = upper.parameters[name]
    held = [one for one in parameter.history if one.since <= own.since]
    best = max(held, key=lambda one: (one.layer, one.since), default=parameter.history[0])
    return show_with_unit(best.value, parameter.type)


def _rule(name: str, book: Book) -> Rule:
    return next(one for one in book.rules if one.id == name)


def _items(listed: ItemList) -> ItemListView:
    return ItemListView(
        published=listed.published.isoformat() if listed.published else "",
        effective=listed.effective.isoformat() if listed.effective else "",
        counts=tuple(
            Fact(one.grade.text if one.grade else "全部", f"{one.count} 项") for one in listed.counts
        ),
        complete=listed.complete,
        document=listed.document,
        basis=listed.basis,
        source=listed.source,
        note=listed.note,
        items=tuple(
            ItemView(
                one.name.text,
                one.grade,
                tuple(Fact(key.text, "、".join(text.text for text in texts)) for key, texts in one.facts),
            )
            for one in listed.items
        ),
    )
