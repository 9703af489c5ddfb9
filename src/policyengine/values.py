"""Types of the field and the one encoding of their values.

Inside the engines every value is a plain `bool`, `int`, `str` or `frozenset[str]`:

| 类型 | Python | encoding |
|---|---|---|
| 布尔 | bool | |
| 整数 | int | |
| 小数 | int | scaled by ten to the power of its 小数位, so that arithmetic is exact everywhere |
| 日期 | int | days since 1970-01-01 |
| 选项, 文本 | str | |
| 多选 | frozenset[str] | |

A missing value is absent, never a placeholder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = "bool | int | str | frozenset[str]"

EPOCH = date(1970, 1, 1)
EARLIEST = date(1900, 1, 1)
LATEST = date(2199, 12, 31)
# Numbers past this are typing errors. What rules make of such numbers is bounded by `semantics.magnitude`.
LARGEST = 10**12
_MOST_DIGITS = 100  # a text past this is no number that anybody counted; longer ones are not even tried

_TRUE = frozenset({"是", "true", "True", "TRUE", "1", "有"})
_FALSE = frozenset({"否", "false", "False", "FALSE", "0", "无"})
_SEPARATORS = re.compile(r"[;；、,，|]")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_INTEGER = re.compile(r"[+-]?\d+(?:\.0+)?")
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")


class Kind(StrEnum):
    """The types that a term can have."""

    BOOLEAN = "布尔"
    INTEGER = "整数"
    DECIMAL = "小数"
    DATE = "日期"
    CHOICE = "选项"
    CHOICES = "多选"
    TEXT = "文本"


@dataclass(frozen=True, slots=True)
class Type:
    """A kind with its unit (Chinese, empty if none), decimal places and allowed members (choices only)."""

    kind: Kind
    unit: str = ""
    places: int = 0
    members: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether arithmetic is allowed on it."""
        return self.kind in {Kind.INTEGER, Kind.DECIMAL}


BOOLEAN = Type(Kind.BOOLEAN)
DATE = Type(Kind.DATE)


class ValueRefusedError(ValueError):
    """A text that is no value of its type; the message is Chinese and says what would be."""


