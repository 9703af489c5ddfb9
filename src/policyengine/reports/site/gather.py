"""Everything the site shows, gathered from the shelf, the scenarios and the reviews."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policyengine.diagnostics import Problems
from policyengine.overlays.layers import NATION
from policyengine.reports.opinions.places import places_of
from policyengine.reports.opinions.rounds import read_rounds
from policyengine.reports.opinions.summary import summary_sentence
from policyengine.reports.site import wording
from policyengine.reports.site.chapter_views import chapter_views
from policyengine.reports.site.history import check_changelog, read_changelog
from policyengine.reports.site.model import EngineCount, OpinionView, RoundView, SiteView
from policyengine.reports.site.overlay_views import layer_view
from policyengine.reports.site.parameter_views import parameter_views
from policyengine.reports.site.proof_views import proof_views
from policyengine.reports.site.results import ENGINES, judge_all
from policyengine.reports.site.rule_views import Surroundings, definition_view, rule_view
from policyengine.reports.site.scenario_views import scenario_views
from policyengine.reports.site.word_views import event_views, word_tables
from policyengine.rulebook.coverage import coverage_of
from policyengine.rulebook.shelf import read_shelf
from policyengine.scenarios.books import Books
from policyengine.scenarios.read import read_examples
from policyengine.standard.coverage import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from policyengine.reports.opinions.places import Places
    from policyengine.reports.opinions.rounds import Round
    from policyengine.reports.site.model import (
        ChangeView,
        MutationView,
        NightView,
        ParameterView,
        ReleaseEntry,
        RuleView,
        ScenarioView,
    )
    from policyengine.rulebook import Shelf
    from policyengine.scenarios.examples import Example
    from policyengine.semantics.ir import Book
    from policyengine.standard.coverage import Coverage


@dataclass(frozen=True, slots=True)
class Extras:
    """What may be given besides the book: night runs, mutation results by rule."""

    nights: tuple[NightView, ...] = ()
    mutation: Mapping[str, MutationView] | None = None


def gather(root: Path, as_of: date, extras: Extras) -> SiteView:
    """Read the rule book under `root` and judge its scenarios.

    Raises:
        BookRefusedError: if the book, a scenario, a review or the changelog does not read.

    """
    shelf = read_shelf(root)
    books = {code: shelf.book(as_of, code) for code in shelf.layers}
    examples, made = read_policy_examples(shelf)
    coverage = coverage_of(shelf.national, shelf.standard)
    problems = Problems()
    rounds = read_rounds(root, problems)
    releases = read_changelog(root, problems)
    places = places_of(shelf, coverage, examples)
    check_changelog(releases, places.rules, shelf.standard.clauses, problems)
    problems.stop_if_any()

    opinions = [view for one in rounds for view in _opinions(one, places)]
    outcomes = judge_all(examples, made.of)
    scenarios = scenario_views(
        examples, outcomes, shelf.vocabulary, shelf.layers, _by(opinions, lambda one: one.scenario)
    )
    parameters = parameter_views(books, shelf.layers, as_of)
    proofs = proof_views(shelf)
    layers = tuple(
        layer_view(
            code,
            shelf,
            as_of,
            parameters,
            tuple(one for one in scenarios if one.layer == code),
            proofs.get(code),
        )
        for code in shelf.layers
        if code != NATION
    )
    around = Surroundings(shelf.standard, shelf.lines, shelf.layers, _carried(coverage), parameters, as_of)
    rules = _rules(shelf, books, around)
    with_all = _with_belongings(
        rules, scenarios, [change for layer in layers for change in layer.changes], opinions, releases, extras
    )
    national = books[NATION]
    return SiteView(
        title=wording.TITLE,
        as_of=as_of.isoformat(),
        fingerprint=national.fingerprint,
        chapters=chapter_views(
            shelf.standard,
            coverage,
            _by(
                [one for one in opinions if not (one.sentence or one.rule or one.scenario)],
                lambda one: one.clause,
            ),
            _by([one for one in opinions if not one.rule and not one.scenario], lambda one: one.sentence),
        ),
        rules=with_all,
        parameters=tuple(_ordered(parameters.values(), national)),
        definitions=tuple(definition_view(one, national, around) for one in national.definitions),
        words=word_tables(national),
        events=event_views(national),
        layers=layers,
        rounds=tuple(_round(one, opinions) for one in rounds),
        releases=releases,
        engines=tuple(_engine(name, scenarios) for name in ENGINES),
        mutations=None if extras.mutation is None else dict(extras.mutation),
        nights=extras.nights,
        needless=coverage.needless,
        answers={str(answer): number for answer, number in _answers(coverage).items()},
    )


def read_policy_examples(shelf: Shelf) -> tuple[list[Example], Books]:
    """Read the scenarios of the nation and of the overlays; those for engines are no policy."""
    books = Books(shelf)
    folders = [shelf.root / "features" / name for name in ("national", "overlays")]
    files = sorted(path for folder in folders for path in folder.rglob("*.feature"))
    return read_examples(files, shelf.root, books), books


def _carried(coverage: Coverage) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one in coverage.sentences:
        for rule in one.rules:
            found[rule].append(one.sentence.id)
    return {rule: tuple(sentences) for rule, sentences in found.items()}


def _answers(coverage: Coverage) -> dict[Answer, int]:
    counts = Counter(one.answer for one in coverage.sentences)
    return {answer: counts[answer] for answer in Answer}


def _rules(shelf: Shelf, books: Mapping[str, Book], around: Surroundings) -> dict[str, RuleView]:
    """Give every rule of every layer by the uppermost book it stands in, the ones not yet in force too."""
    found: dict[str, RuleView] = {}
    for code, book in books.items():
        for source in (book, shelf.layer(code).book):
            for rule in source.rules:
                if rule.id not in found:
                    view = rule_view(rule, source, around)
                    found[rule.id] = (
                        view if code == NATION else replace(view, layer=code, layer_name=shelf.layers[code])
                    )
    return found


def _with_belongings(
    rules: Mapping[str, RuleView],
    scenarios: Sequence[ScenarioView],
    changes: Sequence[ChangeView],
    opinions: Sequence[OpinionView],
    releases: Sequence[ReleaseEntry],
    extras: Extras,
) -> dict[str, RuleView]:
    of_scenarios: dict[str, list[ScenarioView]] = defaultdict(list)
    for scenario in scenarios:
        of_scenarios[scenario.rule].append(scenario)
    of_changes: dict[str, list[ChangeView]] = defaultdict(list)
    for change in changes:
        for name in change.rules:
            of_changes[name].append(change)
    of_opinions = _by([one for one in opinions if one.rule and not one.scenario], lambda one: one.rule)
    of_releases: dict[str, list[ReleaseEntry]] = defaultdict(list)
    for entry in releases:
        for name in entry.rules:
            of_releases[name].append(entry)
    mutation = extras.mutation or {}
    return {
        name: replace(
            rule,
            scenarios=tuple(of_scenarios[name]),
            changes=tuple(of_changes[name]),
            opinions=of_opinions.get(name, ()),
            mutation=mutation.get(name),
            releases=tuple(of_releases[name]),
        )
        for name, rule in rules.items()
    }


def _ordered(parameters: Iterable[ParameterView], national: Book) -> list[ParameterView]:
    """Put parameters in the order of the nation's book; those that layers add come last."""
    place = {name: number for number, name in enumerate(national.parameters)}
    return sorted(parameters, key=lambda one: place.get(one.name, len(place)))


