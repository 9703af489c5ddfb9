"""YAML as nodes that know their place. The only door to the yaml package.

Read with `yaml.compose`: every scalar stays the text that was written (`000123` stays text, `no` stays `no`);
the vocabulary, not the look of the text, decides types. Anchors, tags, duplicate keys and many documents in
one file are errors.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import yaml

from policyengine.diagnostics import Problems, Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_DEEPEST = 2000  # brackets, or columns of indent
# What YAML itself resolves plain text to; any other tag was written by hand.
_PLAIN_TAGS = frozenset({"str", "int", "float", "bool", "null", "timestamp", "seq", "map", "merge", "value"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as written. `inner` is the place of its first character, inside quotes if there are any."""

    text: str
    span: Span = field(compare=False)
    quoted: bool = field(default=False, compare=False)

    def part(self, start: int, end: int) -> Span:
        """Give the place of characters `start` to `end` of the text, if it stands on one line."""
        if self.span.line != self.span.end_line:
            return self.span
        first = self.span.column + (1 if self.quoted else 0)
        return Span(
            self.span.file, self.span.line, first + start, self.span.line, first + max(end, start + 1)
        )


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span = field(compare=False)

    def get(self, key: str) -> Node | None:
        """Find the value of a key."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """Find the key itself, for its place."""
        return next((name for name, _ in self.entries if name.text == key), None)

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)


Node: TypeAlias = "Scalar | Sequence | Mapping"


def read_file(path: Path, shown_as: str, problems: Problems) -> Node | None:
    """Read a YAML file (UTF-8, a BOM allowed); None if it is empty or broken, with the reason in `problems`."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problems.add(
            "Y001", f"文件读不出来：{why_not(error)}", Span(shown_as, 1, 1, 1, 1), help="核对路径和读取权限"
        )
        return None
    except UnicodeDecodeError:
        problems.add(
            "Y002", "文件不是 UTF-8 编码", Span(shown_as, 1, 1, 1, 1), help="用编辑器另存为 UTF-8 编码"
        )
        return None
    return read_text(text, shown_as, problems)


def read_text(text: str, shown_as: str, problems: Problems) -> Node | None:
    """Read YAML text; `shown_as` is the name of the file in messages."""
    problems.lines[shown_as] = text.splitlines()
    if _nesting(text) > _DEEPEST:
        problems.add("Y003", "YAML 嵌套过深", Span(shown_as, 1, 1, 1, 2), help="减少缩进或括号的层次")
        return None
    try:
        found = yaml.compose(text, Loader=yaml.CSafeLoader)
        if found is None:
            return None
        return _Reader(shown_as, problems).node(found)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problems.add(
            "Y003",
            f"YAML 写法不通：{_explain(error, text)}",
            Span(shown_as, line, column, line, column + 1),
            help="检查缩进、冒号后的空格和引号是否成对；值中有冒号或以特殊符号开头时用引号括起",
        )
    except yaml.reader.ReaderError as error:
        # The reader counts from the block that it holds, so look for the character itself.
        start = next(place for place, one in enumerate(text) if ord(one) == error.character)
        line, column = _place(text, start)
        problems.add(
            "Y003",
            f"YAML 写法不通：不允许的控制字符 {character_name(text[start])}",
            Span(shown_as, line, column, line, column + 1),
            help="删去这个看不见的字符",
        )
    except RecursionError:
        problems.add("Y003", "YAML 嵌套过深", Span(shown_as, 1, 1, 1, 2), help="减少缩进或括号的层次")
    return None


def _nesting(text: str) -> int:
    """Estimate how deep a text nests: the scanner, written in C, falls off its stack without a word."""
    deepest = depth = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth = max(0, depth - 1)
    indents = (len(line) - len(line.lstrip(" -?")) for line in text.splitlines())
    return max(deepest, *indents, 0)


