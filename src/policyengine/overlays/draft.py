"""An overlay to start from: valid as it stands, with what may be changed listed in comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.overlays.layers import NATION, PROVINCES
from policyengine.values import with_unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from policyengine.language.syntax import BookText, DefinitionText, ParameterText, ParameterValue, RuleText

SAMPLE_BEGINS = "# ---- 样例开始：去掉行首的“# ”即可使用，不需要的删去 ----"
SAMPLE_ENDS = "# ---- 样例结束 ----"


def new_overlay(code: str, above: BookText, as_of: date, name: str = "") -> str:
    """Write an overlay for a province or city, over the whole text of the layer above it.

    Args:
        code: division code of six digits.
        above: the text of the layer above, with directions settled.
        as_of: the day from which the samples hold, and whose values are shown.
        name: what the layer is called; for a province it is known.

    """
    shown = PROVINCES.get(code) or name or f"{code}（请改为本市名称）"
    lines = [
        f"覆盖层: {code}",
        f"名称: {shown}",
        "说明: 在此写明依据哪些地方文件，哪些是示例",
        *_sample(above, as_of),
        "#",
        "# 可以设定的参数（现值、依据、方向、范围）：",
        *(f"#   {line}" for line in _parameters(above, as_of)),
        "#",
        "# 可以升格为“应”，或在一段时间内不采用的“宜”：",
        *(f"#   {rule.id.text}  {rule.title}" for rule in above.rules if _is_open_recommendation(rule)),
        "#",
        "# 每项变更都要写“理由”和“文件”；“设定”还要写“依据”：编制说明、法律法规、地方规定、参照、待核实、示例。",
        "# 写好后运行 policyengine overlay check 检查。",
    ]
    return "\n".join(lines) + "\n"


def _sample(above: BookText, as_of: date) -> Iterator[str]:
    day = as_of.isoformat()
    ground = ["    理由: 写明为什么", "    文件: 写明文件名称和文号"]
    yield SAMPLE_BEGINS
    rows = ["变更:"]
    setting = next(((one, value) for one, value in _adjustable(above, as_of) if one.bounds), None)
    if setting is not None:
        parameter, value = setting
        rows += [
            f"  - 设定: {parameter.name.text}",
            f"    取值: {{{day}: {value.values[0].text}}}",
            "    依据: 地方规定",
            *ground,
        ]
    raised = next((rule for rule in above.rules if _is_open_recommendation(rule)), None)
    if raised is not None:
        rows += [f"  - 升格: {raised.id.text}", f"    自: {day}", *ground]
    tightened = next((rule for rule in above.rules if _takes_condition(rule)), None)
    if tightened is not None:
        rows += [
            f"  - 从严: {tightened.id.text}",
            f"    并且: {tightened.requires_text}",
            f"    自: {day}",
            *ground,
        ]
    if len(rows) == 1:
        rows = ["变更: []"]
    rows += ["开展情形: {情形: 已开展, 依据: 地方规定, 来源: 写明出处}"]
    for row in rows:
        yield f"# {row}"
    yield SAMPLE_ENDS


def _takes_condition(rule: RuleText) -> bool:
    # Text that needs quotes or spans lines would make a clumsy sample.
    plain = rule.requires is not None and not any(mark in rule.requires_text for mark in "{}:#\n'\"%")
    return plain and rule.tightenable and rule.modality == "应"


def _is_open_recommendation(rule: RuleText) -> bool:
    return (
        rule.modality == "宜"
        and rule.tightenable
        and not any(one.operation == "不采用" for one in rule.changes)
    )


def _parameters(above: BookText, as_of: date) -> Iterator[str]:
    for one, value in _adjustable(above, as_of):
        current = "、".join(part.text for part in value.values) or "无"
        bounds = f"，范围 {one.bounds[0].text} 至 {one.bounds[1].text}" if len(one.bounds) == 2 else ""
        shown = with_unit(current, one.unit)
        yield f"{one.name.text}：现为 {shown}（{value.basis}），{one.adjustable}{bounds}；见 {one.owner}"


def _adjustable(above: BookText, as_of: date) -> Iterator[tuple[ParameterText, ParameterValue]]:
    holders: tuple[RuleText | DefinitionText, ...] = (*above.rules, *above.definitions)
    for holder in holders:
        for one in holder.parameters:
            begun = [value for value in one.values if value.since <= as_of]
            if one.adjustable != "不可" and begun:
                # The layer below speaks last; within a layer, the latest date.
                yield (
                    one,
                    max(
                        begun,
                        key=lambda value: (
                            value.layer != NATION,
                            not value.layer.endswith("0000"),
                            value.since,
                        ),
                    ),
                )
