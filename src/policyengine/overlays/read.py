"""Overlay files to syntax. What the layers above allow is decided in `admit`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from policyengine.diagnostics import Span
from policyengine.documents import Mapping, Scalar, Sequence
from policyengine.forms import Form
from policyengine.language.read_condition import read_condition
from policyengine.language.read_rules import BASES, IN_FORCE, read_dated, read_parameters, read_rules
from policyengine.overlays import wording
from policyengine.overlays.layers import PROVINCES, is_layer
from policyengine.overlays.read_items import read_items
from policyengine.overlays.syntax import (
    Addition,
    Change,
    Ground,
    OverlayText,
    Raising,
    Rollout,
    Setting,
    Tightening,
    Waiving,
)
from policyengine.values import ValueRefusedError, parse_date

if TYPE_CHECKING:
    from datetime import date

    from policyengine.diagnostics import Problems
    from policyengine.documents import Node

OVERLAY_KEYS = ("覆盖层", "名称", "说明", "开展情形", "变更", "事项清单")
ROLLOUT_STATES = ("已开展", "未开展")
_GROUND = ("理由", "文件")
# operation: the keys beside it
OPERATIONS: dict[str, tuple[str, ...]] = {
    "设定": ("取值", "依据", "来源", *_GROUND),
    "从严": ("并且", "参数", "自", *_GROUND),
    "升格": ("自", *_GROUND),
    "不采用": ("自", "至", *_GROUND),
    "新增": ("自", *_GROUND),
}


def read_overlay(node: Node | None, file: str, problems: Problems) -> OverlayText | None:
    """Read one overlay; None if nothing of it can be used, with the reason in `problems`."""
    if not isinstance(node, Mapping):
        span = node.span if node is not None else Span(file, 1, 1, 1, 1)
        message = wording.NOT_AN_OVERLAY if node is not None else wording.BLANK_OVERLAY
        problems.add("O005", message, span, help=wording.OVERLAY_SHAPE)
        return None
    form = Form(node, OVERLAY_KEYS, problems, what="覆盖层")
    code = form.scalar("覆盖层")
    if code is None:
        return None
    if not is_layer(code.text):
        problems.add("O002", wording.bad_code(code.text), code.span, help=wording.CODE_HELP)
        return None
    name = form.scalar("名称")
    official = PROVINCES.get(code.text)
    if name is not None and official and name.text != official:
        problems.add(
            "O003",
            wording.name_differs(code.text, official, name.text),
            name.span,
            help=f"改“名称”为{official}，或改代码",
        )
    items = form.mapping("事项清单", required=False)
    return OverlayText(
        code=code,
        name=name.text if name else code.text,
        note=form.text("说明", required=False),
        changes=_changes(form, code.text, problems),
        items=read_items(items, problems) if items is not None else None,
        rollout=_rollout(form, problems),
        file=file,
    )


def _rollout(form: Form, problems: Problems) -> Rollout | None:
    node = form.mapping("开展情形", required=False)
    if node is None:
        return None
    inner = Form(node, ("情形", "依据", "来源"), problems, what="开展情形")
    return Rollout(inner.choice("情形", ROLLOUT_STATES), inner.choice("依据", BASES), inner.text("来源"))


def _changes(form: Form, layer: str, problems: Problems) -> tuple[Change, ...]:
    found = []
    for item in form.sequence("变更", required=False):
        if isinstance(item, Mapping):
            change = _change(item, layer, problems)
            if change is not None:
                found.append(change)
        else:
            problems.add("O005", wording.NO_OPERATION, item.span, help=wording.OPERATIONS_HELP)
    return tuple(found)


def _change(node: Mapping, layer: str, problems: Problems) -> Change | None:
    named = [key for key, _ in node if key.text in OPERATIONS]
    if not named:
        place = node.entries[0][0].span if node.entries else node.span
        problems.add("O005", wording.NO_OPERATION, place, help=wording.OPERATIONS_HELP)
        return None
    if len(named) > 1:
        problems.add(
            "O005",
            f"一项变更里有“{named[0].text}”又有“{named[1].text}”",
            named[1].span,
            help=wording.TWO_OPERATIONS_HELP,
        )
        return None
    operation = named[0].text
    form = Form(node, (operation, *OPERATIONS[operation]), problems, what=f"“{operation}”")
    ground = Ground(form.text("理由"), form.text("文件"))
    match operation:
        case "设定":
            return _setting(form, ground, layer)
        case "从严":
            return _tightening(form, ground, layer, problems)
        case "新增":
            return _addition(form, ground, layer, problems)
    rule, since = form.scalar(operation), _day(form, "自")
    until = _day(form, "至") if operation == "不采用" else None
    if rule is None or since is None or (operation == "不采用" and until is None):
        return None
    if until is None:
        return Raising(rule, since, ground, rule.span)
    if until < since:
        end = form.scalar("至")
        form.complain(
            "O006",
            wording.ends_before(since.isoformat(), until.isoformat()),
            end.span if end else rule.span,
            help="“至”写最后一个不采用的日子",
        )
    return Waiving(rule, since, until + timedelta(days=1), ground, rule.span)


def _setting(form: Form, ground: Ground, layer: str) -> Setting | None:
    name = form.scalar("设定")
    basis = form.choice("依据", BASES)
    source = form.text("来源", required=False, default=ground.document)
    values = read_dated(form, "取值", basis, source, layer, ground.reason)
    _check_days(form)
    if name is None or not values:
        return None
    return Setting(name, values, ground, name.span)


def _check_days(form: Form) -> None:
    """Every day of 取值 must be in the standard's time, and none may be written twice in two ways."""
    node = form.node.get("取值")
    if not isinstance(node, Mapping):
        return
    seen: set[date] = set()
    name = form.node.get("设定")
    for key, _ in node:
        try:
            day = parse_date(key.text)
        except ValueRefusedError:
            continue  # told by read_dated
        if day in seen:
            of = name.text if isinstance(name, Scalar) else ""
            form.complain("O024", wording.two_values(of, day.isoformat()), key.span, help="删去一个")
        seen.add(day)
        if day < IN_FORCE:
            form.complain(
                "O006", wording.too_early(key.text), key.span, help=wording.EARLIER_THAN_STANDARD_HELP
            )


