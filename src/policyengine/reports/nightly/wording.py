"""Every fixed word of the nightly report that is not in a template."""

from __future__ import annotations

CONCLUSIONS = ("合格", "待核实", "不合格")
KINDS = {
    "new_failure": "新增不符合",
    "recovery": "恢复",
    "new_undetermined": "新增无法判定",
    "settled": "补齐后已判定",
    "gone": "不再评估",
}
CAUSES = {
    "facts": "事实变化",
    "rule": "规则改动",
    "parameter": "参数改动",
    "overlay": "覆盖层改动",
    "time": "时间推移",
    "waiver": "豁免生效或到期",
    "unknown": "未能区分",
}
VERDICTS = {"pass": "符合", "fail": "不符合", "not_applicable": "不适用", "undetermined": "无法判定"}
REASONS = {
    "ragged": "列数与表头不符",
    "missing": "缺少必填内容",
    "bad_value": "填写的值不可用",
    "out_of_bounds": "超出合理范围",
    "duplicate": "编号重复而内容不同",
    "repeated": "整行重复",
    "unknown_reference": "所属对象不存在",
    "quarantined_reference": "所属对象已被隔离",
    "unknown_division": "行政区划代码不存在",
    "unknown_event": "事件类型不存在",
    "future": "发生在评估日之后",
    "out_of_order": "登记早于发生",
    "wrong_province": "与文件所属省份不符",
}
TABLES = {
    "institutions": "机构",
    "outlets": "网点",
    "operators": "人员",
    "events": "事件",
    "item_lists": "事项清单",
    "rollout_batches": "批次",
    "provinces": "省份",
    "waivers": "豁免",
}
NATION = "全国"
NO_PLACE = "（区划不详）"


def percent(part: int, whole: int) -> str:
    """Write a share; a small one is not rounded away."""
    if not whole:
        return "—"
    share = part / whole
    return "<0.1%" if 0 < share < 0.001 else f"{share:.1%}"


def difference(now: int, then: int | None) -> str:
    """Write how a number moved since the night before."""
    if then is None:
        return ""
    if now == then:
        return "与上次持平"
    return f"比上次{'多' if now > then else '少'} {abs(now - then):,}"


def causes(codes: list[str]) -> str:
    """Write the causes of a change."""
    return "、".join(CAUSES.get(one, one) for one in codes)


def evidence(text: str) -> str:
    """Write the JSON of evidence for people."""
    for mark, written in (("{", ""), ("}", ""), ('"', ""), (": ", "："), (", ", "；"), ("[", ""), ("]", "")):
        text = text.replace(mark, written)
    return text


def cut(shown: int, total: int, where: str) -> str:
    """Say that a sheet does not show all rows."""
    return f"共 {total} 行，本表只列前 {shown} 行；全部见 {where}"
