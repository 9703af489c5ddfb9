"""Where the rule book lies on this disk."""

from __future__ import annotations

import os
from pathlib import Path

from policyengine.diagnostics import RefusedError


class NoRuleBookError(RefusedError):
    """There is no rule book here; the message is for people."""


def find_root(given: Path | None = None) -> Path:
    """Find the folder that holds `rules/` and `data/standard/`.

    In this order: what is given, the environment's POLICYENGINE_HOME, the working folder and those above it,
    the checkout this package was installed from.

    Raises:
        NoRuleBookError: if none of them holds a rule book.

    """
    if given is None and "POLICYENGINE_HOME" in os.environ:
        given = Path(os.environ["POLICYENGINE_HOME"])
    if given is not None:
        if _holds(given):
            return given
        raise NoRuleBookError(f"“{given}”下没有规则书（应有 rules/vocabulary 与 data/standard）")
    here = Path.cwd()
    for folder in (here, *here.parents, *Path(__file__).resolve().parents):
        if _holds(folder):
            return folder
    raise NoRuleBookError("找不到规则书：请在项目目录中运行，或用 --root 指明含有 rules/ 的目录")


def _holds(folder: Path) -> bool:
    return (folder / "rules" / "vocabulary").is_dir() and (folder / "data" / "standard").is_dir()