def _tightening(form: Form, ground: Ground, layer: str, problems: Problems) -> Tightening | None:
    rule, text, since = form.scalar("从严"), form.scalar("并且"), _day(form, "自")
    condition = read_condition(text, problems) if text else None
    parameters = read_parameters(form, problems, rule.text if rule else "", layer)
    if rule is None or text is None or condition is None or since is None:
        return None
    return Tightening(rule, text.text, condition, parameters, since, ground, rule.span)


def _addition(form: Form, ground: Ground, layer: str, problems: Problems) -> Addition | None:
    since = _day(form, "自")
    node = form.required("新增")
    if not isinstance(node, Sequence) or not node.items:
        if node is not None:
            form.complain(
                "F003", "“新增”应是一个列表", node.span, help="每项以“- 规则:”“- 定义:”或“- 判定表:”开头"
            )
        return None
    for item in node.items:
        own = item.key("生效") if isinstance(item, Mapping) else None
        if own is not None:
            form.complain("O006", "新增的规则不写“生效”", own.span, help="施行日期写在“新增”旁边的“自”")
    text = read_rules(node, problems, layer=layer)
    return Addition(text, since, ground, form.head) if since is not None else None


def _day(form: Form, key: str) -> date | None:
    found = form.scalar(key)
    if found is None:
        return None
    try:
        day = parse_date(found.text)
    except ValueRefusedError as error:
        form.complain("F006", str(error), found.span)
        return None
    if day < IN_FORCE:
        form.complain(
            "O006", wording.too_early(found.text), found.span, help=wording.EARLIER_THAN_STANDARD_HELP
        )
    return day
