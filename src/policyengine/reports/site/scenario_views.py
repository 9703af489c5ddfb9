"""Examples with their outcomes as the site shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from policyengine.reports.anchors import scenario_anchors
from policyengine.reports.site.model import Fact, Happening, Result, ScenarioView
from policyengine.scenarios.examples import (
    ExpectConclusion,
    ExpectDerived,
    ExpectDue,
    ExpectMissing,
    ExpectVerdict,
    ExpectViolated,
)
from policyengine.values import moment_of, show_with_unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policyengine.engines.cases import Event
    from policyengine.reports.site.model import OpinionView
    from policyengine.scenarios.examples import Example, Expectation, Outcome
    from policyengine.vocabulary.terms import Vocabulary


def scenario_views(
    examples: Sequence[Example],
    outcomes: Mapping[str, Sequence[Outcome]],
    vocabulary: Vocabulary,
    layers: Mapping[str, str],
    opinions: Mapping[str, tuple[OpinionView, ...]],
) -> list[ScenarioView]:
    """Give every example with what each engine says, in the order of the examples."""
    anchors = scenario_anchors(examples)
    found = []
    for index, (example, anchor) in enumerate(zip(examples, anchors, strict=True)):
        results = tuple(
            Result(engine, of_engine[index].verdict, of_engine[index].failures)
            for engine, of_engine in outcomes.items()
        )
        case = example.case
        found.append(
            ScenarioView(
                anchor=anchor,
                name=example.name,
                feature=example.feature,
                place=example.place,
                rule=example.rule,
                layer=example.book.layer,
                layer_name=layers.get(example.book.layer, example.book.layer),
                as_of=example.book.as_of.isoformat(),
                subject=str(case.subject),
                facts=tuple(
                    Fact(name, show_with_unit(value, vocabulary.terms[name].type))
                    for name, value in case.values.items()
                ),
                events=tuple(_happening(event, vocabulary) for event in case.trace),
                expects=tuple(_expectation(one) for one in example.expectations),
                results=results,
                opinions=opinions.get(anchor, ()),
                holds=all(not one.failures for one in results),
            )
        )
    return found


def _happening(event: Event, vocabulary: Vocabulary) -> Happening:
    moment = moment_of(event.at)
    plain = moment.date().isoformat() if moment.time() == moment.min.time() else moment.isoformat(" ")
    fields = (
        Fact(name, show_with_unit(value, vocabulary.event_fields[name].type))
        for name, value in event.values.items()
    )
    return Happening(event.id, plain, event.type, tuple(fields))


def _expectation(one: Expectation) -> str:
    match one:
        case ExpectVerdict(verdict):
            return f"结论为“{verdict}”"
        case ExpectMissing(terms):
            return f"缺少“{'、'.join(terms)}”"
        case ExpectViolated(events):
            return f"违反的事件为“{'、'.join(events)}”"
        case ExpectDue(days):
            return f"待办期限为“{'、'.join(days)}”"
        case ExpectDerived(term, value):
            return f"“{term}”应得“{value}”"
        case ExpectConclusion(conclusion):
            return f"整体结论为“{conclusion}”"
        case _:
            assert_never(one)
