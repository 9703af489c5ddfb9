"""Night runs as published: what their manifests and rule tables say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.nightly.store import MANIFEST, read_manifest
from policyengine.reports.site import wording
from policyengine.reports.site.model import Fact, NightRule, NightView

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MOST_NIGHTS = 31
_MOST_RULES = 30


def read_nights(store: Path | None) -> tuple[NightView, ...]:
    """Read the published runs under a store, the latest first; runs whose manifest is damaged are left out."""
    if store is None:
        return ()
    folders = sorted((entry for entry in store.iterdir() if (entry / MANIFEST).is_file()), reverse=True)
    found = [_night(folder) for folder in folders if not folder.name.startswith(".")]
    return tuple([one for one in found if one is not None][:_MOST_NIGHTS])


def _night(folder: Path) -> NightView | None:
    manifest = read_manifest(folder)
    if not manifest:
        return None
    counts, book = _inner(manifest, "counts"), _inner(manifest, "rule_book")
    return NightView(
        day=str(manifest.get("as_of", folder.name)),
        fingerprint=str(book.get("files", "")),
        counts=tuple(
            Fact(label, f"{counts.get(key, 0)}")
            for key, label in wording.NIGHT_COUNTS.items()
            if key in counts
        ),
        facts=tuple(_facts(manifest, book)),
        rules=_rules(folder),
    )


def _facts(manifest: Mapping[str, object], book: Mapping[str, object]) -> Iterator[Fact]:
    yield Fact("规则书指纹", str(book.get("files", ""))[:16])
    if manifest.get("compared_with"):
        yield Fact("比对", wording.compared(str(manifest["compared_with"])))
    recheck = _inner(manifest, "recheck")
    counts = {key: value for key, value in recheck.items() if isinstance(value, int) and key != "seed"}
    if "outlets" in counts:
        yield Fact("复核", wording.rechecked(counts["outlets"]))


def _rules(folder: Path) -> tuple[NightRule, ...]:
    """Give the rules that failed most often, over all provinces."""
    path = folder / "rules.parquet"
    if not path.is_file():
        return ()
    summed = (
        pl.read_parquet(path)
        .group_by("rule", "title")
        .agg(pl.col("fail", "undetermined", "pass").sum())
        .filter(pl.col("fail") + pl.col("undetermined") > 0)
        .sort(["fail", "undetermined", "rule"], descending=[True, True, False])
        .head(_MOST_RULES)
    )
    return tuple(
        NightRule(row["rule"], row["title"] or row["rule"], row["fail"], row["undetermined"], row["pass"])
        for row in summed.iter_rows(named=True)
    )


def _inner(whole: Mapping[str, object], key: str) -> dict[str, object]:
    found = whole.get(key)
    return found if isinstance(found, dict) else {}
