"""The columnar engine against the same rules written by hand in Polars.

    python bench/columnar_vs_handwritten.py [--outlets 1000000] [--rules 100] [--repeat 5]

A hundred rules over a million made-up outlets in a Parquet file. Both sides scan the file and give the failing and
undetermined rows of every rule, the counts by rule and verdict, and the conclusion of every outlet. These are compared
first; then both are timed by turns, and the best of each counts.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from policyengine.engines.columnar.evaluate import evaluate_tables
from policyengine.engines.columnar.tables import Tables
from policyengine.semantics.ir import (
    ALWAYS,
    Adjustable,
    Any,
    Basis,
    Book,
    Comparator,
    Compare,
    Constant,
    DatedValue,
    Definition,
    Includes,
    Member,
    Modality,
    Negation,
    Parameter,
    ParameterRef,
    Rule,
    TermRef,
)
from policyengine.values import BOOLEAN, DATE, Kind, Type, day_number
from policyengine.vocabulary.terms import Column, Subject, Table, Term, Vocabulary

AS_OF = date(2025, 6, 30)
NUMBER = Type(Kind.INTEGER)
STATUS = Type(Kind.CHOICE, members=("筹备中", "合作中", "暂停", "已退出"))
LEVEL = Type(Kind.CHOICE, members=("市", "县城", "乡镇（街道）", "村（社区）"))
ZONES = Type(Kind.CHOICES, members=("导办区", "等候区", "办理区", "自助区", "网办区", "宣传区"))
RURAL = ("乡镇（街道）", "村（社区）")
NUMBERS = tuple(f"数{place}" for place in range(20))
TRUTHS = tuple(f"是否{place}" for place in range(10))
DAYS = tuple(f"日{place}" for place in range(5))
PROVINCES = tuple(
    f"{code}0000"
    for code in (
        11,
        12,
        13,
        14,
        15,
        21,
        22,
        23,
        31,
        32,
        33,
        34,
        35,
        36,
        37,
        41,
        42,
        43,
        44,
        45,
        46,
        50,
        51,
        52,
        53,
        54,
        61,
        62,
        63,
        64,
        65,
    )
)
TYPES = {
    "网点状态": STATUS,
    "网点层级": LEVEL,
    "功能区": ZONES,
    **dict.fromkeys(NUMBERS, NUMBER),
    **dict.fromkeys(TRUTHS, BOOLEAN),
    **dict.fromkeys(DAYS, DATE),
}


def write_outlets(path: Path, outlets: int) -> None:
    """Make the outlets, from a fixed seed: one value in 500 is missing, and a few in a hundred break a rule."""
    random = np.random.default_rng(7)
    ids = pl.Series([f"SYN-{place:07d}" for place in range(outlets)])
    columns = {
        "id": ids,
        "outlet_id": ids,
        "province": pl.Series(np.sort(random.integers(0, len(PROVINCES), outlets))).replace_strict(
            dict(enumerate(PROVINCES))
        ),
        "layer": pl.repeat("000000", outlets, eager=True),
        "网点状态": _chosen(random, STATUS.members, (0.05, 0.85, 0.05, 0.05), outlets),
        "网点层级": _chosen(random, LEVEL.members, (0.3, 0.3, 0.25, 0.15), outlets),
        "功能区": _gaps(
            random, pl.Series(np.where(random.random(outlets) < 0.98, 63, random.integers(0, 64, outlets)))
        ),
    }
    for name in NUMBERS:
        columns[name] = _gaps(random, pl.Series(random.integers(0, 1000, outlets)))
    for name in TRUTHS:
        columns[name] = _gaps(random, pl.Series(random.random(outlets) < 0.985))
    for name in DAYS:
        columns[name] = _gaps(random, pl.Series(random.integers(18_000, 20_400, outlets)))
    pl.DataFrame(columns).write_parquet(path, compression="lz4")


def _chosen(
    random: np.random.Generator, members: tuple[str, ...], shares: tuple[float, ...], size: int
) -> pl.Series:
    places = pl.Series(random.choice(len(members), size, p=shares))
    return _gaps(random, places.replace_strict(dict(enumerate(members))))


def _gaps(random: np.random.Generator, values: pl.Series) -> pl.Series:
    return values.set(pl.Series(random.random(len(values)) < 0.002), None)


def book_of(rules: int) -> Book:
    """Write the rules as meaning: five shapes by turns, each with its own terms and parameter."""
    terms = tuple(
        Term(name, f"column_{place}", of, Subject.OUTLET, "", "")
        for place, (name, of) in enumerate(TYPES.items())
    )
    table = Table(Subject.OUTLET, "outlets", Column("网点编号", "outlet_id"), (), terms)
    made = [_rule(place) for place in range(rules)]
    rural = Definition(
        "乡镇网点",
        Subject.OUTLET,
        BOOLEAN,
        Member(TermRef("网点层级", LEVEL), Constant(frozenset(RURAL), LEVEL)),
    )
    return Book(
        "000000",
        AS_OF,
        Vocabulary((table,)),
        (rural,),
        tuple(rule for rule, _ in made),
        {parameter.name: parameter for _, parameter in made},
    )


def _value(place: int) -> int:
    """Give the parameter of a rule; as the terms are spread evenly, about this many in a thousand fall below it."""
    return 5 + place % 20


def _rule(place: int) -> tuple[Rule, Parameter]:
    value = DatedValue(AS_OF, _value(place), "000000", Basis.EXAMPLE, "")
    parameter = Parameter(f"参数{place}", NUMBER, value, (value,), Adjustable.NO)
    active = Compare(Comparator.EQUAL, TermRef("网点状态", STATUS), Constant("合作中", STATUS))
    enough = Compare(
        Comparator.AT_LEAST,
        TermRef(NUMBERS[place % len(NUMBERS)], NUMBER),
        ParameterRef(parameter.name, NUMBER),
    )
    truth = TermRef(TRUTHS[place % len(TRUTHS)], BOOLEAN)
    signed = Compare(
        Comparator.AT_MOST,
        TermRef(DAYS[place % len(DAYS)], DATE),
        Constant(day_number(AS_OF) - _value(place), DATE),
    )
    zones = Includes(TermRef("功能区", ZONES), Constant(frozenset(ZONES.members[: 1 + place % 6]), ZONES))
    applies, requires = (
        (active, enough),
        (active, _holds(truth)),
        (ALWAYS, Any((signed, enough))),
        (active, zones),
        (Negation(_holds(TermRef("乡镇网点", BOOLEAN))), Any((_holds(truth), enough))),
    )[place % 5]
    modality = Modality.SHOULD if place % 10 == 9 else Modality.SHALL
    return Rule(f"bench.rule-{place}", "", "五", (), modality, Subject.OUTLET, applies, requires), parameter


def _holds(term: TermRef) -> Compare:
    return Compare(Comparator.EQUAL, term, Constant(value=True, type=BOOLEAN))


def by_hand(path: Path, rules: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.Series]:
    """Do the same without the engine, as a careful analyst would in Polars."""
    frame = (
        pl.scan_parquet(path)
        .with_columns(rural=pl.col("网点层级").is_in(RURAL))
        .select("id", "province", *(_verdict_by_hand(place).alias(f"r{place}") for place in range(rules)))
        .collect()
    )
    rows, counts = [], []
    for place in range(rules):
        codes = frame[f"r{place}"]
        shown = ((codes == 1) | (codes == 3)).arg_true()
        rows.append(
            frame.select("id", "province", code=f"r{place}")[shown].with_columns(
                rule=pl.lit(place, pl.UInt16)
            )
        )
        counts.append(
            codes.value_counts().rename({f"r{place}": "code"}).with_columns(rule=pl.lit(place, pl.UInt16))
        )
    shall = [f"r{place}" for place in range(rules) if place % 10 != 9]
    conclusions = frame.select(
        pl.when(pl.any_horizontal(pl.col(shall) == 1))
        .then(2)
        .when(pl.any_horizontal(pl.col(shall) == 3))
        .then(1)
        .otherwise(0)
        .alias("conclusion")
    )["conclusion"]
    return pl.concat(rows), pl.concat(counts), conclusions


def _verdict_by_hand(place: int) -> pl.Expr:
    number, truth, day = NUMBERS[place % 20], TRUTHS[place % 10], DAYS[place % 5]
    active = pl.col("网点状态") == "合作中"
    enough = pl.col(number) >= _value(place)
    match place % 5:
        case 0:
            applies, requires = active, enough
        case 1:
            applies, requires = active, pl.col(truth)
        case 2:
            applies, requires = None, (pl.col(day) <= day_number(AS_OF) - _value(place)) | enough
        case 3:
            bits = 2 ** (1 + place % 6) - 1
            applies, requires = active, (pl.col("功能区") & bits) == bits
        case _:
            applies, requires = ~pl.col("rural"), pl.col(truth) | enough
    passes, fails, inapplicable, unknown = (pl.lit(code, dtype=pl.UInt8) for code in range(4))
    if applies is None:
        return pl.when(requires).then(passes).when(~requires).then(fails).otherwise(unknown)
    return (
        pl.when(~applies)
        .then(inapplicable)
        .when(requires)
        .then(passes)
        .when(applies & ~requires)
        .then(fails)
        .otherwise(unknown)
    )


def check_equal(path: Path, book: Book) -> int:
    """Compare the verdict rows, the counts and the conclusions of both sides; give the number of rows."""
    ours = evaluate_tables({"000000": book}, _tables(path), explain=False)
    rows, counts, conclusions = by_hand(path, len(book.rules))
    names = pl.Series([rule.id for rule in book.rules])
    verdicts = pl.Series(["pass", "fail", "not_applicable", "undetermined"])
    ours_rows = ours.verdicts.select(pl.col("rule", "verdict").cast(pl.String), "subject_id").sort(pl.all())
    hand_rows = rows.select(
        rule=pl.lit(names).gather(pl.col("rule")),
        verdict=pl.lit(verdicts).gather(pl.col("code")),
        subject_id="id",
    ).sort(pl.all())
    assert ours_rows.equals(hand_rows), "verdict rows differ"
    ours_counts = ours.counts.group_by(pl.col("rule", "verdict").cast(pl.String)).agg(pl.col("count").sum())
    hand_counts = counts.select(
        rule=pl.lit(names).gather(pl.col("rule")),
        verdict=pl.lit(verdicts).gather(pl.col("code")),
        count=pl.col("count").cast(pl.Int64),
    )
    assert ours_counts.sort(pl.all()).equals(hand_counts.sort(pl.all())), "counts differ"
    assert (ours.outlets["conclusion"].to_physical() == conclusions).all(), "conclusions differ"
    return ours.verdicts.height


def _tables(path: Path) -> Tables:
    return Tables({Subject.OUTLET: pl.scan_parquet(path)})


def main() -> None:
    """Run the comparison and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--outlets", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, default=100)
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args()
    book = book_of(asked.rules)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "outlets.parquet"
        write_outlets(path, asked.outlets)
        rows = check_equal(path, book)
        sides = {
            "scan": lambda: pl.scan_parquet(path).collect(),
            "by hand": lambda: by_hand(path, asked.rules),
            "columnar": lambda: evaluate_tables({"000000": book}, _tables(path), explain=False),
            "columnar, with missing and evidence": lambda: evaluate_tables({"000000": book}, _tables(path)),
        }
        best = dict.fromkeys(sides, float("inf"))
        for _ in range(asked.repeat):
            for name, run in sides.items():
                start = time.perf_counter()
                run()
                best[name] = min(best[name], time.perf_counter() - start)
    print(
        f"{asked.rules} rules, {asked.outlets:,} outlets, {rows:,} failing and undetermined rows, equal on both sides"
    )
    for name, seconds in best.items():
        print(f"{name:40} {seconds:7.3f} s   {seconds / best['by hand']:5.2f} x by hand")


if __name__ == "__main__":
    main()