def day_number(day: date) -> int:
    """Encode a date as days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """Decode days since 1970-01-01."""
    return EPOCH + timedelta(days=number)


def second_number(moment: datetime) -> int:
    """Encode a local wall-clock moment as seconds since 1970-01-01 00:00:00, dropping fractions."""
    return int(moment.replace(tzinfo=UTC, microsecond=0).timestamp())


def moment_of(number: int) -> datetime:
    """Decode a local wall-clock moment."""
    return datetime.fromtimestamp(number, tz=UTC).replace(tzinfo=None)


def parse(text: str, of: Type) -> Value:
    """Read what a person wrote as a value of type `of`.

    Raises:
        ValueRefusedError: if the text is no such value.

    """
    text = text.strip()
    match of.kind:
        case Kind.BOOLEAN:
            if text in _TRUE:
                return True
            if text in _FALSE:
                return False
            raise ValueRefusedError(f"“{_shortened(text)}”不是布尔值，应填 是 或 否")
        case Kind.INTEGER:
            return _parse_integer(_without_unit(text, of.unit))
        case Kind.DECIMAL:
            return _parse_decimal(_without_unit(text, of.unit), of.places)
        case Kind.DATE:
            return day_number(parse_date(text))
        case Kind.CHOICE:
            return _one_of(text, of.members)
        case Kind.CHOICES:
            return _parse_set(text, of.members)
        case Kind.TEXT:
            return text


def parse_date(text: str) -> date:
    """Read a day, `2025-02-01` or `2025年2月1日`.

    Raises:
        ValueRefusedError: if it is no day of the calendar, or outside 1900 to 2199.

    """
    found = _DATE.fullmatch(text.strip())
    day = _calendar_day(found) if found else None
    if day is None:
        raise ValueRefusedError(f"“{text}”不是日历上的日期，应写成 2025-02-01 的样子")
    if not EARLIEST <= day <= LATEST:
        raise ValueRefusedError(f"日期“{text}”超出 1900 年至 2199 年的范围")
    return day


def parse_moment(text: str) -> datetime:
    """Read a moment, `2025-02-01 09:30:00`; a bare day is its first second.

    Raises:
        ValueRefusedError: if it is no moment.

    """
    text = text.strip()
    try:
        return datetime.combine(parse_date(text), datetime.min.time())
    except ValueRefusedError:
        pass
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise ValueRefusedError(f"“{text}”不是时间，应写成 2025-02-01 09:30:00 的样子") from None
    if moment.tzinfo is not None:
        raise ValueRefusedError(f"时间“{text}”带有时区，应填当地时间，不带时区")
    if not EARLIEST <= moment.date() <= LATEST:
        raise ValueRefusedError(f"时间“{text}”超出 1900 年至 2199 年的范围")
    return moment.replace(microsecond=0)


def show(value: Value, of: Type) -> str:
    """Write a value as an official would, without its unit."""
    match of.kind:
        case Kind.BOOLEAN:
            return "是" if value else "否"
        case Kind.DECIMAL:
            return format_decimal(int(value), of.places) if isinstance(value, int) else str(value)
        case Kind.DATE:
            return day_of(value).isoformat() if isinstance(value, int) else str(value)
        case Kind.CHOICES:
            assert isinstance(value, frozenset)  # noqa: S101 -- by the encoding above
            ordered = [member for member in of.members if member in value]
            return "、".join(ordered) if ordered else "无"
        case Kind.INTEGER | Kind.CHOICE | Kind.TEXT:
            return str(value)


def show_with_unit(value: Value, of: Type) -> str:
    """Write a value with its unit: `2 人`, `95%`."""
    return with_unit(show(value, of), of.unit)


def with_unit(text: str, unit: str) -> str:
    """Put a unit behind a written number, with a space unless it is a share."""
    if not unit:
        return text
    return f"{text}{unit}" if unit in {"%", "‰"} else f"{text} {unit}"


def format_decimal(scaled: int, places: int) -> str:
    """Write a scaled integer as a plain decimal with no trailing zeros."""
    number = Decimal(scaled).scaleb(-places)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _calendar_day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _without_unit(text: str, unit: str) -> str:
    return text[: -len(unit)].strip() if unit and text.endswith(unit) else text


def _parse_integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueRefusedError(f"“{_shortened(text)}”不是整数")
    if len(text) > _MOST_DIGITS:
        raise ValueRefusedError(f"数“{_shortened(text)}”过大")
    return _within(int(text.split(".", maxsplit=1)[0]), text)


def _parse_decimal(text: str, places: int) -> int:
    if not _DECIMAL.fullmatch(text):
        raise ValueRefusedError(f"“{_shortened(text)}”不是数")
    if len(text) > _MOST_DIGITS:
        raise ValueRefusedError(f"数“{_shortened(text)}”过长")
    number = Decimal(text)
    # By comparison and by digits, never by arithmetic: that would round to the digits of the context.
    if number.copy_abs() > LARGEST:
        raise ValueRefusedError(f"数“{text}”过大")
    if number and _last_place(number) < -places:
        raise ValueRefusedError(f"“{text}”的小数位超过 {places} 位")
    return int(number.scaleb(places))


def _last_place(number: Decimal) -> int:
    """Give the power of ten of the last digit that is not zero."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 -- finite
    written = "".join(str(digit) for digit in digits)
    return exponent + len(written) - len(written.rstrip("0"))


def _parse_set(text: str, members: tuple[str, ...]) -> frozenset[str]:
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    if text and not parts:
        raise ValueRefusedError(f"“{text}”没有写出任何取值，一项也没有的填“无”")
    if "无" in parts and len(set(parts)) > 1:
        raise ValueRefusedError(f"“{text}”既写了“无”又写了别的取值")
    return frozenset(_one_of(part, members) for part in parts if part != "无")


def _shortened(text: str) -> str:
    """Keep a runaway text from filling the screen."""
    return text if len(text) <= _MOST_DIGITS else f"{text[:20]}…（共 {len(text)} 个字符）"


def _within(number: int, text: str) -> int:
    if abs(number) > LARGEST:
        raise ValueRefusedError(f"数“{text}”过大")
    return number


def _one_of(text: str, members: tuple[str, ...]) -> str:
    if text not in members:
        raise ValueRefusedError(f"“{_shortened(text)}”不在允许的取值之内：{'、'.join(members)}")
    return text
