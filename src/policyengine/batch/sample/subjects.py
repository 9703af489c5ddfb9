"""Builds the compliant subjects of one province."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from policyengine.batch.sample.draws import Draw, after, dates, draw_all, frame_of, pick
from policyengine.batch.sample.facts import INSTITUTION, OPERATOR, PROVINCE
from policyengine.batch.sample.lists import batches, items
from policyengine.batch.sample.outlet_facts import OUTLET
from policyengine.batch.sample.places import outlets_of
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from datetime import date

    from policyengine.batch.divisions import Divisions
    from policyengine.batch.sample.places import Share

_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_STATUS = {"合作中": 0.94, "暂停": 0.02, "已退出": 0.03, "筹备中": 0.01}
# One outlet in four came recently enough for its whole history to be in the event system.
RICH_SHARE = 0.25


@dataclass(slots=True)
class World:
    """The subjects of one province, with ids and references under the Chinese names of the vocabulary.

    `rich` marks the outlets that have a full history of events.
    """

    province: str
    name: str
    tables: dict[Subject, pl.DataFrame]
    begins: bool  # 未开展
    listed: int  # how many items of the catalogue the province lists
    rich: pl.Series


def build(
    share: Share,
    total: int,
    as_of: date,
    divisions: Divisions,
    random: np.random.Generator,
    *,
    begins: bool,
    dense: bool = False,
) -> World:
    """Draw every subject of a province; all of them comply with the national book."""
    name = divisions.name(share.province) or ""
    places = outlets_of(share, total, divisions, random, dense=dense)
    institutions = _institutions(share, name, places.height, as_of, random)
    outlets, rich = _outlets(places, institutions, as_of, random)
    tables = {
        Subject.PROVINCE: _province(share, name, as_of, random, begins=begins),
        Subject.INSTITUTION: institutions,
        Subject.OUTLET: outlets,
        Subject.OPERATOR: _operators(outlets, rich, as_of, random),
        Subject.ITEM: items(share, as_of, random, begins=begins),
        Subject.BATCH: batches(share, as_of, random, begins=begins),
    }
    return World(share.province, name, tables, begins, tables[Subject.ITEM].height, rich)


def _province(
    share: Share, name: str, as_of: date, random: np.random.Generator, *, begins: bool
) -> pl.DataFrame:
    given = {
        "省份代码": pl.Series([share.province]),
        "省份名称": pl.Series([name]),
        "开展情形": pl.Series(["未开展" if begins else "已开展"]),
    }
    return frame_of(PROVINCE, given, 1, as_of, random)


def _institutions(
    share: Share, name: str, outlets: int, as_of: date, random: np.random.Generator
) -> pl.DataFrame:
    rows = int(np.clip(round(outlets / 300), 4, 60))
    number = range(1, rows + 1)
    signs = [f"{_STEMS[(n - 1) % 10]}{_BRANCHES[(n - 1) % 12]}" for n in number]
    place = share.prefix.ljust(6, "0")
    # The last one is still applying; it has no outlets.
    status = ["合作中"] * (rows - 1) + ["申请中"]
    given = {
        "机构编号": pl.Series([f"SYN-{place}-I{n:03d}" for n in number]),
        "行政区划代码": pl.Series([place] * rows),
        "机构名称": pl.Series([f"合成{sign}机构（{name}）" for sign in signs]),
        "机构状态": pl.Series(status),
    }
    return frame_of(INSTITUTION, given, rows, as_of, random)


def _outlets(
    places: pl.DataFrame, institutions: pl.DataFrame, as_of: date, random: np.random.Generator
) -> tuple[pl.DataFrame, pl.Series]:
    rows = places.height
    owners = institutions.filter(pl.col("机构状态") == "合作中")
    # A few institutions have many outlets, as in life.
    share = 1 / np.arange(1, owners.height + 1)
    owner = random.choice(owners.height, rows, p=share / share.sum())
    number = pl.Series(np.arange(1, rows + 1)).cast(pl.String).str.zfill(6)
    county = places["division"].str.slice(0, 6)
    status = pick(_STATUS)(Draw(random, rows, as_of, {}))
    rich = pl.Series(random.random(rows) < RICH_SHARE) & (status == "合作中")
    # Outlets with a full history were signed within five months; the exited ones long ago.
    signed = np.where(
        rich.to_numpy(),
        random.integers(40, 150, rows),
        np.where(
            (status == "已退出").to_numpy(), random.integers(400, 900, rows), random.integers(160, 900, rows)
        ),
    )
    code = "SYN-" + county + "-" + number
    given = {
        "网点编号": code,
        "所属机构编号": owners["机构编号"].gather(owner),
        "行政区划代码": places["division"],
        "网点名称": places["place"] + "合成网点" + number,
        "网点状态": status,
        "网点层级": places["level"],
        "首次签约日期": dates(day_number(as_of) - signed),
        "__机构类型": owners["机构类型"].gather(owner),
    }
    frame = frame_of(OUTLET, given, rows, as_of, random)
    return _exited(_preparing(frame), as_of, random), rich


def _preparing(frame: pl.DataFrame) -> pl.DataFrame:
    """Take from outlets that have not begun what only comes with the agreement."""
    later = ["首次签约日期", "签约日期", "协议到期日期", "挂牌日期", "协议载明事项", "采用统一协议文本"]
    waits = pl.col("网点状态") == "筹备中"
    return frame.with_columns(pl.when(~waits).then(pl.col(name)).alias(name) for name in later)


def _exited(frame: pl.DataFrame, as_of: date, random: np.random.Generator) -> pl.DataFrame:
    rows = frame.height
    kinds = pick({"主动退出": 5, "终止合作": 3, "强制退出": 2})(Draw(random, rows, as_of, {}))
    forced = kinds == "强制退出"
    stopped = dates(day_number(as_of) - random.integers(60, 250, rows))
    # The chain of an exit differs by its kind; the events tell the same days, see `histories`.
    start = pl.select(pl.when(kinds == "主动退出").then(-33).when(forced).then(0).otherwise(-20)).to_series()
    announced = _shifted(stopped, pl.select(pl.when(forced).then(start).otherwise(start + 2)).to_series())
    handed = pl.select(pl.when(forced).then(3).otherwise(10)).to_series()
    values: dict[str, pl.Series] = {
        "退出类别": kinds,
        "停止经办日期": stopped,
        "退出申请日期": pl.select(pl.when(kinds == "主动退出").then(_shifted(stopped, start))).to_series(),
        "退出公告日期": announced,
        "退出业务移交完成日期": _shifted(announced, handed),
        "摘牌日期": _shifted(announced, handed + 2),
        "个人信息返还删除日期": _shifted(announced, handed + 5),
    }
    for name in ("退出后未办结业务件数", "退出后未移交档案件数", "未注销权限数"):
        values[name] = pl.Series([0]).new_from_index(0, rows)
    values["经办终端接入已断开"] = pl.Series([True]).new_from_index(0, rows)
    values["已听取陈述申辩"] = pl.select(pl.when(forced).then(pl.lit(value=True))).to_series()
    gone = frame["网点状态"] == "已退出"
    return frame.with_columns(
        pl.select(pl.when(gone).then(series).otherwise(frame[name])).to_series().alias(name)
        for name, series in values.items()
    )


def _shifted(start: pl.Series, days: pl.Series) -> pl.Series:
    return (start.cast(pl.Int32) + days.cast(pl.Int32)).cast(pl.Date)


def _operators(
    outlets: pl.DataFrame, rich: pl.Series, as_of: date, random: np.random.Generator
) -> pl.DataFrame:
    heads = outlets.select(
        "网点编号", "网点层级", "网点状态", "首次签约日期", "挂牌日期", rich.alias("rich")
    ).with_columns(count=pl.when(pl.col("网点层级").is_in(["设区市", "县城"])).then(3).otherwise(2))
    # An outlet whose history is in the events has just the operators that these speak of.
    each = heads.with_columns(pl.int_ranges(1, pl.col("count") + 1).alias("nth")).explode("nth")
    rows = each.height
    gone = each["网点状态"] == "已退出"
    leaves = pl.Series(random.random(rows) < 0.02) & ~each["rich"] & (each["nth"] > 1)
    away = pl.Series(random.random(rows) < 0.01) & ~each["rich"] & (each["nth"] > 1) & ~leaves
    status = pl.select(
        pl.when(gone | leaves)
        .then(pl.lit("离岗"))
        .when(away)
        .then(pl.lit("暂离岗位"))
        .otherwise(pl.lit("在岗"))
    ).to_series()
    posts = pl.select(
        pl.when(each["nth"] == 1)
        .then(pl.lit("受理岗"))
        .when(each["nth"] == 2)
        .then(pl.lit("复核岗"))
        .otherwise(pl.lit("受理岗"))
    ).to_series()
    posted = pl.select(
        pl.coalesce(each["首次签约日期"], dates(day_number(as_of) - random.integers(20, 60, rows)))
    ).to_series()
    given = {
        "人员编号": each["网点编号"] + "-P" + each["nth"].cast(pl.String),
        "所属网点编号": each["网点编号"],
        "人员状态": status,
        "任职岗位": posts,
        "上岗日期": posted,
        "__网点状态": each["网点状态"],
        "__网点层级": each["网点层级"],
    }
    frame = frame_of(OPERATOR, given, rows, as_of, random)
    left = dates(day_number(as_of) - random.integers(20, 80, rows))
    reported = draw_all({"r": after("l", 0, 3)}, random, {"l": left}, rows, as_of)["r"]
    is_gone = pl.col("人员状态") == "离岗"
    return frame.with_columns(
        pl.when(is_gone)
        .then(pl.lit("已注销"))
        .when(pl.col("人员状态") == "暂离岗位")
        .then(pl.lit("停用"))
        .otherwise("账号状态")
        .alias("账号状态"),
        pl.when(is_gone).then(left).alias("离岗日期"),
        pl.when(is_gone).then(reported).alias("离岗报备日期"),
        pl.when(is_gone).then(pl.lit(value=True)).alias("离岗交接已完成"),
    )
