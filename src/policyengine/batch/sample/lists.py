"""The service items that a province lists and, if it only begins, the batches in which it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.sample.catalogue import FIRST_BATCH, ITEMS, LOW_RISK, SECOND_BATCH, Item
from policyengine.batch.sample.draws import frame_of
from policyengine.batch.sample.facts import BATCH, ITEM
from policyengine.values import day_number

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

    from policyengine.batch.sample.places import Share
_CAUTIOUS = frozenset({"350000"})


def items(share: Share, as_of: date, random: np.random.Generator, *, begins: bool) -> pl.DataFrame:
    """Give the items of the list of a province."""
    chosen = ITEMS[: FIRST_BATCH + SECOND_BATCH] if begins else ITEMS
    if share.province in _CAUTIOUS:
        chosen = chosen[:LOW_RISK]
    rows = len(chosen)
    second = [begins and place >= FIRST_BATCH for place in range(rows)]
    published = [day_number(as_of) - (150 if late else 330) for late in second]
    given = {
        "事项清单编号": pl.Series([item_id(share.province, n) for n in range(1, rows + 1)]),
        "所属省份代码": pl.Series([share.province] * rows),
        "事项名称": pl.Series([item.name for item in chosen]),
        "事项类别": pl.Series([item.category for item in chosen]),
        "公布批次序号": pl.Series([2 if late else 1 for late in second]),
        "风险等级": pl.Series([item.risk for item in chosen]),
        "复杂度": pl.Series([item.complexity for item in chosen]),
        "经办方式": pl.Series([item.mode for item in chosen]),
        "承诺办结时限": pl.Series([item.promised for item in chosen]),
        "档案类别": pl.Series([item.archive for item in chosen]),
        "事项公布日期": pl.Series(published).cast(pl.Int32).cast(pl.Date),
        "__开展情形": pl.Series(["未开展" if begins else "已开展"] * rows),
    }
    return frame_of(ITEM, given, rows, as_of, random)


def item_id(province: str, number: int) -> str:
    """Give the id of a province's item, counted from 1."""
    return f"SYN-{province}-S{number:02d}"


def batch_id(province: str, number: int) -> str:
    """Give the id of a province's batch, counted from 1."""
    return f"SYN-{province}-B{number}"


def batches(share: Share, as_of: date, random: np.random.Generator, *, begins: bool) -> pl.DataFrame:
    """Give the batches of a province that begins; none for the others."""
    rows = 2 if begins else 0
    today = day_number(as_of)
    first, second = ITEMS[:FIRST_BATCH], ITEMS[FIRST_BATCH : FIRST_BATCH + SECOND_BATCH]
    hardest = max(item.complexity for item in first)

    given = {
        "批次编号": pl.Series([batch_id(share.province, n) for n in (1, 2)][:rows], dtype=pl.String),
        "所属省份代码": pl.Series([share.province] * rows, dtype=pl.String),
        "批次序号": pl.Series([1, 2][:rows], dtype=pl.Int64),
        "批次公布日期": pl.Series([today - 330, today - 150][:rows], dtype=pl.Int32).cast(pl.Date),
        "上一批公布日期": pl.Series([None, today - 330][:rows], dtype=pl.Int32).cast(pl.Date),
        "本批累计事项数": pl.Series([FIRST_BATCH, FIRST_BATCH + SECOND_BATCH][:rows], dtype=pl.Int64),
        "上一批累计事项数": pl.Series([0, FIRST_BATCH][:rows], dtype=pl.Int64),
        "本批平均复杂度": pl.Series([_mean(first), _mean(second)][:rows], dtype=pl.Float64),
        "上一批平均复杂度": pl.Series([None, _mean(first)][:rows], dtype=pl.Float64),
        "本批最低复杂度": pl.Series([_simplest(first), _simplest(second)][:rows], dtype=pl.Int64),
        "上一批最高复杂度": pl.Series([None, hardest][:rows], dtype=pl.Int64),
        "本批最高风险等级": pl.Series(
            [max(one.risk for one in first), max(one.risk for one in second)][:rows], dtype=pl.Int64
        ),
    }
    return frame_of(BATCH, given, rows, as_of, random)


def _mean(items: tuple[Item, ...]) -> float:
    return round(sum(item.complexity for item in items) / len(items), 2)


def _simplest(items: tuple[Item, ...]) -> int:
    return min(item.complexity for item in items)
