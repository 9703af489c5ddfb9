"""A night that is bound to signed books refuses any other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from policyengine.cli.main import run_with

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "samples" / "331000-taizhou"
DAY = "2025-12-31"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A rule book of one's own, that may be altered."""
    for name in ("rules", "data/standard"):
        shutil.copytree(ROOT / name, tmp_path / "home" / name)
    return tmp_path / "home"


@pytest.fixture
def released(home: Path, tmp_path: Path) -> Path:
    """Keys, and the signed book of the sample's province."""
    keys = tmp_path / "keys"
    assert run_with(["book", "keys", "--out", str(keys)]) == 0
    packed = ["book", "pack", "--as-of", DAY, "--key", str(keys / "book-private.pem"), "--layer", "330000"]
    assert run_with([*packed, "--out", str(keys / "330000.book.json"), "--root", str(home)]) == 0
    return keys


def _night(home: Path, keys: Path, store: Path) -> int:
    bound = ["--require-signed", str(keys), "--key", str(keys / "book-public.pem")]
    told = ["nightly", str(SAMPLE), "--store", str(store), "--as-of", DAY, "--sample-check", "0"]
    return run_with([*told, "--root", str(home), *bound])


def test_a_night_runs_on_the_book_that_was_signed(home, released, tmp_path):
    """The released book, unaltered, may judge."""
    assert _night(home, released, tmp_path / "runs") == 0
    assert (tmp_path / "runs" / DAY / "manifest.json").is_file()


def test_a_night_refuses_a_book_that_was_altered(home, released, tmp_path, capsys):
    """One number changed after the release, and nothing is evaluated or published."""
    changed = home / "rules" / "national" / "05-basic-requirements" / "staff.yaml"
    text = changed.read_text(encoding="utf-8")
    assert "{2025-02-01: 2}" in text
    changed.write_text(text.replace("{2025-02-01: 2}", "{2025-02-01: 1}", 1), encoding="utf-8")
    assert _night(home, released, tmp_path / "runs") == 3
    assert "浙江省" in capsys.readouterr().err
    assert not (tmp_path / "runs" / DAY).exists()
