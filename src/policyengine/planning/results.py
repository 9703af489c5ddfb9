"""Answers as frames, with Chinese headers, for people's own tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policyengine.planning.layout.choose import Chosen
    from policyengine.planning.rank.order import Ranking
    from policyengine.planning.rollout.check import ProvinceCheck

CLAIMS = ("省份", "对象", "编号", "数据", "规则", "名称", "条款", "用语", "结论", "说明")
RANKING = ("名次", "机构编号", "机构名称", "条件档", "延伸等次", "覆盖乡镇数", "覆盖村数", "并列", "理由")
CHOICE = ("序", "候选点编号", "名称", "行政区划代码", "新覆盖乡镇数", "新覆盖村数", "新覆盖人口", "理由")


def claims_frame(checks: Iterable[ProvinceCheck]) -> pl.DataFrame:
    """Give a row for each verdict; what does not fit together has 结论 不一致 and no rule."""
    rows: list[tuple[str, ...]] = []
    for check in checks:
        for claim in check.claims:
            one = claim.judged
            data = "按事项推算" if claim.derived else "登记"
            rows.append((check.code, claim.what, claim.subject_id, data, one.rule, one.title, one.clause, str(one.modality), one.verdict.chinese, "；".join(one.reasons)))  # fmt: skip
        rows += [(check.code, "", "", "", "", "", "", "", "不一致", told) for told in check.differences]
    return pl.DataFrame(rows, schema=dict.fromkeys(CLAIMS, pl.String), orient="row")


def ranking_frame(found: Ranking) -> pl.DataFrame:
    """Give a row for each applicant by rank; those not ranked come last, without 名次."""
    rows: list[tuple[object, ...]] = [
        (
            one.rank, one.applicant.id, one.applicant.name, one.applicant.grade, one.applicant.extent,
            one.applicant.reach.townships, one.applicant.reach.villages, "、".join(one.tied), "；".join(one.reasons),
        )
        for one in found.positions
    ]  # fmt: skip
    rows += [
        (None, one.id, one.name, None, None, None, None, "", "；".join(one.reasons))
        for one in found.not_ranked
    ]
    numbers = {"名次", "覆盖乡镇数", "覆盖村数"}
    schema = {name: pl.Int64 if name in numbers else pl.String for name in RANKING}
    return pl.DataFrame(rows, schema=schema, orient="row")


def choice_frame(found: Chosen) -> pl.DataFrame:
    """Give a row for each site chosen, those that add most first."""
    rows = [
        (place, one.site.id, one.site.name, one.site.region, len(one.townships), len(one.villages), one.people, one.reason)
        for place, one in enumerate(found.picks, 1)
    ]  # fmt: skip
    texts = {"候选点编号", "名称", "行政区划代码", "理由"}
    return pl.DataFrame(
        rows, schema={name: pl.String if name in texts else pl.Int64 for name in CHOICE}, orient="row"
    )
