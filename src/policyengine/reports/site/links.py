"""Where everything stands on the site: one place that knows the addresses. They are promises to those who cite them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from policyengine.overlays.layers import NATION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.reports.site.model import ChangeView, OpinionView, ScenarioView, SiteView


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses as seen from a page; `up` leads to the root of the site: empty or `../`."""

    up: str
    of_sentence: Mapping[str, str]
    of_clause: Mapping[str, str]

    def sentence(self, name: str) -> str:
        """Address a sentence or a part."""
        return f"{self.up}{self.of_sentence[name]}#s-{name}"

    def clause(self, key: str) -> str:
        """Address a clause; one without a page of its own leads to the list of chapters."""
        return f"{self.up}{self.of_clause.get(key, 'chapters.html')}"

    def rule(self, name: str) -> str:
        """Address a rule."""
        return f"{self.up}rules/{name}.html"

    def scenario(self, one: ScenarioView) -> str:
        """Address a scenario: on its rule's page, or on its layer's if the whole book judged."""
        page = f"rules/{one.rule}.html" if one.rule else f"overlays/{one.layer}.html"
        return f"{self.up}{page}#x-{one.anchor}"

    def parameter(self, name: str) -> str:
        """Address a parameter."""
        return f"{self.up}parameters.html#p-{quote(name)}"

    def definition(self, name: str) -> str:
        """Address a derived term."""
        return f"{self.up}vocabulary.html#d-{quote(name)}"

    def layer(self, code: str) -> str:
        """Address a layer; the nation has the rules as its page."""
        return f"{self.up}rules.html" if code == NATION else f"{self.up}overlays/{code}.html"

    def change(self, one: ChangeView) -> str:
        """Address what a layer changes."""
        return f"{self.layer(one.layer)}#changes"

    def opinion(self, one: OpinionView) -> str:
        """Address an opinion."""
        return f"{self.up}opinions.html#o-{quote(one.round)}-{one.number}"


def links_of(site: SiteView, up: str) -> Links:
    """Give the addresses as seen from a depth."""
    of_sentence: dict[str, str] = {}
    of_clause: dict[str, str] = {}
    for chapter in site.chapters:
        page = f"chapters/{chapter.number}.html"
        for clause in chapter.clauses:
            of_clause[clause.key] = f"{page}#c-{clause.number}"
            for one in clause.sentences:
                of_sentence |= dict.fromkeys((one.id, *(part.id for part in one.parts)), page)
    return Links(up, of_sentence, of_clause)
