"""Feature files to examples, outlines expanded, by the official Gherkin parser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gherkin.errors import CompositeParserException, ParserError
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from policyengine.diagnostics import BookRefusedError, Diagnostic, Problems, Span
from policyengine.scenarios.situation import Situation, StepRefusedError
from policyengine.scenarios.steps import Attachment, take

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from policyengine.scenarios.books import Books
    from policyengine.scenarios.examples import Example

_NOT_THERE = "核对路径；不写路径就运行 features/ 下的全部场景"
_SHAPE = (
    "首行写 # language: zh-CN，接着“功能:”“场景:”；步骤以 假如、当、那么、而且 开头；"
    '表格每行以 | 起止、各行列数相同；""" 要成对'
)
_KINDS = {"Context": "given", "Action": "when", "Outcome": "then"}


def feature_files(root: Path, only: Iterable[Path] = ()) -> list[Path]:
    """Give the feature files to read: those named (files or folders), or all under `features/`.

    Raises:
        BookRefusedError: if one that is named is not there.

    """
    chosen = list(only) or [root / "features"]
    found: set[Path] = set()
    for one in chosen:
        if not one.exists():
            place = Span(str(one), 1, 1, 1, 1)
            raise BookRefusedError([Diagnostic("S003", f"没有场景文件或目录“{one}”", place, help=_NOT_THERE)])
        found |= {one} if one.is_file() else set(one.rglob("*.feature"))
    return sorted(found)


def read_examples(files: Iterable[Path], root: Path, books: Books) -> list[Example]:
    """Read feature files.

    Raises:
        BookRefusedError: with every step that cannot be read, of all files at once.

    """
    problems = Problems()
    examples = [example for path in files for example in _read_file(path, root, books, problems)]
    problems.stop_if_any()
    return examples


def _read_file(path: Path, root: Path, books: Books, problems: Problems) -> Iterator[Example]:
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problems.add("S001", "场景文件不是 UTF-8 编码", Span(shown, 1, 1, 1, 1), help="另存为 UTF-8 编码")
        return
    problems.lines[shown] = text.splitlines()
    try:
        document: Any = dict(Parser().parse(text))
    except CompositeParserException as error:
        for one in error.errors:
            line = int(one.location["line"])
            problems.add("S001", "场景文件此处写法不通", _line(shown, line, problems), help=_SHAPE)
        return
    except ParserError as error:
        line = int((getattr(error, "location", None) or {"line": 1})["line"])
        problems.add("S001", "场景文件此处写法不通", _line(shown, line, problems), help=_SHAPE)
        return
    feature = document.get("feature")
    if feature is None:
        return
    document["uri"] = shown
    lines = _lines_by_node(document)
    shared = _shared_steps(feature)
    for pickle in Compiler().compile(document):
        line = lines[pickle["astNodeIds"][-1]]
        example = _example(pickle, lines, shared, shown, line, feature["name"], books, problems)
        if example is not None:
            yield example


def _example(
    pickle: Any,
    lines: dict[str, int],
    shared: set[str],
    shown: str,
    line: int,
    feature: str,
    books: Books,
    problems: Problems,
) -> Example | None:
    situation = Situation()
    where = line
    try:
        for step in pickle["steps"]:
            where = lines[step["astNodeIds"][0]]
            take(situation, _KINDS.get(step["type"], "given"), step["text"], _attachment(step))
            if step["astNodeIds"][0] in shared:
                situation.named.clear()
        where = line
        return situation.example(books.of(situation.book_key), shown, line, feature, pickle["name"])
    except StepRefusedError as error:
        problems.add("S002", str(error), _line(shown, where, problems))
    except BookRefusedError as error:
        problems.found.extend(error.diagnostics)
    return None


def _attachment(step: Any) -> Attachment:
    argument = step.get("argument") or {}
    table = argument.get("dataTable")
    text = argument.get("docString")
    rows = [[cell["value"] for cell in row["cells"]] for row in table["rows"]] if table else []
    return Attachment(rows, text["content"] if text else "")


def _shared_steps(feature: Any) -> set[str]:
    """Give the ids of the steps of the background."""
    children = [child["background"] for child in feature["children"] if "background" in child]
    return {step["id"] for background in children for step in background["steps"]}


def _lines_by_node(node: Any) -> dict[str, int]:
    """Map every node id of the document to its line."""
    found: dict[str, int] = {}
    if isinstance(node, dict):
        if "id" in node and "location" in node:
            found[node["id"]] = node["location"]["line"]
        for value in node.values():
            found |= _lines_by_node(value)
    elif isinstance(node, list):
        for value in node:
            found |= _lines_by_node(value)
    return found


def _line(file: str, line: int, problems: Problems) -> Span:
    text = problems.lines[file][line - 1] if line <= len(problems.lines[file]) else ""
    start = len(text) - len(text.lstrip()) + 1
    return Span(file, line, start, line, max(len(text.rstrip()) + 1, start + 1))