def _engine(name: str, scenarios: Sequence[ScenarioView]) -> EngineCount:
    failed = sum(
        bool(result.failures) for one in scenarios for result in one.results if result.engine == name
    )
    return EngineCount(name, wording.ENGINES[name], len(scenarios) - failed, failed)


def _opinions(one: Round, places: Places) -> Iterable[OpinionView]:
    for each in one.opinions:
        clause = places.standard.clauses.get(each.clause)
        yield OpinionView(
            one.name, one.title, each.number, clause.key if clause else each.clause, each.sentence, each.rule,
            each.scenario, each.text, each.argument, each.proposer, str(each.decision or ""), each.decision_reason,
        )  # fmt: skip


def _round(one: Round, opinions: Sequence[OpinionView]) -> RoundView:
    told = one.tally
    return RoundView(
        one.name, one.title, one.period, one.asked, told.received, told.accepted, told.partly, told.rejected,
        told.pending, summary_sentence(told), one.note, tuple(each for each in opinions if each.round == one.name),
    )  # fmt: skip


def _by(
    opinions: Iterable[OpinionView], key: Callable[[OpinionView], str]
) -> dict[str, tuple[OpinionView, ...]]:
    found: dict[str, list[OpinionView]] = defaultdict(list)
    for one in opinions:
        if key(one):
            found[key(one)].append(one)
    return {name: tuple(some) for name, some in found.items()}
