"""Rule files to syntax."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from policyengine.documents import Mapping, Scalar, Sequence
from policyengine.forms import Form
from policyengine.language import wording
from policyengine.language.read_condition import read_condition
from policyengine.language.read_pattern import read_pattern
from policyengine.language.syntax import (
    BookText,
    DefinitionText,
    LawText,
    ParameterText,
    ParameterValue,
    RowText,
    RuleText,
)
from policyengine.values import Kind
from policyengine.vocabulary.load import read_places

if TYPE_CHECKING:
    from policyengine.diagnostics import Problems
    from policyengine.documents import Node
    from policyengine.language.syntax import Expr

NATION = "000000"
IN_FORCE = date(2025, 2, 1)  # GB/T 44857-2024 (domain facts, section 1)
SUBJECTS = ("机构", "网点", "人员", "事项", "批次", "省份")
MODALITIES = ("应", "宜", "可")
BASES = ("编制说明", "法律法规", "地方规定", "参照", "待核实", "示例")
ADJUSTABLE = ("不可", "只可从严", "只可调高", "只可调低", "只可增加", "只可减少", "范围内")
RULE_KEYS = (
    "规则", "名称", "条款", "引文", "法规", "用语", "对象", "适用", "要求", "事件", "参数", "消息", "可从严", "可豁免", "生效", "说明",
)  # fmt: skip
DEFINITION_KEYS = ("定义", "对象", "为", "条款", "引文", "参数", "说明", "单位")
TABLE_KEYS = (
    "判定表",
    "对象",
    "类型",
    "单位",
    "小数位",
    "取值",
    "命中",
    "行",
    "条款",
    "引文",
    "参数",
    "说明",
)
PARAMETER_KEYS = ("类型", "单位", "小数位", "选项", "取值", "依据", "来源", "可调", "范围")
_ID = re.compile(r"(institution|outlet|operator|item|batch|province)\.[a-z0-9]+(-[a-z0-9]+)*")


def read_rules(node: Node | None, problems: Problems, *, layer: str = "000000") -> BookText:
    """Read one rule file, or the added rules of an overlay."""
    if node is None:
        return BookText()
    if not isinstance(node, Sequence):
        problems.add("F010", wording.NOT_A_LIST, node.span)
        return BookText()
    rules: list[RuleText] = []
    definitions: list[DefinitionText] = []
    for item in node.items:
        if not isinstance(item, Mapping):
            problems.add("F010", wording.NOT_A_LIST, item.span)
        elif item.get("规则") is not None:
            rules.append(read_rule(item, problems, layer))
        elif item.get("定义") is not None:
            definitions.append(_definition(item, problems, layer))
        elif item.get("判定表") is not None:
            definitions.append(_table(item, problems, layer))
        else:
            problems.add("F011", wording.NO_KIND, item.span, help=wording.NOT_A_LIST)
    return BookText(tuple(rules), tuple(definitions))


def read_rule(node: Mapping, problems: Problems, layer: str) -> RuleText:
    """Read one rule."""
    clause = _plain(node.get("条款"))
    # Above all layers stands the standard; a rule that a layer adds may answer to its own document instead.
    local = layer != NATION
    form = Form(node, (*RULE_KEYS, "地方依据") if local else RULE_KEYS, problems, what="规则", clause=clause)
    name = form.scalar("规则") or Scalar("", node.span)
    if name.text and not _ID.fullmatch(name.text):
        form.complain("F012", f"规则编号“{name.text}”写法不对", name.span, help=wording.RULE_ID)
    applies, requires = form.scalar("适用", required=False), form.scalar("要求", required=False)
    event = form.mapping("事件", required=False)
    if not form.has("要求") and not form.has("事件"):
        form.complain("F013", wording.NO_REQUIREMENT, name.span, help=wording.REQUIREMENT_HELP)
    if requires is not None and event is not None:
        form.complain("F013", wording.TWO_REQUIREMENTS, event.span, help=wording.REQUIREMENT_HELP)
    return RuleText(
        id=name,
        title=form.text("名称"),
        clause=form.scalar("条款") or Scalar("", name.span),
        quotations=form.texts("引文", required=not local),
        laws=(*_laws(form, problems), *(_local_documents(form, problems) if local else ())),
        modality=form.choice("用语", MODALITIES),
        subject=form.choice("对象", SUBJECTS),
        applies=_condition(applies, problems, clause),
        applies_text=applies.text if applies else "",
        requires=_condition(requires, problems, clause),
        requires_text=requires.text if requires else "",
        event=read_pattern(event, problems, clause) if event else None,
        parameters=read_parameters(form, problems, name.text, layer),
        message=form.text("消息", required=False),
        tightenable=form.flag("可从严", default=True),
        waivable=form.flag("可豁免", default=False),
        since=form.day("生效", IN_FORCE),
        note=form.text("说明", required=False),
        span=name.span,
        layer=layer,
    )


def _plain(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _condition(text: Scalar | None, problems: Problems, clause: str) -> Expr | None:
    return read_condition(text, problems, clause=clause) if text else None


def _laws(form: Form, problems: Problems) -> tuple[LawText, ...]:
    laws = []
    for item in form.sequence("法规", required=False):
        if isinstance(item, Mapping):
            inner = Form(item, ("名称", "条"), problems, what="法规", clause=form.clause)
            laws.append(LawText(inner.text("名称"), inner.text("条")))
        else:
            form.complain("F003", "法规的每一项应写成 {名称: …, 条: …}", item.span)
    return tuple(laws)


def _local_documents(form: Form, problems: Problems) -> tuple[LawText, ...]:
    documents = []
    for item in form.sequence("地方依据", required=False):
        if isinstance(item, Mapping):
            inner = Form(item, ("文件", "条"), problems, what="地方依据", clause=form.clause)
            documents.append(LawText(inner.text("文件"), inner.text("条")))
        else:
            form.complain("F003", "地方依据的每一项应写成 {文件: …, 条: …}", item.span)
    return tuple(documents)


def _definition(node: Mapping, problems: Problems, layer: str) -> DefinitionText:
    form = Form(node, DEFINITION_KEYS, problems, what="定义", clause=_plain(node.get("条款")))
    name = form.scalar("定义") or Scalar("", node.span)
    body = form.scalar("为")
    return DefinitionText(
        name=name,
        subject=form.choice("对象", SUBJECTS),
        clause=form.scalar("条款", required=False),
        quotations=form.texts("引文", required=False),
        meaning=form.text("说明", required=False),
        body=_condition(body, problems, form.clause),
        rows=(),
        hit="",
        kind="",
        unit=form.text("单位", required=False),
        places=0,
        members=(),
        parameters=read_parameters(form, problems, name.text, layer),
        source_text=body.text if body else "",
        span=name.span,
        layer=layer,
    )


def _table(node: Mapping, problems: Problems, layer: str) -> DefinitionText:
    form = Form(node, TABLE_KEYS, problems, what="判定表", clause=_plain(node.get("条款")))
    name = form.scalar("判定表") or Scalar("", node.span)
    members = tuple(one.text for one in form.texts("取值", required=False))
    kind = form.choice("类型", [str(one) for one in Kind], default=str(Kind.CHOICE))
    hit = form.choice("命中", ("唯一", "首个"))
    rows = [
        row for item in form.sequence("行") if (row := _row(item, hit, problems, form.clause)) is not None
    ]
    if not rows and not problems.found:
        form.complain("F014", "判定表一行也没有", name.span, help="行: [{当: 条件, 得: 值}]")
    if len(set(members)) < len(members):
        form.complain("F018", "判定表的取值有重复", name.span, help="删去重复的取值")
    for row in rows[:-1]:
        if row.when is None:
            form.complain("F014", "“否则”只能是最后一行", row.span)
    return DefinitionText(
        name=name,
        subject=form.choice("对象", SUBJECTS),
        clause=form.scalar("条款", required=False),
        quotations=form.texts("引文", required=False),
        meaning=form.text("说明", required=False),
        body=None,
        rows=tuple(rows),
        hit=hit,
        kind=kind,
        unit=form.text("单位", required=False),
        places=read_places(form, allowed=kind == Kind.DECIMAL),
        members=members,
        parameters=read_parameters(form, problems, name.text, layer),
        source_text="",
        span=name.span,
        layer=layer,
    )


def _row(item: Node, hit: str, problems: Problems, clause: str) -> RowText | None:
    if not isinstance(item, Mapping):
        problems.add("F014", "判定表的行应写成 {当: 条件, 得: 值}", item.span, clause=clause)
        return None
    if item.get("否则") is not None:
        form = Form(item, ("否则",), problems, what="判定表的行", clause=clause)
        if hit == "唯一":
            form.complain(
                "F014", "命中为“唯一”的判定表没有“否则”", form.head, help="写出全部情形，或改用 命中: 首个"
            )
        value = form.scalar("否则")
        gives = read_condition(value, problems, clause=clause) if value else None
        return RowText(None, gives, item.span) if gives else None
    form = Form(item, ("当", "得"), problems, what="判定表的行", clause=clause)
    when, value = form.scalar("当"), form.scalar("得")
    condition = read_condition(when, problems, clause=clause) if when else None
    gives = read_condition(value, problems, clause=clause) if value else None
    return RowText(condition, gives, item.span) if condition and gives else None


def read_parameters(form: Form, problems: Problems, owner: str, layer: str) -> tuple[ParameterText, ...]:
    """Read the parameters that stand beside a rule, a definition or a tightening."""
    node = form.mapping("参数", required=False)
    if node is None:
        return ()
    found = []
    for name, value in node:
        if isinstance(value, Mapping):
            found.append(_parameter(name, value, problems, form.clause, owner, layer))
        else:
            form.complain("F003", f"参数“{name.text}”下面应是“键: 值”", value.span)
    return tuple(found)


def _parameter(
    name: Scalar, node: Mapping, problems: Problems, clause: str, owner: str, layer: str
) -> ParameterText:
    form = Form(node, PARAMETER_KEYS, problems, what=f"参数“{name.text}”", clause=clause)
    basis = form.choice("依据", BASES)
    source = form.text("来源")
    kind = form.choice("类型", [str(one) for one in Kind if one is not Kind.TEXT], default=str(Kind.INTEGER))
    adjustable = form.scalar("可调", required=False)
    bounds = form.texts("范围", required=False) if form.sequence("范围", required=False) else ()
    values = read_dated(form, "取值", basis, source, layer)
    for place, one in enumerate(values):
        if one.span is not None and one.since in {earlier.since for earlier in values[:place]}:
            form.complain(
                "F017", f"参数“{name.text}”在 {one.since.isoformat()} 有两个值", one.span, help="删去一个"
            )
    return ParameterText(
        name=name,
        kind=kind,
        unit=form.text("单位", required=False),
        places=read_places(form, allowed=kind == Kind.DECIMAL),
        members=tuple(one.text for one in form.texts("选项", required=False)),
        values=values,
        adjustable=form.choice("可调", ADJUSTABLE, default="不可"),
        adjustable_span=adjustable.span if adjustable else None,
        bounds=bounds,
        owner=owner,
    )


def read_dated(
    form: Form, key: str, basis: str, source: str, layer: str, reason: str = ""
) -> tuple[ParameterValue, ...]:
    """Read `{day: value, …}`; a value is a text, a list (sets), or {值, 依据, 来源}."""
    node = form.required(key)
    if node is None:
        return ()
    if not isinstance(node, Mapping):
        form.complain("F015", wording.VALUES_SHAPE, node.span)
        return ()
    values = []
    for day_text, value in node:
        since = form.read_day(day_text, IN_FORCE)
        own_basis, own_source, written = basis, source, value
        if isinstance(value, Mapping):
            inner = Form(value, ("值", "依据", "来源"), form.problems, what="取值", clause=form.clause)
            own_basis = inner.choice("依据", BASES, default=basis)
            own_source = inner.text("来源", required=False, default=source)
            found = inner.required("值")
            if found is None:
                continue
            written = found
        texts = written.items if isinstance(written, Sequence) else (written,)
        for one in texts:
            if not isinstance(one, Scalar):
                form.complain("F015", wording.VALUES_SHAPE, one.span)
        scalars = tuple(one for one in texts if isinstance(one, Scalar))
        values.append(ParameterValue(since, scalars, own_basis, own_source, layer, reason, day_text.span))
    if not values:
        form.complain("F015", wording.VALUES_SHAPE, node.span)
    return tuple(values)
