"""A synthetic country under every overlay: the night finds what was planted, and nothing else."""

from collections import Counter
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from acceptance.nights import Quiet, night
from policyengine.batch.nightly import run as nightly
from policyengine.batch.nightly.windows import windows
from policyengine.batch.sample.changes import PLANTS
from policyengine.batch.sample.generate import AS_OF, generate
from policyengine.batch.sample.mishaps import MISHAPS
from policyengine.rulebook.shelf import read_shelf
from policyengine.semantics.ir import Modality

ROOT = Path(__file__).resolve().parents[2]
OUTLETS, SEED = 1_000, 12
COLUMNS = ("subject", "subject_id", "rule", "verdict")
# These need a history of more than half a year, or happen to a province or an institution as a whole.
NEVER_PLANTED = {
    "institution.security-protection-self-check",
    "outlet.exit-no-business-after-exit",
    "outlet.exit-no-permission-after-clearing",
    "outlet.exit-with-institution",
    "outlet.item-none-after-removal",
    "outlet.permission-full-review",
    "outlet.security-confidentiality-agreement-in-force",
    "outlet.security-dedicated-line-connected",
    "outlet.security-education-periodic",
    "outlet.supervision-on-site-inspection",
    "outlet.supervision-unannounced-inspection",
    "outlet.supervision-yearly-evaluation",
    "outlet.training-posted-trained-periodically",
    "province.item-list-adjustment-published",
    "province.item-list-items-listed-after-publication",
    "province.item-list-published-before-effect",
    "province.rollout-batch-published-before-start",
    "province.rollout-items-through-batches",
    "province.rollout-one-batch-at-a-time",
    "province.rollout-state",
}


@pytest.fixture(scope="module")
def shelf():
    return read_shelf(ROOT)


@pytest.fixture(scope="module")
def books(shelf):
    return {layer: shelf.book(AS_OF, layer) for layer in shelf.layers}


@pytest.fixture(scope="module")
def country(shelf, tmp_path_factory):
    folder = tmp_path_factory.mktemp("country") / "sample"
    generate(OUTLETS, SEED, folder, shelf.vocabulary)
    return folder


@pytest.fixture(scope="module")
def run(country, tmp_path_factory):
    """A night over the country, in windows of a few provinces each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nightly, "windows", partial(windows, most_outlets=200))
        watcher = Quiet()
        outcome = night(country, tmp_path_factory.mktemp("runs"), ROOT, AS_OF, watcher)
    assert len(watcher.steps) > 5
    return outcome.folder


def test_the_night_finds_exactly_what_was_planted(country, run):
    """Every failing and undetermined verdict under the book of its layer stands in the truth, and the reverse."""
    found = pl.read_parquet(run / "verdicts" / "*.parquet")
    truth = pl.read_parquet(country / "truth" / "violations.parquet")
    planted = Counter(truth.filter(pl.col("verdict") != "not_applicable").select(COLUMNS).iter_rows())
    assert Counter(found.select(COLUMNS).iter_rows()) == planted
    assert len({rule for _, _, rule, _ in planted}) > 100


def test_the_night_sets_aside_exactly_the_broken_rows(country, run):
    """Every row that was broken on purpose is set aside for its reason, and no other row is."""
    broken = pl.read_parquet(country / "truth" / "quarantine.parquet")
    columns = ("table", "subject_id", "code")
    aside = pl.read_parquet(run / "quarantine.parquet")
    assert Counter(aside.select(columns).iter_rows()) == Counter(broken.select(columns).iter_rows())


def test_what_is_never_planted_is_known(books):
    """A rule that nothing breaks would pass unseen; the few that the generator cannot break are listed here."""
    planted = {rule for plants in PLANTS.values() for one in plants for rule in (one.rule, *one.also)}
    planted |= {rule for one in MISHAPS for rule in (one.rule, *one.also)}
    # A permission never fails.
    failing = {rule.id for book in books.values() for rule in book.rules if rule.modality is not Modality.MAY}
    assert failing - planted == NEVER_PLANTED
