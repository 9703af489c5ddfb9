"""JSON lines of events in, JSON-ready findings out. What cannot be read goes to quarantine and changes nothing else.

A line is one object, with Chinese keys or their ASCII twins; fields of the event by their Chinese name or column:

    {"对象": "网点", "对象编号": "W1", "编号": "E1", "时间": "2025-06-01 09:00:00", "事件": "业务受理", "岗位": "综合"}
    {"评估日": "2025-07-01"}

The second kind moves the clock (`as_of`). Out come objects whose `类型` is 违反, 撤回 or 隔离, and 已收 for an event that
stood in the journal already when it was opened: whoever resumes may send everything again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias
from typing import Any as _Untyped

from policyengine.diagnostics import did_you_mean
from policyengine.engines.cases import Event
from policyengine.engines.durable.session import EventKnownError, EventRefusedError
from policyengine.values import (
    Kind,
    ValueRefusedError,
    day_number,
    day_of,
    parse,
    parse_date,
    parse_moment,
    second_number,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from policyengine.engines.durable.session import Alert, Session
    from policyengine.values import Value
    from policyengine.vocabulary.terms import EventTerm, EventType, Subject, Vocabulary

    Row: TypeAlias = dict[str, _Untyped]

_TWINS = {
    "subject": "对象",
    "subject_id": "对象编号",
    "event_id": "编号",
    "id": "编号",
    "at": "时间",
    "event": "事件",
    "type": "事件",
    "as_of": "评估日",
    # The headers of the table of events, so that its rows can be sent as they are.
    "事件编号": "编号",
    "发生时间": "时间",
    "time": "时间",
    "recorded_at": "登记时间",
}
_OWN = ("对象", "对象编号", "编号", "时间", "登记时间", "事件")
_KINDS: dict[Kind, tuple[type, ...]] = {
    Kind.BOOLEAN: (bool, str),
    Kind.INTEGER: (int, float, str),
    Kind.DECIMAL: (int, float, str),
    Kind.DATE: (str,),
    Kind.CHOICE: (str,),
    Kind.TEXT: (str,),
    Kind.CHOICES: (list, str),
}


class _QuarantinedError(ValueError):
    """Why a line is left out, in Chinese."""


def watch(
    session: Session, vocabulary: Vocabulary, lines: Iterable[str], *, until: date | None = None
) -> Iterator[Row]:
    """Feed lines to a session and give what comes out, line by line.

    Events after the day `until` are quarantined; without one, the future is not judged.
    """
    for number, line in enumerate(lines, 1):
        yield from take(session, vocabulary, number, line, until=until)


def take(
    session: Session, vocabulary: Vocabulary, number: int, line: str, *, until: date | None = None
) -> list[Row]:
    """Feed one line, of which `number` is the place in its stream, and give what comes of it."""
    if not line.strip():
        return []
    try:
        row = _object(line)
        if "评估日" in row and "事件" not in row:
            alerts = session.advance(_clock(row, until))
        else:
            subject, identity, event = read_event(row, vocabulary, until=until)
            alerts = session.feed(subject, identity, event)
    except EventKnownError:
        return [{"类型": "已收", "行": number}]
    except (_QuarantinedError, EventRefusedError, ValueRefusedError) as error:
        return [{"类型": "隔离", "行": number, "原因": str(error), "内容": line.strip()}]
    return [row_of(alert) for alert in alerts]


def read_event(row: Row, vocabulary: Vocabulary, *, until: date | None = None) -> tuple[Subject, str, Event]:
    """Read one event and whose it is.

    Raises:
        ValueError: in Chinese, if it is no event of the vocabulary.

    """
    of = _type(_text(row, "事件"), vocabulary)
    identity, name = _text(row, "对象编号"), _text(row, "编号")
    if row.get("对象", of.subject.value) != of.subject.value:
        raise _QuarantinedError(f"事件“{of.name}”属于{of.subject}，不属于“{row['对象']}”")
    at = second_number(parse_moment(_text(row, "时间")))
    if row.get("登记时间") and second_number(parse_moment(_text(row, "登记时间"))) < at:
        raise _QuarantinedError("登记时间早于发生时间，先后颠倒")
    event = Event(name, of.name, at, _fields(row, of, vocabulary))
    if until is not None and event.day > day_number(until):
        raise _QuarantinedError(f"事件“{name}”的时间“{row['时间']}”晚于评估日 {until.isoformat()}")
    return of.subject, identity, event


def _object(line: str) -> Row:
    try:
        read = json.loads(line)
        json.dumps(read, ensure_ascii=False).encode()  # half a surrogate pair cannot be kept
    except (ValueError, RecursionError):
        raise _QuarantinedError('不是一行 JSON，应写成 {"事件": …} 的样子') from None
    if not isinstance(read, dict):
        raise _QuarantinedError('不是一个 JSON 对象，应写成 {"事件": …} 的样子')
    return {_TWINS.get(str(name), str(name)): value for name, value in read.items()}


def _text(row: Row, name: str) -> str:
    found = row.get(name)
    if not isinstance(found, str) or not found.strip():
        raise _QuarantinedError(
            f"缺少“{name}”，应填文字" if found is None or found == "" else f"“{name}”应填文字"
        )
    return found.strip()


def _clock(row: Row, until: date | None) -> date:
    written = row["评估日"]
    if not isinstance(written, str):
        raise _QuarantinedError("“评估日”应写成 2025-02-01 的样子")
    day = parse_date(written)
    if until is not None and day > until:
        raise _QuarantinedError(f"“{written}”晚于评估日 {until.isoformat()}，时钟不能走到它之后")
    return day


def _type(name: str, vocabulary: Vocabulary) -> EventType:
    found = vocabulary.events.get(name) or next(
        (one for one in vocabulary.event_types if one.code == name), None
    )
    if found is None:
        raise _QuarantinedError(f"没有事件“{name}”。{did_you_mean(name, vocabulary.events)}")
    return found


def _fields(row: Row, of: EventType, vocabulary: Vocabulary) -> dict[str, Value]:
    carried = {name: vocabulary.event_fields[name] for name in (*of.required, *of.optional)}
    columns = {term.column: name for name, term in carried.items()}
    values: dict[str, Value] = {}
    for key, written in row.items():
        name = columns.get(key, key)
        if key in _OWN or written is None or written == "":
            continue
        if name not in carried:
            raise _QuarantinedError(f"事件“{of.name}”没有字段“{key}”。{did_you_mean(key, carried)}")
        values[name] = _value(written, carried[name])
    missing = [name for name in of.required if name not in values]
    if missing:
        raise _QuarantinedError(f"事件“{of.name}”缺少必填字段“{'、'.join(missing)}”")
    return values


def _value(written: object, term: EventTerm) -> Value:
    kind = term.type.kind
    if not isinstance(written, _KINDS[kind]) or (isinstance(written, bool) and kind is not Kind.BOOLEAN):
        raise _QuarantinedError(
            f"字段“{term.name}”应填{kind}，不能填 {json.dumps(written, ensure_ascii=False)}"
        )
    if isinstance(written, bool):
        return written
    text = "、".join(map(str, written)) if isinstance(written, list) else str(written)
    try:
        value = parse(text, term.type)
    except ValueRefusedError as error:
        raise _QuarantinedError(f"字段“{term.name}”：{error}") from None
    if isinstance(value, int) and not (
        (term.low is None or value >= term.low) and (term.high is None or value <= term.high)
    ):
        raise _QuarantinedError(f"字段“{term.name}”的值“{text}”超出可信范围")
    return value


def row_of(alert: Alert) -> Row:
    """Write an alert as a row for JSON."""
    return {
        "类型": alert.kind.value,
        "对象": alert.subject.value,
        "对象编号": alert.subject_id,
        "规则": alert.rule,
        "事件": alert.event,
        "日期": day_of(alert.day).isoformat(),
    }
