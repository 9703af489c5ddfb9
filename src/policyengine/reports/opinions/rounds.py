"""Rounds of opinions (征求意见) as they stand in reviews/, one JSON file a round."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from policyengine.diagnostics import Problems, Span
from policyengine.reports.opinions import wording

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "reviews"


class Decision(StrEnum):
    """How an opinion was handled; the drafting notes count these three."""

    ACCEPTED = "采纳"
    PARTLY = "部分采纳"
    REJECTED = "未采纳"


@dataclass(frozen=True, slots=True)
class Opinion:
    """One opinion. `clause` is a clause's key or 全文; the other places are narrower or empty.

    scenario: the code of `reports.anchors`. decision is None while the opinion is open.
    """

    number: int
    clause: str
    sentence: str
    rule: str
    scenario: str
    text: str
    argument: str
    proposer: str
    decision: Decision | None = None
    decision_reason: str = ""

    @property
    def place(self) -> tuple[str, str, str, str]:
        """Where it belongs."""
        return (self.clause, self.sentence, self.rule, self.scenario)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many opinions came and how they were handled."""

    received: int
    accepted: int
    partly: int
    rejected: int

    @property
    def pending(self) -> int:
        """Those not yet handled."""
        return self.received - self.accepted - self.partly - self.rejected


@dataclass(frozen=True, slots=True)
class Round:
    """One round. `reported` is its tally as the drafting notes report it, where the opinions themselves are not kept.

    name: the file name without its ending. clause, quotation: where the drafting notes report it.
    """

    name: str
    title: str
    period: str = ""
    asked: str = ""
    clause: str = ""
    quotation: str = ""
    note: str = ""
    reported: Tally | None = None
    opinions: tuple[Opinion, ...] = ()

    @property
    def tally(self) -> Tally:
        """The reported totals of a round of history, else those of the opinions."""
        return self.reported or tally(self.opinions)


def tally(opinions: tuple[Opinion, ...]) -> Tally:
    """Count opinions."""
    by = [one.decision for one in opinions]
    return Tally(len(by), by.count(Decision.ACCEPTED), by.count(Decision.PARTLY), by.count(Decision.REJECTED))


def read_rounds(root: Path, problems: Problems) -> tuple[Round, ...]:
    """Read every round, by file name; what does not read is told in `problems` and left out."""
    found = []
    for path in sorted((root / FOLDER).glob("*.json")):
        one = _read_round(path, problems)
        if one is not None:
            found.append(one)
    return tuple(found)


def read_round(root: Path, name: str, problems: Problems) -> Round | None:
    """Read one round; None if there is none of that name, or it does not read."""
    path = root / FOLDER / f"{name}.json"
    return _read_round(path, problems) if path.is_file() else None


def write_round(root: Path, one: Round) -> Path:
    """Write a round in its place, whole or not at all."""
    path = root / FOLDER / f"{one.name}.json"
    path.parent.mkdir(exist_ok=True)
    beside = path.with_suffix(".json.new")
    beside.write_text(json.dumps(_as_json(one), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    beside.replace(path)
    return path


def _read_round(path: Path, problems: Problems) -> Round | None:
    shown = f"{FOLDER}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8-sig")
        given = json.loads(text)
    except json.JSONDecodeError as error:
        place = Span(shown, error.lineno, error.colno, error.lineno, error.colno + 1)
        problems.lines[shown] = error.doc.splitlines()
        problems.add("V001", wording.not_json(error.msg), place)
        return None
    before = len(problems.found)
    one = _round(path.stem, given, shown, problems)
    return one if len(problems.found) == before else None


def _round(name: str, given: Any, shown: str, problems: Problems) -> Round:
    place = Span(shown, 1, 1, 1, 1)
    text = {key: str(given.get(key, "")) for key in ("名称", "时间", "征求对象", "条款", "引文", "说明")}
    if not text["名称"]:
        problems.add("V002", wording.lacks("名称"), place)
    reported = given.get("汇总")
    opinions = []
    for item in given.get("意见", []):
        decision = str(item.get("处理意见", ""))
        if decision and decision not in set(Decision):
            problems.add("V003", wording.no_such_decision(decision), place, help=wording.DECISIONS)
            continue
        opinions.append(
            Opinion(
                int(item["编号"]), str(item["章条"]), str(item.get("句子", "")), str(item.get("规则", "")),
                str(item.get("场景", "")), str(item["意见"]), str(item.get("理由", "")), str(item["提出单位"]),
                Decision(decision) if decision else None, str(item.get("处理理由", "")),
            )
        )  # fmt: skip
    made = Round(
        name, text["名称"], text["时间"], text["征求对象"], text["条款"], text["引文"], text["说明"],
        Tally(*(int(reported[key]) for key in ("收到", *Decision))) if reported else None, tuple(opinions),
    )  # fmt: skip
    if made.reported and made.reported.pending < 0:
        problems.add("V004", wording.TOTALS_DIFFER, place)
    if made.reported and made.opinions:
        problems.add("V004", wording.TOTALS_AND_OPINIONS, place)
    return made


def _as_json(one: Round) -> dict[str, object]:
    plain: dict[str, object] = {
        "名称": one.title, "时间": one.period, "征求对象": one.asked, "条款": one.clause, "引文": one.quotation,
        "说明": one.note,
    }  # fmt: skip
    if one.reported:
        counts = (one.reported.received, one.reported.accepted, one.reported.partly, one.reported.rejected)
        plain["汇总"] = dict(zip(("收到", *map(str, Decision)), counts, strict=True))
    plain["意见"] = [
        {
            "编号": each.number, "章条": each.clause, "句子": each.sentence, "规则": each.rule, "场景": each.scenario,
            "意见": each.text, "理由": each.argument, "提出单位": each.proposer,
            "处理意见": str(each.decision or ""), "处理理由": each.decision_reason,
        }
        for each in one.opinions
    ]  # fmt: skip
    return {key: value for key, value in plain.items() if value != ""}


def with_opinions(one: Round, opinions: tuple[Opinion, ...]) -> Round:
    """Give the round with these opinions in the place of its own."""
    return replace(one, opinions=opinions)
