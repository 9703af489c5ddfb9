"""What `policyengine mutate --format json` found, if its file is given. A rule that is not in it was not run."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from policyengine.reports.site.model import MutantView, MutationView

if TYPE_CHECKING:
    from pathlib import Path


def read_mutation(path: Path | None) -> dict[str, MutationView] | None:
    """Give the mutation result of each rule, of all layers together; None if it was not run."""
    if path is None:
        return None
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in json.loads(path.read_text(encoding="utf-8")).get("rules", ()):
        rows[row["rule"]].append(row)
    return {rule: _view(rule, some) for rule, some in rows.items()}


def _view(rule: str, rows: list[dict[str, Any]]) -> MutationView:
    states = Counter(one["state"] for row in rows for one in row.get("conditions", ()))
    return MutationView(
        rule,
        sum(int(row["killed"]) for row in rows),
        sum(len(row["equivalent"]) for row in rows),
        tuple(MutantView(one["change"], one["scenario"]) for row in rows for one in row["survivors"]),
        # Conditions that cannot show an effect of their own (idle) are asked of nobody.
        states["shown"],
        states["shown"] + states["unshown"],
    )
