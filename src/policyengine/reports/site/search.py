"""The search index: one row a thing that can be found, as a script, since pages opened from a folder may not fetch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policyengine.reports.site.links import links_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.reports.site.links import Links
    from policyengine.reports.site.model import SiteView


def search_index(site: SiteView) -> str:
    """Give the script that sets `window.POLICY_INDEX`: rows of kind, title, address, text."""
    rows = json.dumps(list(index_rows(site)), ensure_ascii=False, separators=(",", ":"))
    return f"window.POLICY_INDEX={rows};\n"


def index_rows(site: SiteView) -> Iterator[tuple[str, str, str, str]]:
    """Give everything that can be found: kind, title, address from the root, text."""
    link = links_of(site, "")
    yield from _texts(site, link)
    for rule in site.rules.values():
        yield "规则", rule.title, link.rule(rule.id), f"{rule.id} {rule.requires}"
        for one in rule.scenarios:
            yield "场景", one.name, link.scenario(one), rule.title
    for parameter in site.parameters:
        told = f"{parameter.current.value} {parameter.current.basis} {parameter.current.source}"
        yield "参数", parameter.name, link.parameter(parameter.name), told
    for table in site.words:
        kind = "f" if table.file == "events" else "w"
        for word in table.words:
            yield "词汇", word.name, f"vocabulary.html#{kind}-{word.name}", f"{word.column} {word.meaning}"
    for definition in site.definitions:
        yield (
            "派生词",
            definition.name,
            link.definition(definition.name),
            definition.meaning or definition.words,
        )
    for event in site.events:
        yield "事件", event.name, f"vocabulary.html#e-{event.name}", f"{event.code} {event.meaning}"
    for layer in site.layers:
        yield "地方", layer.name, link.layer(layer.code), f"{layer.code} {layer.note}"
        for change in layer.changes:
            yield "地方变更", f"{layer.name}：{change.title}", link.change(change), change.reason
    for one_round in site.rounds:
        for opinion in one_round.opinions:
            title = f"{opinion.round_title} 第 {opinion.number} 号"
            yield "意见", title, link.opinion(opinion), f"{opinion.proposer}：{opinion.text}"


def _texts(site: SiteView, link: Links) -> Iterator[tuple[str, str, str, str]]:
    for chapter in site.chapters:
        for clause in chapter.clauses:
            yield "章条", clause.label, link.clause(clause.key), ""
            for one in clause.sentences:
                yield "条文", f"句 {one.id}", link.sentence(one.id), one.text
