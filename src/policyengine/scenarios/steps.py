"""The closed step table. A rule never gets a step of its own; see docs/scenarios.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.scenarios import wording
from policyengine.scenarios.examples import (
    ExpectConclusion,
    ExpectDerived,
    ExpectDue,
    ExpectMissing,
    ExpectVerdict,
    ExpectViolated,
)
from policyengine.scenarios.situation import Situation, StepRefusedError
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SUBJECTS = {
    "一家机构": Subject.INSTITUTION,
    "一个网点": Subject.OUTLET,
    "一名人员": Subject.OPERATOR,
    "一个事项": Subject.ITEM,
    "一个批次": Subject.BATCH,
    "一个省份": Subject.PROVINCE,
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """What may hang below a step: a table (rows of cells) or a text."""

    table: Sequence[Sequence[str]] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: keyword kind, what matches, what it does, what hangs below it (table, text or nothing)."""

    kind: str
    pattern: str
    act: Callable[[Situation, re.Match[str], Attachment], None]
    takes: str = ""


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("、") if part.strip())


def _set_subject(situation: Situation, found: re.Match[str], _: Attachment) -> None:
    situation.subject = _SUBJECTS[found[1]]


def _set_layer(situation: Situation, found: re.Match[str], _: Attachment) -> None:
    situation.layer = found[1].split("-")[0]


def _set_text(situation: Situation, _: re.Match[str], attached: Attachment) -> None:
    situation.text = attached.text


def _set_fact(situation: Situation, found: re.Match[str], _: Attachment) -> None:
    situation.set_fact(found[1], found[2])


def _clear_fact(situation: Situation, found: re.Match[str], _: Attachment) -> None:
    situation.set_fact(found[1], "")


def _set_parameter(situation: Situation, found: re.Match[str], _: Attachment) -> None:
    situation.parameters[found[1]] = found[2]


STEPS: tuple[Step, ...] = (
    Step("given", r'评估日为"([^"]*)"', lambda it, found, _: it.set_day(found[1])),
    Step("given", r'采用覆盖层"([^"]+)"', _set_layer),
    Step("given", r"规则书如下：", _set_text, "text"),
    Step("given", rf"有({'|'.join(_SUBJECTS)})", _set_subject),
    Step("given", r"其情况如下：", lambda it, _, attached: it.add_facts(attached.table), "table"),
    Step("given", r'参数"([^"]+)"为"([^"]*)"', _set_parameter),
    Step("given", r'"([^"]+)"未填报', _clear_fact),
    Step("given", r'"([^"]+)"为"([^"]*)"', _set_fact),
    Step("given", r"发生下列事件：", lambda it, _, attached: it.add_events(attached.table), "table"),
    Step("when", r'按规则"([^"]+)"评估', lambda it, found, _: it.judge(found[1])),
    Step("when", r"评估全部规则", lambda it, _, __: it.judge("")),
    Step(
        "then",
        r'结论为"(符合|不符合|不适用|无法判定)"',
        lambda it, found, _: it.expect(ExpectVerdict(found[1])),
    ),
    Step("then", r'缺少"([^"]+)"', lambda it, found, _: it.expect(ExpectMissing(_split(found[1])))),
    Step("then", r'违反的事件为"([^"]*)"', lambda it, found, _: it.expect(ExpectViolated(_split(found[1])))),
    Step("then", r'待办期限为"([^"]*)"', lambda it, found, _: it.expect(ExpectDue(_split(found[1])))),
    Step(
        "then", r'"([^"]+)"应得"([^"]+)"', lambda it, found, _: it.expect(ExpectDerived(found[1], found[2]))
    ),
    Step(
        "then",
        r'整体结论为"(合格|待核实|不合格)"',
        lambda it, found, _: it.expect(ExpectConclusion(found[1])),
    ),
)


def take(situation: Situation, kind: str, text: str, attached: Attachment) -> None:
    """Carry out one step.

    Raises:
        StepRefusedError: if the table has no such step, or what it says cannot be.

    """
    for step in STEPS:
        found = re.fullmatch(step.pattern, text)
        if found and step.kind == kind:
            step.act(situation, found, attached)
            return
    raise StepRefusedError(f"{wording.unknown_step(text)}；{wording.UNKNOWN_STEP_HELP}")
