"""rules/CHANGELOG.md read: what changed in the rules, in functional terms.

A release is `## name（date）`; an entry is `### title` with the lines 类型, 施行, 规则, 条款 and 影响, each
`- key：value`. 规则 and 条款 are lists joined by 、 and may go on in indented lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policyengine.diagnostics import Problems, Span, did_you_mean
from policyengine.reports.site.model import ReleaseEntry
from policyengine.values import ValueRefusedError, parse_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

CHANGELOG = "rules/CHANGELOG.md"
KINDS = ("新增", "调整", "修正", "废止", "文字")
_KEYS = ("类型", "施行", "规则", "条款", "影响")
_LINE = re.compile(r"- (?P<key>[^：:]+)[：:]\s*(?P<value>.*)")


def read_changelog(root: Path, problems: Problems) -> tuple[ReleaseEntry, ...]:
    """Read the changelog; the newest release stands first, as in the file. No file is an empty history."""
    path = root / CHANGELOG
    if not path.is_file():
        return ()
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    problems.lines[CHANGELOG] = lines
    return tuple(entry for block in _blocks(lines) if (entry := _entry(*block, problems)) is not None)


def check_changelog(
    entries: Collection[ReleaseEntry], rules: Collection[str], clauses: Collection[str], problems: Problems
) -> None:
    """Tell every clause that is not there, and every rule that is not and was not abolished."""
    gone = {name for entry in entries if entry.kind == "废止" for name in entry.rules}
    place = Span(CHANGELOG, 1, 1, 1, 1)
    for entry in entries:
        for name in entry.rules:
            if name not in rules and name not in gone:
                problems.add(
                    "H003", f"“{entry.title}”：没有规则“{name}”", place, help=did_you_mean(name, rules)
                )
        for key in entry.clauses:
            if key not in clauses:
                problems.add(
                    "H004", f"“{entry.title}”：没有条款“{key}”", place, help=did_you_mean(key, clauses)
                )


def _blocks(lines: list[str]) -> Iterator[tuple[str, str, int, list[tuple[int, str]]]]:
    """Give each entry: its release, its title, its line and the lines below it."""
    release = ""
    current: tuple[str, str, int, list[tuple[int, str]]] | None = None
    for number, line in enumerate(lines, 1):
        if line.startswith(("## ", "### ")):
            if current:
                yield current
            current = (release, line[4:].strip(), number, []) if line.startswith("### ") else None
            release = line[3:].strip() if line.startswith("## ") else release
        elif current and line.strip():
            current[3].append((number, line))
    if current:
        yield current


def _entry(
    release: str, title: str, number: int, lines: list[tuple[int, str]], problems: Problems
) -> ReleaseEntry | None:
    given: dict[str, str] = {}
    key = ""
    for where, line in lines:
        if found := _LINE.fullmatch(line):
            key = found["key"].strip()
            if key not in _KEYS:
                helped = did_you_mean(key, _KEYS) or f"可用：{'、'.join(_KEYS)}"
                problems.add("H001", f"变更记录没有“{key}”这一项", _span(where, line), help=helped)
            given[key] = found["value"].strip()
        elif key:
            given[key] += line.strip()
    missing = [one for one in _KEYS if not given.get(one)]
    if missing:
        problems.add("H002", f"“{title}”缺少：{'、'.join(missing)}", _span(number, title))
        return None
    try:
        since = parse_date(given["施行"]).isoformat()
    except ValueRefusedError as error:
        problems.add("H002", str(error), _span(number, title))
        return None
    if given["类型"] not in KINDS:
        problems.add(
            "H002", f"没有“{given['类型']}”这种变更", _span(number, title), help=f"可用：{'、'.join(KINDS)}"
        )
        return None
    return ReleaseEntry(
        release, title, given["类型"], since, _listed(given["规则"]), _listed(given["条款"]), given["影响"]
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[、,，]", text) if part.strip())


def _span(line: int, text: str) -> Span:
    return Span(CHANGELOG, line, 1, line, len(text) + 1)
