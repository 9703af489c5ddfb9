"""The rule book's files as they stood: same files, same bytes; changes are named."""

from __future__ import annotations

from policyengine.batch.nightly.snapshot import take, unpack


def _book(root):
    for name, text in (
        ("rules/a.yaml", "甲"),
        ("rules/b/c.yaml", "乙"),
        ("data/standard/t.txt", "文"),
        ("rules/x.md", "注"),
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_a_snapshot_survives_packing(tmp_path):
    """Packed and unpacked, a snapshot is the same, and packing twice gives the same bytes."""
    snapshot = take(_book(tmp_path / "root"))
    assert set(snapshot.files) == {"rules/a.yaml", "rules/b/c.yaml", "data/standard/t.txt"}
    (tmp_path / "kept.zip").write_bytes(snapshot.packed())
    again = unpack(tmp_path / "kept.zip")
    assert again.files == snapshot.files
    assert again.fingerprint == snapshot.fingerprint
    assert again.packed() == snapshot.packed()


def test_changed_new_and_lost_files_are_named(tmp_path):
    """Every file that is another, new or gone since is named."""
    root = _book(tmp_path)
    snapshot = take(root)
    assert snapshot.changed(root) == []
    (root / "rules" / "a.yaml").write_text("改", encoding="utf-8")
    (root / "rules" / "b" / "c.yaml").unlink()
    (root / "rules" / "n.yaml").write_text("新", encoding="utf-8")
    assert snapshot.changed(root) == ["rules/a.yaml", "rules/b/c.yaml", "rules/n.yaml"]


def test_layout_gives_back_the_files(tmp_path):
    """Laid out in a folder, the snapshot can be taken again from there."""
    snapshot = take(_book(tmp_path / "root"))
    snapshot.lay_out(tmp_path / "copy")
    assert take(tmp_path / "copy").files == snapshot.files
