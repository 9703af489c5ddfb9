"""Build the clause tree and the ledger again from the text, keeping what people wrote in them.

`python -m policyengine.standard.rebuild [FOLDER]` writes clauses.yaml, sentences.yaml and slips.yaml. People own
分项 (the words of each 项) and 无规则理由 of a sentence, and all of a slip but its place; the rest is derived.
Nothing is written if something that a person wrote has lost its place in the text.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from policyengine.diagnostics import BookRefusedError, Problems
from policyengine.documents import Mapping, Scalar, Sequence, read_file
from policyengine.standard import wording
from policyengine.standard.clauses import CLAUSE_FILE
from policyengine.standard.ledger import SENTENCE_FILE, fingerprint
from policyengine.standard.outline import outline, sentence_ranges
from policyengine.standard.slips import SLIP_FILE
from policyengine.standard.text import RawText, load_text, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.documents import Node
    from policyengine.standard.outline import Heading


def rebuild(folder: Path) -> dict[str, str]:
    """Give the new contents of the three files by name; needs the text, and takes the old files as they are.

    Raises:
        BookRefusedError: if the text or an old file does not read, or what a person wrote has lost its place.

    """
    problems = Problems()
    text = load_text(folder, problems)
    old = {
        name: read_file(folder / name, shown(folder, name), problems) if (folder / name).exists() else None
        for name in (SENTENCE_FILE, SLIP_FILE)
    }
    problems.stop_if_any()
    headings = outline(text.text)
    built = {
        CLAUSE_FILE: wording.CLAUSES_HEADER + "".join(_clause(heading) for heading in headings),
        SENTENCE_FILE: wording.SENTENCES_HEADER
        + "".join(_sentences(headings, text, _by_name(old[SENTENCE_FILE], "句"), problems)),
        SLIP_FILE: wording.SLIPS_HEADER + "".join(_slips(_by_name(old[SLIP_FILE], "原文"), text, problems)),
    }
    problems.stop_if_any()
    return built


def _by_name(node: Node | None, key: str) -> dict[str, Mapping]:
    items = node.items if isinstance(node, Sequence) else ()
    return {_text(item, key): item for item in items if isinstance(item, Mapping)}


def _clause(heading: Heading) -> str:
    rows = [f"- 条款: {heading.key}", f"  标题: {heading.title}"]
    rows += [f"  上级: {heading.parent}"] if heading.parent else []
    rows += [f"  标题位置: {list(heading.heading)}"]
    rows += [f"  正文位置: {list(heading.body)}"] if heading.body[0] < heading.body[1] else []
    return "\n".join(rows) + "\n"


def _sentences(
    headings: tuple[Heading, ...], text: RawText, old: dict[str, Mapping], problems: Problems
) -> Iterator[str]:
    for heading in headings:
        for number, (start, end) in enumerate(sentence_ranges(text.text, heading.body), 1):
            name = f"{heading.prefix}-{number}"
            joined = text.joined(start, end)
            known = old.pop(name, None)
            rows = [
                f"- 句: {name}",
                f"  条款: {heading.key}",
                f"  位置: [{start}, {end}]",
                f"  行: [{text.line(start)}, {text.line(end - 1)}]",
                f"  指纹: {fingerprint(text.text[start:end])}",
                f"  文: {_quoted(joined.text)}",
            ]
            if known is not None:
                if joined.text != (_text(known, "文") or joined.text):
                    problems.add("ST08", wording.sentence_changed(name), known.span)
                rows += _parts(name, known, (start, end), text, problems)
                rows += _reason(known, "  ")
            yield "\n".join(rows) + "\n"
    for name, left in old.items():
        problems.add("ST08", wording.sentence_gone(name), left.span)


def _parts(
    sentence: str, known: Mapping, place: tuple[int, int], text: RawText, problems: Problems
) -> Iterator[str]:
    """Find the parts one after the other; each is looked for behind the one before it."""
    parts = known.get("分项")
    if not isinstance(parts, Sequence):
        return
    yield "  分项:"
    joined = text.joined(*place)
    reached = 0
    for part in parts.items:
        words = _text(part, "项") if isinstance(part, Mapping) else ""
        start = joined.text.find(words, reached)
        if not isinstance(part, Mapping) or not words or start < 0:
            problems.add("ST10", wording.part_differs(sentence, words), part.span)
            continue
        reached = start + len(words)
        yield f"    - 项: {words}"
        yield f"      位置: {list(joined.raw_range(start, reached))}"
        yield from _reason(part, "      ")


def _reason(known: Mapping, indent: str) -> Iterator[str]:
    reason = known.get("无规则理由")
    if isinstance(reason, Mapping):
        yield f"{indent}无规则理由: {{类型: {_text(reason, '类型')}, 说明: {_quoted(_text(reason, '说明'))}}}"


def _slips(old: dict[str, Mapping], text: RawText, problems: Problems) -> Iterator[str]:
    for written, known in old.items():
        if text.text.count(written) != 1:
            problems.add("ST12", wording.slip_not_unique(written), known.span)
            continue
        start = text.text.index(written)
        yield (
            f"- 原文: {_quoted(written)}\n"
            f"  读作: {_quoted(_text(known, '读作'))}\n"
            f"  位置: [{start}, {start + len(written)}]\n"
            f"  行: {text.line(start)}\n"
            f"  说明: {_quoted(_text(known, '说明'))}\n"
        )


def _text(entry: Mapping, key: str) -> str:
    found = entry.get(key)
    return found.text if isinstance(found, Scalar) else ""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def run(arguments: list[str]) -> int:
    """Write the three files of a folder (data/standard unless given); 0 if done, 3 if something does not read."""
    folder = Path(arguments[0]) if arguments else Path("data/standard")
    try:
        built = rebuild(folder)
    except BookRefusedError as refused:
        sys.stderr.write(f"{refused}\n")
        return 3
    for name, content in built.items():
        (folder / name).write_bytes(content.encode())
        sys.stdout.write(f"{shown(folder, name)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
