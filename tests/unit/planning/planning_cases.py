"""Small provinces to plan with: items as (name, complexity, yearly cases) and what is made of them."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from policyengine.engines.cases import Case
from policyengine.planning.rollout.check import Listing, check_listing
from policyengine.rulebook import read_shelf
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject

ROOT = Path(__file__).parents[3]
DAY = date(2026, 6, 30)
PROVINCE = "540000"


@cache
def shelf():
    return read_shelf(ROOT)


def book(layer="000000"):
    return shelf().book(DAY, layer)


def item(name, complexity, cases, *, risk=1, category="查询打印", **more):
    values = {
        "事项名称": name,
        "事项类别": category,
        "风险等级": risk,
        "复杂度": complexity,
        "年办件量": cases,
    }
    return Case(Subject.ITEM, f"S-{name}", values | more, province=PROVINCE, region=PROVINCE)


def listed(name, batch, complexity, cases, **more):
    """An item in a published batch of an 未开展 province."""
    return item(
        name, complexity, cases,
        **{"清单状态": "在册", "公布批次序号": batch, "经办方式": "即时办结", "开展情形": "未开展"}
        | {"事项公布日期": day(f"2025-0{batch}-01"), "事项实施日期": day(f"2025-0{batch}-20")} | more,
    )  # fmt: skip


def day(text):
    return day_number(date.fromisoformat(text))


def batch(number, *, total=None, **more):
    """A published batch, recorded rightly in everything but what the items say."""
    values = {
        "开展情形": "未开展", "批次序号": number, "批次状态": "已公布", "批次审定日期": day(f"2025-0{number}-01"),
        "批次公布日期": day(f"2025-0{number}-01"), "批次实施日期": day(f"2025-0{number}-20"), "批次公布渠道": frozenset({"政府网站"}),
    }  # fmt: skip
    if number > 1:
        values["上一批公布日期"] = day(f"2025-0{number - 1}-01")
    if total is not None:
        values["本批累计事项数"] = total
    return Case(
        Subject.BATCH, f"B{number}", {name: value for name, value in (values | more).items() if value is not None},
        province=PROVINCE, region=PROVINCE,
    )  # fmt: skip


def check(items, batches):
    return check_listing(
        Listing(PROVINCE, tuple(items), tuple(batches)), book(), "西藏自治区", shelf().layers
    )


def broken(found):
    return {(one.what, one.judged.rule) for one in found.broken}
