"""Names that stay: what links and forms call a sentence, a rule or a scenario."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from policyengine.standard.outline import number_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policyengine.scenarios.examples import Example


def scenario_anchors(examples: Iterable[Example]) -> list[str]:
    """Give each example a short code made of its file and name, so that moving it within the file keeps it.

    Two of one name in one file are told apart by a number behind the code.
    """
    seen: Counter[str] = Counter()
    found = []
    for one in examples:
        code = hashlib.sha256(f"{one.file}\n{one.name}".encode()).hexdigest()[:8]
        seen[code] += 1
        found.append(code if seen[code] == 1 else f"{code}-{seen[code]}")
    return found


def clause_number(key: str) -> str:
    """Give a clause's key as figures, as its sentences are numbered: `五（十一）` is `5.11`, `四·第三阶段` is `4.3`."""
    part, _, rest = key.partition("·") if "·" in key else key.partition("（")
    inner = rest.rstrip("）").removeprefix("第").removesuffix("阶段")
    numbers = [number_of(part), *([number_of(inner)] if inner else [])]
    return ".".join(str(one) for one in numbers)
