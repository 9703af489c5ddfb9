"""Single happenings of outlets without a full history: what asks for an answer and gets it, and exits. All comply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from policyengine.batch.sample.clock import busy_days, office_seconds
from policyengine.batch.sample.happenings import DAY, at, day_numbers, happen

if TYPE_CHECKING:
    from collections.abc import Iterator

# Whatever asks for an answer happened long enough ago for every time limit to have run out.
_ANSWERED_DAYS = 35


def episodes(outlets: pl.DataFrame, today: int, random: np.random.Generator) -> Iterator[pl.DataFrame]:
    """Complaints, bad reviews, inspections, hazards and questions, each answered in time."""
    rows = outlets.height
    chains: tuple[tuple[float, str, str, dict[str, str | bool], tuple[tuple[str, int], ...]], ...] = (
        (0.15, "投诉", "投诉编号", {"投诉类别": "服务态度"}, (("投诉答复", 2),)),
        (0.10, "差评", "差评编号", {"实名": True}, (("差评联系", 0), ("差评整改", 2), ("回访", 4))),
        (0.40, "监督检查", "检查编号", {"检查方式": "现场检查", "发现问题": True}, (("整改", 6),)),
        (0.10, "隐患发现", "隐患编号", {"隐患等级": "一般"}, (("隐患整改", 4),)),
        (0.20, "疑难上报", "疑难编号", {}, (("疑难答复", 2),)),
        (0.03, "安全事件", "安全事件编号", {}, (("安全事件报告", 0),)),
    )
    for place, (share, kind, key, fields, answers) in enumerate(chains):
        chosen = pl.Series(random.random(rows) < share)
        owner = outlets["网点编号"].filter(chosen)
        if owner.is_empty():
            continue
        code = owner + f"-K{place}"
        day = busy_days(random, np.full(len(owner), today - 200), np.full(len(owner), today - _ANSWERED_DAYS))
        start = at(day, office_seconds(random, len(owner)))
        yield happen(kind, owner, start, {key: code, **fields})
        for answer, days in answers:
            yield happen(answer, owner, start + days * DAY + 600, {key: code})
    chosen = pl.Series(random.random(rows) < 0.5)
    owner = outlets["网点编号"].filter(chosen)
    day = day_numbers(outlets["最近一次年度评价日期"].filter(chosen))
    year = pl.Series(np.full(len(owner), 2024))
    yield happen("年度评价", owner, at(day, 9 * 3600), {"评价年度": year, "评价结果": "合格"})
    yield happen("评价反馈", owner, at(day + 3, 9 * 3600), {"评价年度": year})


def exits(outlets: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Tell the same days as the facts of the exited outlets."""
    for kind in ("主动退出", "强制退出", "终止合作"):
        some = outlets.filter(pl.col("退出类别") == kind)
        if some.is_empty():
            continue
        owner = some["网点编号"]
        code = {"退出编号": owner + "-T1"}
        announced = day_numbers(some["退出公告日期"])
        hour = 3600
        if kind == "主动退出":
            wish: dict[str, pl.Series | str | int | bool] = {
                **code,
                "申请日期": some["退出申请日期"],
                "拟退出日期": some["停止经办日期"],
            }
            yield happen("退出申请", owner, at(day_numbers(some["退出申请日期"]), 9 * hour), wish)
        elif kind == "强制退出":
            yield happen("申辩告知", owner, at(announced - 15, 9 * hour), {**code})
            yield happen("强制退出决定", owner, at(announced, 9 * hour), {**code})
        else:
            yield happen("终止合作通知", owner, at(announced - 2, 9 * hour), {**code})
        yield happen("退出公告", owner, at(announced, 10 * hour), {**code, "退出类型": kind})
        yield happen("权限清退", owner, at(announced, 11 * hour), {**code})
        yield happen("业务移交", owner, at(day_numbers(some["退出业务移交完成日期"]), 9 * hour), {**code})
        yield happen("摘牌", owner, at(day_numbers(some["摘牌日期"]), 9 * hour), {**code})
        returned = day_numbers(some["个人信息返还删除日期"])
        yield happen("数据返还", owner, at(returned, 9 * hour), {**code})
        yield happen("终止协议", owner, at(returned, 15 * hour), {**code})
