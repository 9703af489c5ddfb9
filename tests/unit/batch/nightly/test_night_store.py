"""The folder of runs: found, taken, replaced and tidied."""

from __future__ import annotations

from datetime import date

import pytest

from policyengine.batch.nightly import store as stores
from policyengine.batch.nightly.manifest import altered, file_hashes, write_json

DAY = date(2026, 1, 2)


def _run(folder, text="一"):
    folder.mkdir(parents=True)
    (folder / "verdicts").mkdir()
    (folder / "verdicts" / "a.parquet").write_text(text, encoding="utf-8")
    write_json(folder / "manifest.json", {"files": file_hashes(folder, frozenset({"manifest.json"}))})
    return folder


def test_the_latest_earlier_run_is_found(tmp_path):
    """Of the runs of earlier days the latest counts; the day itself, later days and strange names do not."""
    for name in ("2025-12-01", "2026-01-01", "2026-01-02", "2026-01-03", "old"):
        _run(tmp_path / name)
    (tmp_path / "2025-12-31").mkdir()
    assert stores.latest_before(tmp_path, DAY) == (date(2026, 1, 1), tmp_path / "2026-01-01")
    assert stores.latest_before(tmp_path / "absent", DAY) is None


@pytest.mark.parametrize("exchange", [True, False])
def test_publishing_replaces_a_run_whole(tmp_path, monkeypatch, exchange):
    """A new run takes the place of an old one, in one step or, where the system cannot, in two."""
    if not exchange:
        monkeypatch.setattr(stores, "_exchanged", lambda *_: False)
    _run(tmp_path / DAY.isoformat(), "旧")
    working = _run(tmp_path / ".working-2026-01-02" / "run", "新")
    published = stores.publish(working, tmp_path, DAY)
    assert (published / "verdicts" / "a.parquet").read_text(encoding="utf-8") == "新"
    assert not list(tmp_path.glob(".old-*"))


def test_a_run_moved_aside_for_one_that_never_came_is_brought_back(tmp_path):
    """If a replacement in two steps was cut off between them, the next start gives the old run its name again."""
    _run(tmp_path / ".old-2026-01-02", "旧")
    (tmp_path / ".working-2026-01-02").mkdir()
    with stores.held(tmp_path, DAY):
        assert (tmp_path / "2026-01-02" / "verdicts" / "a.parquet").read_text(encoding="utf-8") == "旧"
        assert not (tmp_path / ".working-2026-01-02").exists()


def test_a_held_store_is_refused_to_others_and_free_afterwards(tmp_path):
    """Two cannot hold a store at once; when the first lets go, the next may."""
    with (
        stores.held(tmp_path, DAY),
        pytest.raises(stores.StoreBusyError, match="2026-01-02"),
        stores.held(tmp_path, DAY),
    ):
        pass
    with stores.held(tmp_path, DAY):
        pass


def test_altered_files_are_named(tmp_path):
    """A file that is not what the manifest says, or is gone, is named; others are not."""
    run = _run(tmp_path / "run")
    manifest = stores.read_manifest(run)
    assert altered(run, manifest) == []
    (run / "verdicts" / "a.parquet").write_text("二", encoding="utf-8")
    assert altered(run, manifest, "verdicts/") == ["verdicts/a.parquet"]
    assert altered(run, {}) == ["manifest.json"]
    (run / "manifest.json").write_text("{", encoding="utf-8")
    assert stores.read_manifest(run) == {}
