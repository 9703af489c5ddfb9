"""The pages: which there are, from which template each is drawn, and what its JSON twin holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from policyengine.overlays.layers import NATION
from policyengine.reports.site import wording
from policyengine.reports.site.links import links_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.reports.site.links import Links
    from policyengine.reports.site.model import ChapterView, MutantView, MutationView, ScenarioView, SiteView


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `path` is from the root of the site; `data` is what the twin holds; `given` goes to the template."""

    path: str
    title: str
    section: str
    template: str
    data: object
    link: Links
    given: dict[str, object] = field(default_factory=dict)

    @property
    def twin(self) -> str:
        """The path of its JSON twin."""
        return f"{self.path.removesuffix('.html')}.json"


def navigation(site: SiteView) -> tuple[tuple[str, str, str], ...]:
    """Give the main navigation: path, label, section."""
    found = [
        ("index.html", "首页", "home"), ("chapters.html", "条文对照", "chapters"), ("rules.html", "规则", "rules"),
        ("parameters.html", "参数表", "parameters"), ("vocabulary.html", "词汇表", "vocabulary"),
        ("overlays.html", "地方覆盖层", "overlays"), ("coverage.html", "覆盖率与变异得分", "coverage"),
        ("opinions.html", "征求意见", "opinions"), ("changelog.html", "变更记录", "changelog"),
    ]  # fmt: skip
    if site.nights:
        found.append(("nights.html", "夜间运行", "nights"))
    return tuple(found)


def pages(site: SiteView) -> Iterator[Page]:
    """Give every page of the site."""
    here, below = links_of(site, ""), links_of(site, "../")
    counts = {chapter.number: len(rules_of(chapter)) for chapter in site.chapters}
    red = [one for rule in site.rules.values() for one in rule.scenarios if not one.holds]
    yield _home(site, here, counts, len(red))
    summaries = [
        {
            "number": one.number,
            "label": one.label,
            "sentences": len(one.sentences),
            "rules": counts[one.number],
        }
        for one in site.chapters
    ]
    yield Page("chapters.html", "条文对照", "chapters", "chapters.j2", summaries, here, {"counts": counts})
    yield from _chapters(site, below)
    subjects = list(dict.fromkeys(rule.subject for rule in site.rules.values()))
    clauses = list(dict.fromkeys((rule.clause, rule.clause_label) for rule in site.rules.values()))
    listed = [
        {"id": one.id, "title": one.title, "clause": one.clause, "modality": one.modality, "subject": one.subject,
         "requires": one.requires, "layer": one.layer, "scenarios": len(one.scenarios), "red": one.red}
        for one in site.rules.values()
    ]  # fmt: skip
    yield Page(
        "rules.html", "规则", "rules", "rules.j2", listed, here, {"subjects": subjects, "clauses": clauses}
    )
    for rule in site.rules.values():
        yield Page(f"rules/{rule.id}.html", rule.title, "rules", "rule.j2", rule, below)
    tally = Counter(one.current.basis for one in site.parameters)
    yield Page(
        "parameters.html", "参数表", "parameters", "parameters.j2", site.parameters, here,
        {"bases": wording.BASES, "tally": tally},
    )  # fmt: skip
    words = {"tables": site.words, "derived": site.definitions, "events": site.events}
    yield Page("vocabulary.html", "词汇表", "vocabulary", "vocabulary.j2", words, here)
    overlays = [
        {"code": one.code, "name": one.name, "above": one.above, "proof": one.proof} for one in site.layers
    ]
    yield Page("overlays.html", "地方覆盖层", "overlays", "overlays.j2", overlays, here)
    for layer in site.layers:
        # `items` of a listing would be taken for the method of a mapping by the template language.
        listed_items = layer.items.items if layer.items else ()
        yield Page(
            f"overlays/{layer.code}.html",
            layer.name,
            "overlays",
            "overlay.j2",
            layer,
            below,
            {"listed": listed_items},
        )
    yield _coverage(site, here, red)
    yield Page("opinions.html", "征求意见", "opinions", "opinions.j2", site.rounds, here)
    yield Page("changelog.html", "变更记录", "changelog", "changelog.j2", site.releases, here)
    if site.nights:
        yield Page("nights.html", "夜间运行", "nights", "nights.j2", site.nights, here)


