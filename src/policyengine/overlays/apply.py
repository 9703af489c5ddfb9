"""One overlay laid over the text of the layer above; who changed what is kept.

Changes that may not be made are taken out before, by `admit`; here every change has its target.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from policyengine.language.syntax import BookText, ChangeText, Name
from policyengine.overlays.syntax import Addition, Raising, Setting, Tightening, Waiving

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from policyengine.language.syntax import DefinitionText, ParameterText, RuleText
    from policyengine.overlays.syntax import Change, OverlayText

WAIVED = "不采用"


def apply(base: BookText, overlay: OverlayText, as_of: date | None) -> BookText:
    """Give the text of the layer on a day; with None, the text with every change, of whatever day.

    Values of parameters keep all their dates, for the book to choose from; other changes count from their day on.
    A change whose target is not there (yet) on that day is passed over.
    """
    text = base
    for change in overlay.changes:
        if as_of is None or begun(change, as_of):
            text = _lay(text, change, overlay.code.text)
    return text


def begun(change: Change, as_of: date) -> bool:
    """Whether a change counts on a day."""
    match change:
        case Setting():
            return True
        case Waiving(_, since, resumes):
            return since <= as_of < resumes
        case Tightening() | Raising() | Addition():
            return change.since <= as_of
        case _:
            assert_never(change)


def _lay(text: BookText, change: Change, layer: str) -> BookText:
    match change:
        case Setting():
            return _set(text, change)
        case Tightening():
            added = change.condition
            note = ChangeText(
                layer, "从严", change.since, change.ground.reason, change.ground.document, change.text
            )
            return _on_rule(
                text, change.rule.text, note,
                lambda rule: replace(
                    rule, tightenings=(*rule.tightenings, added), parameters=(*rule.parameters, *change.parameters)
                ),
            )  # fmt: skip
        case Raising():
            note = ChangeText(
                layer, "升格", change.since, change.ground.reason, change.ground.document, "宜改为应"
            )
            return _on_rule(text, change.rule.text, note, lambda rule: replace(rule, modality="应"))
        case Waiving():
            until = f"至 {(change.resumes - timedelta(days=1)).isoformat()}"
            note = ChangeText(
                layer, WAIVED, change.since, change.ground.reason, change.ground.document, until
            )
            # The rule stays in the book, so that everybody sees it was waived; it applies to nobody.
            return _on_rule(
                text, change.rule.text, note, lambda rule: replace(rule, applies=Name("否", change.span))
            )
        case Addition():
            return _add(text, change, layer)
        case _:
            assert_never(change)


def _on_rule(text: BookText, rule: str, note: ChangeText, alter: Callable[[RuleText], RuleText]) -> BookText:
    rules = tuple(
        replace(alter(one), changes=(*one.changes, note)) if one.id.text == rule else one
        for one in text.rules
    )
    return BookText(rules, text.definitions)


def _set(text: BookText, change: Setting) -> BookText:
    name = change.parameter.text

    def alter(parameters: tuple[ParameterText, ...]) -> tuple[ParameterText, ...]:
        return tuple(
            replace(one, values=(*one.values, *change.values)) if one.name.text == name else one
            for one in parameters
        )

    def holds(one: RuleText | DefinitionText) -> bool:
        return any(parameter.name.text == name for parameter in one.parameters)

    return BookText(
        tuple(replace(one, parameters=alter(one.parameters)) if holds(one) else one for one in text.rules),
        tuple(
            replace(one, parameters=alter(one.parameters)) if holds(one) else one for one in text.definitions
        ),
    )


def _add(text: BookText, change: Addition, layer: str) -> BookText:
    note = ChangeText(layer, "新增", change.since, change.ground.reason, change.ground.document)
    rules = tuple(replace(one, since=change.since, changes=(*one.changes, note)) for one in change.text.rules)
    return BookText((*text.rules, *rules), (*text.definitions, *change.text.definitions))
