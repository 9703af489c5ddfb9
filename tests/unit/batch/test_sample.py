"""The synthetic country: complete, repeatable, and with a truth that the reference engine confirms."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from policyengine.batch.cases import cases
from policyengine.batch.quarantine import frame_of
from policyengine.batch.sample.__main__ import rebuild
from policyengine.batch.sample.changes import PLANTS
from policyengine.batch.sample.facts import COMPLIANT
from policyengine.batch.sample.generate import AS_OF, generate
from policyengine.batch.sample.mishaps import MISHAPS
from policyengine.batch.sources import read_input
from policyengine.engines.reference.judge import judge
from policyengine.rulebook.shelf import read_shelf
from policyengine.semantics.ir import Verdict
from policyengine.vocabulary.terms import Subject

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "data" / "samples" / "331000-taizhou"


@pytest.fixture(scope="module")
def shelf():
    return read_shelf(ROOT)


@pytest.mark.parametrize("subject", list(Subject))
def test_every_term_has_a_generator(shelf, subject):
    """A term without one would be missing in every sample; one too many would be lost in silence."""
    terms = {term.name for term in shelf.vocabulary.table_of[subject].terms}
    assert set(COMPLIANT[subject]) == terms


def test_every_planted_rule_is_in_a_book(shelf):
    """A renamed rule would make the truth wrong."""
    planted = {rule for plants in PLANTS.values() for one in plants for rule in (one.rule, *one.also)}
    planted |= {rule for one in MISHAPS for rule in (one.rule, *one.also)}
    assert planted <= {rule.id for layer in shelf.layers for rule in shelf.book(AS_OF, layer).rules}


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()
    }


def test_a_seed_gives_the_same_bytes(shelf, tmp_path):
    """Two runs with one seed agree in every byte; another seed does not."""
    for name, seed in (("one", 1), ("two", 1), ("three", 2)):
        generate(300, seed, tmp_path / name, shelf.vocabulary)
    one, two, three = (_bytes(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    assert one["outlets/330000.parquet"] != three["outlets/330000.parquet"]


def test_the_shipped_sample_is_what_the_generator_makes(tmp_path):
    """The files in data/samples were not edited by hand and are not out of date."""
    rebuild(tmp_path / "again")
    assert _bytes(tmp_path / "again") == _bytes(SHIPPED)


def test_a_folder_with_something_in_it_is_left_alone(shelf, tmp_path):
    """Nothing is overwritten."""
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(FileExistsError):
        generate(10, 1, tmp_path, shelf.vocabulary)


def test_outlets_stand_in_real_places_under_synthetic_names(shelf, tmp_path):
    """The number is exact, every province has some, codes begin with SYN-, and places exist."""
    summary = generate(4000, 3, tmp_path / "s", shelf.vocabulary, cases=1)
    one = read_input(tmp_path / "s", shelf.vocabulary, as_of=AS_OF)
    outlets = one.tables[Subject.OUTLET]
    assert summary.outlets == outlets.height == 4000
    assert outlets["province"].n_unique() == 31
    assert all(
        frame["id"].str.starts_with("SYN-").all()
        for subject, frame in one.tables.items()
        if subject is not Subject.PROVINCE
    )
    levels = Counter(outlets["网点层级"])
    assert 0.08 < levels["村（社区）"] / 4000 < 0.16
    assert levels["乡镇（街道）"] > levels["县城"] > 100


def test_the_truth_of_the_shipped_sample_is_exact(shelf):
    """Every planted verdict is found and no other, under the book of each subject's own layer; so is the quarantine."""
    one = read_input(SHIPPED, shelf.vocabulary, as_of=AS_OF)
    read = one.events_of()
    said = frame_of((*one.set_aside, *read.quarantine)).select("table", "subject_id", "code")
    planted = pl.read_csv(SHIPPED / "truth" / "quarantine.csv", infer_schema=False)
    assert Counter(said.iter_rows()) == Counter(planted.iter_rows())
    truth = pl.read_csv(SHIPPED / "truth" / "violations.csv", infer_schema=False)
    wanted = {
        (row["subject"], row["subject_id"], row["rule"]): row["verdict"]
        for row in truth.iter_rows(named=True)
        if row["verdict"] != Verdict.NOT_APPLICABLE
    }
    found = {}
    for subject in Subject:
        for case in cases(one, subject, read.events.whole()):
            book = shelf.book(AS_OF, shelf.layer_of(case.region))
            for rule in book.rules:
                if rule.subject is subject:
                    verdict = judge(rule, case, book).verdict
                    if verdict in {Verdict.FAIL, Verdict.UNDETERMINED}:
                        found[str(subject), case.id, rule.id] = verdict.value
    assert found == wanted
    assert {"fail", "undetermined"} == set(wanted.values())
    assert (truth["verdict"] == Verdict.NOT_APPLICABLE).any()


def test_events_follow_office_hours_and_weekdays():
    """Most cases are accepted from Monday to Friday; none at night."""
    events = pl.read_csv(SHIPPED / "events.csv", infer_schema=False).filter(pl.col("事件") == "业务受理")
    at = events["发生时间"].str.to_datetime("%Y-%m-%d %H:%M:%S")
    assert at.dt.hour().is_between(8, 17).all()
    weekend = (at.dt.weekday() >= 6).mean()
    assert isinstance(weekend, float)
    assert 0 < weekend < 0.12
    assert at.max() <= pl.Series([AS_OF + timedelta(days=1)]).cast(pl.Datetime).item()