def rules_of(chapter: ChapterView) -> tuple[str, ...]:
    """Name the rules that carry any sentence of a chapter, in the order of the text."""
    return tuple(dict.fromkeys(name for one in chapter.sentences for name in one.rules))


def _home(site: SiteView, link: Links, counts: dict[str, int], red: int) -> Page:
    numbers = {
        "as_of": site.as_of,
        "fingerprint": site.fingerprint,
        "answers": site.answers,
        "rules": len(site.rules),
        "added": sum(rule.layer != NATION for rule in site.rules.values()),
        "parameters": len(site.parameters),
        "examples": sum(one.current.example for one in site.parameters),
        "engines": site.engines,
        "red": red,
        "unanswered": sum(site.answers.get(word, 0) for word in ("部分覆盖", "未覆盖")),
        "pending": sum(one.pending for one in site.rounds),
    }
    given = {key: numbers[key] for key in ("added", "examples", "red", "unanswered", "pending")}
    return Page("index.html", "首页", "home", "home.j2", numbers, link, {**given, "counts": counts})


def _chapters(site: SiteView, link: Links) -> Iterator[Page]:
    for place, chapter in enumerate(site.chapters):
        used = rules_of(chapter)
        yield Page(
            f"chapters/{chapter.number}.html",
            chapter.label,
            "chapters",
            "chapter.j2",
            {"chapter": chapter, "rules": [site.rules[name] for name in used if name in site.rules]},
            link,
            {
                "page": _only_rules(chapter, site),
                "before": site.chapters[place - 1] if place else None,
                "after": site.chapters[place + 1] if place + 1 < len(site.chapters) else None,
                "answers": wording.ANSWERS,
            },
        )


def _only_rules(chapter: ChapterView, site: SiteView) -> ChapterView:
    """Leave out definitions that cite the text: they are shown with the rules that read them."""

    def kept(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if name in site.rules)

    return replace(
        chapter,
        clauses=tuple(
            replace(
                clause,
                sentences=tuple(
                    replace(
                        one,
                        rules=kept(one.rules),
                        parts=tuple(replace(part, rules=kept(part.rules)) for part in one.parts),
                    )
                    for one in clause.sentences
                ),
            )
            for clause in chapter.clauses
        ),
    )


def _surviving(one: MutationView, site: SiteView, link: Links) -> tuple[str, str, tuple[MutantView, ...]]:
    """Give what was mutated by name, where it stands, and the mutants that nothing noticed."""
    rule = site.rules.get(one.rule)
    if rule is None:
        return f"派生词“{one.rule}”", link.definition(one.rule), one.survivors
    return rule.title, f"{link.rule(one.rule)}#mutation", one.survivors


def _coverage(site: SiteView, link: Links, red: list[ScenarioView]) -> Page:
    results = list((site.mutations or {}).values())
    numbers = {
        "mutants": sum(one.total for one in results),
        "killed": sum(one.killed for one in results),
        "equivalent": sum(one.equivalent for one in results),
        "covered": sum(one.covered for one in results),
        "coverable": sum(one.coverable for one in results),
    }
    untested = [name for name, rule in site.rules.items() if not rule.scenarios]
    sentences = [
        {"id": one.id, "answer": one.answer, "rules": one.rules, "reason_kind": one.reason_kind}
        for chapter in site.chapters
        for one in chapter.sentences
    ]
    data = {
        "answers": site.answers,
        "sentences": sentences,
        "engines": site.engines,
        "untested": untested,
        "red": red,
        **numbers,
    }
    given = {
        **numbers,
        "red": red,
        "untested": untested,
        "surviving": [_surviving(one, site, link) for one in results if one.survivors],
        "notes": wording.ENGINE_NOTES,
    }
    return Page("coverage.html", "覆盖率与变异得分", "coverage", "coverage.j2", data, link, given)
