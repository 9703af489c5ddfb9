"""Rows that reading must set aside, added to the good ones in known numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

QUARANTINED = {"table": pl.String(), "subject_id": pl.String(), "code": pl.String()}


def break_tables(
    tables: dict[Subject, pl.DataFrame], province: str, random: np.random.Generator
) -> tuple[dict[Subject, pl.DataFrame], list[tuple[str, str, str]]]:
    """Add broken outlets and operators; gives the tables and what reading must say: table, id, code."""
    outlets, operators = tables[Subject.OUTLET], tables[Subject.OPERATOR]
    share = max(1, outlets.height // 2000)
    said: list[tuple[str, str, str]] = []
    extra: list[pl.DataFrame] = []
    people: list[pl.DataFrame] = []
    kinds: tuple[tuple[str, dict[str, object]], ...] = (
        ("out_of_bounds", {"等候座位数": -1}),
        ("unknown_reference", {"所属机构编号": f"SYN-{province}-I999"}),
        ("unknown_division", {"行政区划代码": f"{province[:2]}9999"}),
        ("missing", {"行政区划代码": None}),
    )
    for place, (code, change) in enumerate(kinds):
        for nth in range(share):
            key = f"SYN-{province}-X{place}{nth:04d}"
            row = outlets[int(random.integers(outlets.height))]
            changes: dict[str, object] = {"网点编号": key, **change}
            extra.append(
                row.with_columns(
                    pl.lit(value, outlets.schema[name]).alias(name) for name, value in changes.items()
                )
            )
            said.append(("outlets", key, code))
    copy = outlets[int(random.integers(outlets.height))]
    extra.append(copy)
    said.append(("outlets", copy["网点编号"][0], "repeated"))
    # An operator of a broken outlet goes with it; one of an outlet that nobody knows stands alone.
    for code, owner in (
        ("quarantined_reference", f"SYN-{province}-X00000"),
        ("unknown_reference", "SYN-无此网点"),
    ):
        key = f"SYN-{province}-Y-{code}"
        person = operators[int(random.integers(operators.height))]
        people.append(person.with_columns(pl.lit(key).alias("人员编号"), pl.lit(owner).alias("所属网点编号")))
        said.append(("operators", key, code))
    return {
        **tables,
        Subject.OUTLET: pl.concat([outlets, *extra]),
        Subject.OPERATOR: pl.concat([operators, *people]),
    }, said


def break_events(
    events: pl.DataFrame, province: str, as_of: date, random: np.random.Generator
) -> tuple[pl.DataFrame, list[tuple[str, str, str]]]:
    """Add broken events after the good ones; `events` is as it is written, under its Chinese headers."""
    of_outlets = events.filter(pl.col("事件") == "日志审计")
    if of_outlets.is_empty():
        return events, []
    said: list[tuple[str, str, str]] = []
    extra: list[pl.DataFrame] = []
    later = pl.datetime(as_of.year + 1, 3, 1, 9, 0, 0)
    kinds: tuple[tuple[str, dict[str, pl.Expr]], ...] = (
        ("unknown_event", {"事件": pl.lit("无此事件")}),
        ("unknown_reference", {"对象编号": pl.lit("SYN-无此网点")}),
        ("future", {"发生时间": later, "登记时间": later}),
        ("out_of_order", {"登记时间": pl.col("发生时间") - pl.duration(days=2)}),
        ("missing", {"事件": pl.lit("检查验收")}),
    )
    share = max(1, of_outlets.height // 5000)
    for place, (code, change) in enumerate(kinds):
        for nth in range(share):
            key = f"SYN-{province}-F{place}{nth:04d}"
            row = of_outlets[int(random.integers(of_outlets.height))]
            extra.append(
                row.with_columns(
                    pl.lit(key).alias("事件编号"), *(new.alias(name) for name, new in change.items())
                )
            )
            said.append(("events", key, code))
    copy = of_outlets[int(random.integers(of_outlets.height))]
    extra.append(copy)
    said.append(("events", copy["事件编号"][0], "repeated"))
    whole = pl.concat([events, *(one.select(events.columns).cast(events.schema) for one in extra)])
    return whole, said
