"""What happened: the full history of the outlets that came lately, and single happenings elsewhere. All comply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from policyengine.batch.sample.catalogue import FIRST_BATCH, ITEMS, SECOND_BATCH
from policyengine.batch.sample.clock import busy_days, office_seconds
from policyengine.batch.sample.episodes import episodes, exits
from policyengine.batch.sample.happenings import at, day_numbers, happen, repeated, together
from policyengine.batch.sample.lists import batch_id, item_id
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import numpy.typing as npt

    from policyengine.batch.sample.subjects import World
    from policyengine.vocabulary.terms import Vocabulary

POLICY_DAYS_AGO = 30
# Cases end at least so long before the as-of day, and none lasts longer.
_QUIET_DAYS = 16
_LONGEST = {"查询打印": 0, "社会保障卡补换": 3, "社会保险登记": 3, "登记变更注销": 3, "其他": 1}


def histories(
    world: World, as_of: date, random: np.random.Generator, cases: float, vocabulary: Vocabulary
) -> pl.DataFrame:
    """Give every event of a province; `cases` is the mean number of cases of an outlet with a full history."""
    today = day_number(as_of)
    frames = [*_province(world, today), *_institutions(world, today)]
    outlets = world.tables[Subject.OUTLET]
    frames += _beginnings(world, outlets.filter(world.rich), random)
    frames += _routine(world, outlets.filter(world.rich), today, random)
    frames += _cases(world, outlets.filter(world.rich), today, random, cases)
    frames += episodes(outlets.filter(~world.rich & (outlets["网点状态"] == "合作中")), today, random)
    frames += exits(outlets.filter(outlets["网点状态"] == "已退出"))
    return together(frames, vocabulary)


def _province(world: World, today: int) -> Iterator[pl.DataFrame]:
    province = world.province
    batches = ((1, 330, range(FIRST_BATCH)), (2, 150, range(FIRST_BATCH, FIRST_BATCH + SECOND_BATCH)))
    lists = batches if world.begins else ((1, 330, range(world.listed)),)
    one = pl.Series([province])
    for number, days, items in lists:
        published = np.array([today - days])
        name = f"SYN-{province}-L{number}"
        if number > 1:
            yield happen("清单调整", one, at(published - 5, 9 * 3600), {"清单编号": name})
        yield happen("清单公布", one, at(published, 9 * 3600), {"清单编号": name})
        yield happen("清单实施", one, at(published + 10, 0), {"清单编号": name})
        ids = pl.Series([item_id(province, n + 1) for n in items])
        each = pl.Series([province] * len(ids))
        moment = np.repeat(published, len(ids))
        if world.begins:
            batch = batch_id(province, number)
            yield happen("批次公布", each, at(moment, 9 * 3600), {"批次编号": batch, "事项编号": ids})
            yield happen("批次实施", one, at(published + 10, 0), {"批次编号": batch})
            if number == 1:
                yield happen("批次评估", one, at(published + 130, 10 * 3600), {"批次编号": batch})
        in_force = pl.Series(moment + 10).cast(pl.Int32).cast(pl.Date)
        yield happen(
            "事项列入", each, at(moment, 10 * 3600), {"清单编号": name, "事项编号": ids, "生效日期": in_force}
        )
    if not world.begins:
        last = pl.Series([item_id(province, world.listed)])
        yield happen(
            "事项移出",
            one,
            at(np.array([today - 60]), 9 * 3600),
            {"清单编号": f"SYN-{province}-L1", "事项编号": last},
        )
    policy = f"SYN-{province}-Z1"
    yield happen("政策调整", one, at(np.array([today - POLICY_DAYS_AGO]), 9 * 3600), {"政策编号": policy})


def _institutions(world: World, today: int) -> Iterator[pl.DataFrame]:
    frame = world.tables[Subject.INSTITUTION].filter(pl.col("机构状态") == "合作中")
    owner = frame["机构编号"]
    day = np.full(len(owner), today)
    yield happen(
        "签署保密协议",
        owner,
        at(day - 500, 10 * 3600),
        {
            "协议编号": owner + "-M1",
            "协议起始日期": pl.Series(day - 500).cast(pl.Int32).cast(pl.Date),
            "协议终止日期": pl.Series(day + 300).cast(pl.Int32).cast(pl.Date),
        },
    )
    yield happen("专线联通", owner, at(day - 480, 15 * 3600))
    yield happen("等保备案", owner, at(day - 470, 15 * 3600), {"等保级别": "三级"})
    for days in (330, 190, 60):
        yield happen("等保自查", owner, at(day - days, 15 * 3600))


def _beginnings(world: World, outlets: pl.DataFrame, random: np.random.Generator) -> Iterator[pl.DataFrame]:
    """From the application to the plaque, and the operators from their training to their permissions."""
    owner = outlets["网点编号"]
    rows = len(owner)
    application = owner + "-A1"
    steps: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("提出申请", "提出申请日期", {}),
        ("布点论证", "布点论证日期", {"论证结论": "同意"}),
        ("检查验收", "检查验收日期", {"验收结论": "合格"}),
        ("签署协议", "首次签约日期", {}),
        ("完成挂牌", "挂牌日期", {}),
    )
    for place, (kind, term, fields) in enumerate(steps):
        extra: dict[str, pl.Series | str | int | bool] = {"申请编号": application, **fields}
        if kind == "签署协议":
            ends = outlets["协议到期日期"]
            extra |= {"协议编号": owner + "-X1", "协议起始日期": outlets["签约日期"], "协议终止日期": ends}
        second = 9 * 3600 + place * 60 + random.integers(0, 50, rows)
        yield happen(kind, owner, at(day_numbers(outlets[term]), second), extra)
    people = world.tables[Subject.OPERATOR].join(
        outlets.select("网点编号", "首次签约日期"),
        left_on="所属网点编号",
        right_on="网点编号",
        maintain_order="left",
    )
    yield from _people(people, random)


def _people(people: pl.DataFrame, random: np.random.Generator) -> Iterator[pl.DataFrame]:
    owner, operator, post = people["所属网点编号"], people["人员编号"], people["任职岗位"]
    rows = len(owner)
    signed = day_numbers(people["首次签约日期"])
    order = operator + "-Q1"
    who = {"人员编号": operator}
    posted: dict[str, pl.Series | str | int | bool] = {"人员编号": operator, "岗位": post}
    minute = random.integers(0, 60, rows)

    def moment(before: int, hour: int) -> npt.NDArray[np.int64]:
        return at(signed - before, hour * 3600 + minute * 60)

    yield happen("培训", owner, moment(14, 9), {**who, "培训类别": "岗前培训"})
    yield happen("保密教育", owner, moment(13, 9), {**who})
    yield happen(
        "考核", owner, moment(12, 15), {**who, "考核成绩": pl.Series(random.integers(88, 100, rows))}
    )
    yield happen("人员上岗", owner, moment(4, 9), posted)
    yield happen("人员备案", owner, moment(3, 10), {**who})
    yield happen("权限申请", owner, moment(4, 10), {**posted, "岗位类别": "业务运行"})
    yield happen("权限审核", owner, moment(3, 14), {**posted, "审核结果": "通过"})
    valid = pl.Series(signed + 900).cast(pl.Int32).cast(pl.Date)
    opened: dict[str, pl.Series | str | int | bool] = {
        **posted,
        "岗位类别": "业务运行",
        "权限单号": order,
        "权限有效期至": valid,
    }
    yield happen("权限开通", owner, moment(2, 9), opened)
    yield happen("台账登记", owner, moment(2, 11), {"权限单号": order, **posted})


def _routine(
    world: World, outlets: pl.DataFrame, today: int, random: np.random.Generator
) -> Iterator[pl.DataFrame]:
    owner, plaque = outlets["网点编号"], day_numbers(outlets["挂牌日期"])
    rows = len(owner)
    for kind, gap in (
        ("网络安全设备检查", 14),
        ("日志审计", 26),
        ("档案移交", 28),
        ("账号审计", 75),
        ("权限清查", 75),
    ):
        yield repeated(kind, owner, plaque, today, gap, random)
    yield happen(
        "监督检查",
        owner,
        at(plaque + (today - plaque) // 2, 10 * 3600),
        {"检查编号": owner + "-J1", "检查方式": "现场检查", "发现问题": False},
    )
    policy = happen(
        "政策培训",
        owner,
        at(np.full(rows, today - POLICY_DAYS_AGO + 3), 14 * 3600),
        {"政策编号": f"SYN-{world.province}-Z1"},
    )
    yield policy
    people = world.tables[Subject.OPERATOR].join(
        outlets.select("网点编号"), left_on="所属网点编号", right_on="网点编号", maintain_order="left"
    )
    recent = np.full(people.height, today - 12)
    both = people["所属网点编号"], people["人员编号"]
    yield happen("培训", both[0], at(recent, 15 * 3600), {"人员编号": both[1], "培训类别": "在岗培训"})
    yield happen("保密教育", both[0], at(recent, 16 * 3600), {"人员编号": both[1]})


def _cases(
    world: World, outlets: pl.DataFrame, today: int, random: np.random.Generator, mean: float
) -> Iterator[pl.DataFrame]:
    count = random.poisson(mean, outlets.height)
    which = np.repeat(np.arange(outlets.height), count)
    rows = len(which)
    if not rows:
        return
    owner = outlets["网点编号"].gather(which)
    usable = FIRST_BATCH if world.begins else world.listed - 1
    # Simple business is the most frequent.
    share = 1 / (np.arange(usable) + 2.0)
    item = random.choice(usable, rows, p=share / share.sum())
    kinds = pl.Series([one.kind for one in ITEMS]).gather(item)
    risks = pl.Series([{1: "一级", 2: "二级", 3: "三级"}[one.risk] for one in ITEMS]).gather(item)
    ids = pl.Series([item_id(world.province, n + 1) for n in range(usable)]).gather(item)
    number = pl.Series(np.arange(1, rows + 1)).cast(pl.String).str.zfill(8)
    case = f"SYN-{world.province}-N" + number
    plaque = day_numbers(outlets["挂牌日期"])[which]
    day = busy_days(random, plaque + 1, np.full(rows, today - _QUIET_DAYS))
    start = at(day, office_seconds(random, rows))
    longest = np.array([_LONGEST.get(one.kind, 5) for one in ITEMS])[item]
    lasted = np.floor(random.random(rows) * (longest + 1)).astype(np.int64)
    # A case that ends the same day takes some minutes; a later one ends in office hours.
    end = np.where(
        lasted == 0, start + random.integers(300, 1500, rows), at(day + lasted, office_seconds(random, rows))
    )
    first, second = owner + "-P1", owner + "-P2"
    base = {"办件编号": case}
    done: dict[str, pl.Series | str | int | bool] = {
        **base,
        "人员编号": first,
        "岗位": "受理岗",
        "事项编号": ids,
        "办件风险等级": risks,
    }
    yield happen("业务受理", owner, start, {**done, "业务类别": kinds})
    returned = pl.Series(random.random(rows) < 0.03)
    yield _only(happen("业务办结", owner, end, done), ~returned)
    yield _only(happen("业务退件", owner, end, {**base}), returned)
    rechecked = (risks == "三级") & ~returned
    check: dict[str, pl.Series | str | int | bool] = {
        **base,
        "人员编号": second,
        "岗位": "复核岗",
        "复核结论": "通过",
    }
    yield _only(happen("业务复核", owner, start + (end - start) // 2, check), rechecked)
    lacking = pl.Series(random.random(rows) < 0.04)
    yield _only(happen("材料不齐", owner, start + 60, {**base, "人员编号": first}), lacking)
    yield _only(happen("一次性告知", owner, start + 120, {**base, "人员编号": first}), lacking)


def _only(frame: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    return frame.filter(chosen)
