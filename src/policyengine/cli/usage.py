"""What is wrong with a command line, in Chinese. The library's own wording is English."""

from __future__ import annotations

import re

_PATTERNS: tuple[tuple[str, str], ...] = (
    (r"No such command '(.+)'\.(?: Did you mean (.+)\?)?", "没有名为“{0}”的命令"),
    (r"No such option: (\S+)(.*)", "没有选项 {0}"),
    (r"Missing command\.", "没有写命令"),
    (r"Missing argument '(.+)'\.?", "缺少参数 {0}"),
    (r"Missing option '(.+)'\.?(.*)", "缺少选项 {0}"),
    (r"Missing parameter: (.+)", "缺少参数 {0}"),
    (r"Option '(.+)' requires an argument\.?", "选项 {0} 后面应有值"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", "多余的参数：{0}"),
    (r"Invalid value for (.+?): '(.+)' is not a valid (?:int|integer)\.?", "{0} 的值“{1}”不是整数"),
    (r"Invalid value for (.+?): '(.+)' is not one of (.+)\.", "{0} 的值“{1}”不对，可选 {2}"),
    (r"Invalid value for (.+?): Value error, '(.+)' is not one of (.+)\.", "{0} 的值“{1}”不对，可选 {2}"),
    (r"Invalid value for (.+?): (.+)", "{0}：{1}"),
    (r"Invalid value: (.+)", "{0}"),
)


def in_chinese(message: str) -> str:
    """Translate a message about usage; one that is not known is given as it is."""
    for pattern, chinese in _PATTERNS:
        found = re.fullmatch(pattern, message.strip(), re.DOTALL)
        if found:
            return chinese.format(*(_plain(part) for part in found.groups()))
    return message


def _plain(part: str | None) -> str:
    """Take the quotation marks off a word, or off each word of a list."""
    return re.sub(r"['\"],? ?['\"]?", lambda found: "、" if "," in found.group() else "", part or "").strip()