def _place(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def why_not(error: OSError) -> str:
    """Say in Chinese why a file cannot be read or written."""
    known = {
        errno.ENOENT: "文件或目录不存在",
        errno.EACCES: "没有权限",
        errno.EPERM: "没有权限",
        errno.EISDIR: "这是目录，不是文件",
        errno.ENOTDIR: "路径中间有一段不是目录",
        errno.ENOSPC: "磁盘没有空间",
        errno.EROFS: "磁盘只读",
        errno.EEXIST: "已有同名文件",
        errno.ENAMETOOLONG: "文件名过长",
        errno.ELOOP: "链接绕成一圈",
    }
    return known.get(error.errno or 0, f"系统错误 {error.errno}")


def character_name(character: str) -> str:
    """Name a character that cannot be seen: `U+200B（零宽空格）`."""
    known = {
        "\u00a0": "不间断空格",
        "\u200b": "零宽空格",
        "\u200c": "零宽不连字",
        "\u200d": "零宽连字",
        "\ufeff": "字节顺序标记",
        "\u202a": "方向控制符",
        "\u202b": "方向控制符",
        "\u202c": "方向控制符",
        "\u202d": "方向控制符",
        "\u202e": "方向控制符",
        "\t": "制表符",
    }
    name = known.get(character, "")
    return f"U+{ord(character):04X}" + (f"（{name}）" if name else "")


def _explain(error: yaml.MarkedYAMLError, text: str) -> str:
    said = " ".join(part for part in (error.context, error.problem) if part)
    mark = error.problem_mark
    if mark and "cannot start any token" in said and text.splitlines()[mark.line : mark.line + 1]:
        line = text.splitlines()[mark.line]
        if line[mark.column : mark.column + 1] == "\t":
            return "缩进用了制表符，应改用空格"
    wording = {
        "undefined alias": "引用了没有定义的锚点",
        "mapping values are not allowed": "此处不能出现冒号",
        "could not find expected ':'": "缺少冒号",
        "unexpected end of stream": "引号或括号没有闭合",
        "escape": "双引号里的转义（\\）写法不对，请改用单引号",
        "hexdecimal number": "双引号里的转义（\\）写法不对，请改用单引号",
        "',' or ']'": "方括号没有闭合，或各项之间缺少逗号",
        "',' or '}'": "花括号没有闭合，或各项之间缺少逗号",
        "while scanning an anchor": "以 & 开头的文字会被当作锚点，请用引号括起",
        "while scanning an alias": "以 * 开头的文字会被当作引用，请用引号括起",
        "expected a single document": "一个文件只能有一份内容",
        "incompatible YAML document": "不需要 %YAML 一行，请删去",
        "directive": "行首不能用 %，请用引号括起",
        "cannot start any token": "值不能以这个符号开头，请用引号括起",
        "sequence entries are not allowed": "此处不能出现列表项“- ”，列表应另起一行",
        "while scanning a block scalar": "| 或 > 之后只能换行",
        "tag": "以 ! 开头的文字会被当作标签，请用引号括起",
        "expected '-' indicator": "缩进不齐，或列表项缺少“- ”",
        "while parsing a block": "缩进不齐，或引号之后还有文字",
        "<block end>": "缩进不齐",
    }
    return next((chinese for english, chinese in wording.items() if english in said), "此处读不通")


class _Reader:
    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.seen: set[int] = set()

    def span(self, node: yaml.Node) -> Span:
        start, end = node.start_mark, node.end_mark
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def node(self, node: yaml.Node) -> Node:
        span = self.span(node)
        if id(node) in self.seen:
            self.problems.add("Y004", "不允许使用锚点与引用（& 与 *）", span, help="把内容写全")
            return Scalar("", span)
        self.seen.add(id(node))
        if node.tag.removeprefix("tag:yaml.org,2002:") not in _PLAIN_TAGS:
            self.problems.add("Y005", "不允许使用标签（!）", span, help="去掉标签，只写值")
        match node:
            case yaml.ScalarNode():
                return Scalar(node.value, span, quoted=node.style in {"'", '"'})
            case yaml.SequenceNode():
                return Sequence(tuple(self.node(item) for item in node.value), span)
            case yaml.MappingNode():
                return Mapping(tuple(self.entries(node)), span)
        raise TypeError(node)

    def entries(self, node: yaml.MappingNode) -> Iterator[tuple[Scalar, Node]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = self.node(key_node)
            value = self.node(value_node)
            if not isinstance(key, Scalar):
                self.problems.add("Y006", "键必须是文字", key.span)
                continue
            if key.text in seen:
                self.problems.add(
                    "Y007", f"键“{key.text}”写了两次", key.span, help="删去一个，或改成不同的键"
                )
                continue
            seen.add(key.text)
            yield key, value
