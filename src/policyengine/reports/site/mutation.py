"""What `policyengine mutate --format json` found, if its file is given.

Read leniently: a rule that is not in the file is shown as not run.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policyengine.reports.site.model import MutantView, MutationView

if TYPE_CHECKING:
    from pathlib import Path


def read_mutation(path: Path | None) -> dict[str, MutationView] | None:
    """Give the mutation result of each rule; None if it was not run.

    The file: `{"rules": [{"rule", "killed", "equivalent", "survivors": [{"what", "scenario"}], "covered",
    "coverable"}]}`, the last two from MC/DC.
    """
    if path is None:
        return None
    given = json.loads(path.read_text(encoding="utf-8"))
    return {
        one["rule"]: MutationView(
            one["rule"],
            int(one.get("killed", 0)),
            int(one.get("equivalent", 0)),
            tuple(
                MutantView(str(each["what"]), str(each.get("scenario", "")))
                for each in one.get("survivors", ())
            ),
            int(one.get("covered", 0)),
            int(one.get("coverable", 0)),
        )
        for one in given.get("rules", ())
    }
