"""Overlay files on this disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.documents import read_file
from policyengine.overlays import wording
from policyengine.overlays.layers import code_in_file_name
from policyengine.overlays.read import read_overlay

if TYPE_CHECKING:
    from pathlib import Path

    from policyengine.diagnostics import Problems
    from policyengine.overlays.syntax import OverlayText


def read_overlays(root: Path, problems: Problems) -> dict[str, OverlayText]:
    """Read `rules/overlays/*.yaml`, by code. Two of one code are refused, whichever comes first."""
    found: dict[str, OverlayText] = {}
    for path in sorted((root / "rules" / "overlays").glob("*.yaml")):
        overlay = read_overlay_file(path, root, problems)
        if overlay is None:
            continue
        code = overlay.code
        if code_in_file_name(path.stem) != code.text:
            problems.add(
                "O001",
                wording.file_name_differs(code.text),
                code.span,
                help=f"文件名写成 {code.text}-英文名.yaml",
            )
        if code.text in found:
            other = found[code.text]
            for one, its_other in ((overlay, other), (other, overlay)):
                message = wording.same_layer(code.text, its_other.file)
                problems.add(
                    "O004", message, one.code.span, help="合并为一个文件；同一层的两个文件没有先后之分"
                )
            continue
        found[code.text] = overlay
    return found


def read_overlay_file(path: Path, root: Path, problems: Problems) -> OverlayText | None:
    """Read one overlay file; None with the reason in `problems`. It is shown by its path under `root`, if it has one."""
    whole = path.resolve()
    shown = (
        whole.relative_to(root.resolve()).as_posix()
        if whole.is_relative_to(root.resolve())
        else path.as_posix()
    )
    before = len(problems.found)
    node = read_file(path, shown, problems)
    if node is None and len(problems.found) > before:
        return None
    return read_overlay(node, shown, problems)
