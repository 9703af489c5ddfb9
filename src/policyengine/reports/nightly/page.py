"""The page of a night, and a page for each outlet that is explained: no network, no script, printable."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from policyengine.reports.nightly import wording
from policyengine.reports.nightly.figures import SOON, examples
from policyengine.reports.nightly.planned import reach, rollout
from policyengine.reports.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.batch.explanations import OutletExplained
    from policyengine.batch.nightly.run import Night
    from policyengine.reports.nightly.figures import Figures

_FOLDER = Path(__file__).parent / "templates"
_MOST_COUNTIES = 20
_MOST_CHANGES = 100
PAGE = "report.html"
EXPLANATIONS = "explanations"


def _number(value: int) -> str:
    return f"{value:,}"


TEMPLATES = Templates(_FOLDER, (("number", _number), ("causes", wording.causes)))


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: its label, the lengths of its parts as percent of the chart's width, and the words beside it."""

    label: str
    parts: tuple[float, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a chart by day, in the chart's units: left edge, height, and its words."""

    x: float
    height: float
    note: str
    label: str


def page_name(outlet: str) -> str:
    """Give the file of an outlet's explanation; odd ids cannot leave the folder."""
    safe = "".join(one if one.isalnum() or one in "-_" else f"_{ord(one):x}_" for one in outlet)
    return f"{EXPLANATIONS}/{safe}.html"


def write_page(night: Night, figures: Figures) -> None:
    """Write the page."""
    explained = {one.outlet_id: page_name(one.outlet_id) for one in night.explained}
    names = figures.outlet_names(list(explained))
    then = _before(night)
    totals = figures.totals
    reached, least, served = reach(night)
    text = TEMPLATES.render(
        "page.html.j2",
        reached=reached,
        least=least,
        served=served,
        rollout=rollout(night),
        night=night,
        style=_style(),
        words=wording,
        outlets=sum(totals),
        cards=[
            (word, number, wording.percent(number, sum(totals)), wording.difference(number, then.get(word)))
            for word, number in zip(wording.CONCLUSIONS, totals, strict=True)
        ],
        provinces=_stacked(figures),
        counties=[one for one in figures.counties() if one.numbers[2]][:_MOST_COUNTIES],
        worst=_with_bars(figures.worst_rules(), "fail"),
        changes=figures.changes_by_cause() if night.before else [],
        changed=_changed(figures, explained) if night.before else [],
        due_days=_columns(figures),
        due_rules=figures.due_by_rule(),
        due_total=sum(number for _, number in figures.due_by_day()),
        titles=figures.titles,
        missing=_with_bars(figures.missing(), "verdicts"),
        quarantine=figures.quarantine(),
        quarantined=figures.quarantined_rows(),
        examples=examples(night),
        explained=[
            (one, *names.get(one.outlet_id, ("", "")), explained[one.outlet_id]) for one in night.explained
        ],
        fingerprint=night.books["000000"].fingerprint,
        soon=SOON,
    )
    (night.folder / PAGE).write_text(text, encoding="utf-8")


def write_explanations(night: Night, figures: Figures) -> None:
    """Write a page for each outlet that is explained."""
    folder = night.folder / EXPLANATIONS
    folder.mkdir()
    names = figures.outlet_names([one.outlet_id for one in night.explained])
    for one in night.explained:
        name, place = names.get(one.outlet_id, ("", ""))
        text = TEMPLATES.render(
            "explanation.html.j2", night=night, outlet=one, called=name, place=place, style=_style(), words=wording,
            reasons=_counted(one),
        )  # fmt: skip
        (night.folder / page_name(one.outlet_id)).write_text(text, encoding="utf-8")


def _style() -> str:
    return (_FOLDER / "style.css").read_text(encoding="utf-8")


def _counted(one: OutletExplained) -> dict[str, int]:
    verdicts = [told.verdict.value for subject in one.subjects for told in subject.explanations]
    return {word: verdicts.count(word) for word in ("fail", "undetermined")}


def _before(night: Night) -> dict[str, int]:
    return {
        word: int(night.counts_before[word]) for word in wording.CONCLUSIONS if word in night.counts_before
    }


def _stacked(figures: Figures) -> list[Bar]:
    """Draw provinces by share; the one with most failing outlets in proportion first."""
    places = sorted(figures.provinces(), key=lambda one: (-one.numbers[2] / max(1, one.total), one.code))
    return [
        Bar(
            one.name,
            tuple(100 * number / one.total for number in one.numbers),
            f"{one.total:,} 个，不合格 {one.numbers[2]:,}（{wording.percent(one.numbers[2], one.total)}）",
        )
        for one in places
        if one.total
    ]


def _with_bars(rows: list[dict[str, object]], column: str) -> list[tuple[dict[str, object], float]]:
    largest = max((int(str(row[column])) for row in rows), default=1)
    return [(row, 100 * int(str(row[column])) / largest) for row in rows]


def _columns(figures: Figures) -> list[Column]:
    days = figures.due_by_day()
    largest = max((number for _, number in days), default=0) or 1
    width = 100 / len(days)
    return [
        Column(
            place * width,
            100 * number / largest,
            f"{day.isoformat()}：{number:,} 项",
            f"{day.month}-{day.day}",
        )
        for place, (day, number) in enumerate(days)
    ]


def _changed(figures: Figures, explained: Mapping[str, str]) -> list[dict[str, object]]:
    """Give the changes to list: new failures first."""
    order = {kind: place for place, kind in enumerate(wording.KINDS)}
    frame = figures.changes
    frame = frame.with_columns(order=frame["kind"].replace_strict(order)).sort("order", "outlet_id", "rule")
    rows = frame.head(_MOST_CHANGES).to_dicts()
    for row in rows:
        row["page"] = explained.get(str(row["outlet_id"]), "")
        row["title"] = figures.titles.get(str(row["rule"]), row["rule"])
    return rows
