"""Events divided by type are the same events, whichever way they are cut."""

from __future__ import annotations

import random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from policyengine.batch import events as reading
from policyengine.batch.by_type import Events, empty_events
from policyengine.vocabulary.terms import Subject
from unit.batch.small_words import VOCABULARY, folder, read, set_aside

KINDS = [("业务受理", "网点"), ("考核", "网点"), ("会商", "机构")]


@pytest.fixture
def wide():
    """Sixty events of three types; nobody ever filled in the score of one that is no exam."""
    lot = random.Random(5)
    rows = []
    for number in range(60):
        kind, subject = lot.choice(KINDS)
        rows.append(
            {
                "id": f"E{number}",
                "type": kind,
                "subject": subject,
                "subject_id": f"{subject}{lot.randrange(4)}",
                "province": lot.choice(["330000", "410000"]),
                "at": lot.randrange(10),
                "办件编号": f"B{number}" if kind == "业务受理" else None,
                "成绩": lot.choice([None, 80]) if kind == "考核" else None,
            }
        )
    return pl.DataFrame(rows, schema=empty_events(VOCABULARY).schema)


def alike(one: pl.DataFrame, other: pl.DataFrame) -> None:
    """Hold two frames to have the same rows, in whatever order."""
    assert_frame_equal(one.sort("id"), other.sort("id"))


def test_nothing_is_lost_or_added(wide):
    """Divided and made one again, every cell is as it was; a type holds only the fields that it fills."""
    made = Events.of(wide, VOCABULARY)
    alike(made.whole(), wide)
    assert made.height == wide.height
    assert {name: frame.columns[4:] for name, frame in made.by_type.items()} == {
        "业务受理": ["办件编号"],
        "考核": ["成绩"],
        "会商": [],
    }
    assert Events.of(wide.clear(), VOCABULARY).whole().is_empty()


def test_parts_come_together_and_copies_count_once(wide):
    """Overlapping parts give every event once if they are said not to be apart."""
    first, second = Events.of(wide.head(40), VOCABULARY), Events.of(wide.tail(40), VOCABULARY)
    alike(Events.together([first, second], VOCABULARY, apart=False).whole(), wide)
    alike(Events.together([first, Events.of(wide.tail(20), VOCABULARY)], VOCABULARY).whole(), wide)


def test_choices_are_those_of_the_wide_table(wide):
    """By subject, by time, by place and by kind of subject, the same rows are kept as from the wide table."""
    made = Events.of(wide, VOCABULARY)
    ids = pl.Series(["网点1", "机构2", "网点1"])
    alike(made.of_subjects(ids).whole(), wide.filter(pl.col("subject_id").is_in(["网点1", "机构2"])))
    alike(made.before(5).whole(), wide.filter(pl.col("at") < 5))
    here = pl.col("province") == "330000"
    alike(made.of_province("330000").whole(), wide.filter(here))
    institution = pl.col("subject_id") == "机构2"
    alike(made.of_province("330000", pl.Series(["机构2"])).whole(), wide.filter(here | institution))
    alike(made.elsewhere(["330000"]).whole(), wide.filter(~here))
    alike(made.of_kind(Subject.INSTITUTION).whole(), wide.filter(pl.col("subject") == "机构"))


def test_a_part_that_is_cut_reads_like_a_whole_one(tmp_path, monkeypatch):
    """Copies, contradictions and bad rows are told alike, however far apart they stand in a large file."""
    text = "事件编号,事件,对象编号,发生时间,办件编号,成绩\n" + "".join(
        f"{line}\n"
        for line in (
            "E1,业务受理,W1,2025-01-02,B1,",
            "E2,考核,W1,2025-01-02,,80",
            "E3,考核,W2,2025-01-03,,81",
            ",考核,W2,2025-01-03,,81",
            "E4,考核,W2,2025-01-04,,x",
            " E2 ,考核,W1,2025-01-02,,80",
            "E5,业务受理,W9,2025-01-04,B2,",
            "E6,业务受理,W1,2025-01-05,,",
            "E3,考核,W2,2025-01-06,,81",
            "E7,会商,J1,2025-01-06,,",
            ",考核,W2,2025-01-03,,81",
        )
    )
    whole = read(folder(tmp_path, events=text))
    told, kept = set_aside(whole), whole.events_of().events.whole()
    monkeypatch.setattr(reading, "_TOGETHER", 2)
    cut = read(tmp_path)
    assert sorted(set_aside(cut)) == sorted(told)
    assert {code for *_, code in told} == {
        "missing", "bad_value", "repeated", "duplicate", "unknown_reference",
    }  # fmt: skip
    alike(cut.events_of().events.whole(), kept)
    assert sorted(kept["id"]) == ["E1", "E2", "E7"]
    assert cut.events_of().rows == whole.events_of().rows == 11
