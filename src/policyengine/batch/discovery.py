"""Which files of an input are which tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policyengine.batch import wording
from policyengine.batch.files import ENDINGS, Fingerprint, Raw, fingerprint, raw_tables
from policyengine.batch.layouts import table_named, table_with
from policyengine.diagnostics import Span, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from policyengine.batch.layouts import Layout
    from policyengine.diagnostics import Problems


@dataclass(slots=True)
class Found:
    """The raw tables by table name, and the files that they came from."""

    tables: dict[str, list[Raw]] = field(default_factory=dict)
    fingerprints: list[Fingerprint] = field(default_factory=list)


def find_tables(path: Path, layouts: Mapping[str, Layout], problems: Problems) -> Found:
    """Find the tables of a folder or a file; what is wrong goes to `problems`."""
    found = Found()
    nowhere = Span(str(path.name) or ".", 1, 1, 1, 1)
    if not path.exists():
        problems.add("I001", wording.nothing_there(str(path)), nowhere, help=wording.SAVE_AGAIN)
    elif path.is_dir():
        _find_in_folder(path, layouts, found, problems)
        if not found.tables and not problems.found:
            problems.add("I001", wording.no_tables(str(path)), nowhere, help=_names(layouts))
    elif path.suffix.lower() not in ENDINGS:
        problems.add("I010", wording.unknown_file(path.name), nowhere, help=wording.ENDINGS_HELP)
    else:
        _find_in_file(path, path.name, layouts, found, problems)
    return found


def _find_in_folder(path: Path, layouts: Mapping[str, Layout], found: Found, problems: Problems) -> None:
    origin: dict[str, list[str]] = {}
    for entry in sorted(path.iterdir()):
        if entry.name.startswith((".", "~$")):
            continue
        if entry.is_dir():
            layout = table_named(entry.name, layouts)
            if layout is None:
                continue  # a folder of something else: nothing here says that it is meant as input
            origin.setdefault(layout.file, []).append(f"{entry.name}/")
            for part in sorted(one for one in entry.iterdir() if one.suffix.lower() in ENDINGS):
                _take(part, f"{entry.name}/{part.name}", layout, found, problems)
        elif entry.suffix.lower() in ENDINGS:
            layout = table_named(entry.stem, layouts)
            if layout is not None:
                origin.setdefault(layout.file, []).append(entry.name)
                _take(entry, entry.name, layout, found, problems)
            elif entry.suffix.lower() == ".xlsx":
                for name in _find_in_file(entry, entry.name, layouts, found, problems):
                    origin.setdefault(name, []).append(entry.name)
            else:
                near = did_you_mean(entry.stem, layouts) or _names(layouts)
                problems.add(
                    "I010", wording.unknown_file(entry.name), Span(entry.name, 1, 1, 1, 1), help=near
                )
        elif table_named(entry.name.split(".", maxsplit=1)[0], layouts) is not None:
            # outlets.xls, outlets.csv.gz: meant as a table, so leaving it aside would lose it in silence.
            problems.add(
                "I010",
                wording.unread_form(entry.name),
                Span(entry.name, 1, 1, 1, 1),
                help=wording.ENDINGS_HELP,
            )
    for table, files in origin.items():
        if len(files) > 1:
            problems.add("I011", wording.table_twice(table, files), Span(files[1], 1, 1, 1, 1))


def _take(path: Path, shown_as: str, layout: Layout, found: Found, problems: Problems) -> None:
    before = len(problems.found)
    raws = list(raw_tables(path, shown_as, problems))
    found.tables.setdefault(layout.file, []).extend(raws)
    if len(problems.found) == before:
        found.fingerprints.append(fingerprint(path, shown_as))


def _find_in_file(
    path: Path, shown_as: str, layouts: Mapping[str, Layout], found: Found, problems: Problems
) -> list[str]:
    """Take every table of one file, told by its name (or its sheet's) and else by its headers."""
    before = len(problems.found)
    names: list[str] = []
    for raw in raw_tables(path, shown_as, problems):
        layout = table_named(raw.name, layouts) or table_with(raw.headers, layouts)
        if layout is None:
            problems.add(
                "I010", wording.unknown_table(raw.file), Span(raw.file, 1, 1, 1, 1), help=_names(layouts)
            )
            continue
        if layout.file in names:
            problems.add("I011", wording.table_twice(layout.file, [raw.file]), Span(raw.file, 1, 1, 1, 1))
        names.append(layout.file)
        found.tables.setdefault(layout.file, []).append(raw)
    if len(problems.found) == before:
        found.fingerprints.append(fingerprint(path, shown_as))
    return names


def _names(layouts: Mapping[str, Layout]) -> str:
    return wording.NAMES_HELP + "、".join(layouts)
