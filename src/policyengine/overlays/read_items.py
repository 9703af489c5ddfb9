"""The item list of an overlay to syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.documents import Mapping, Scalar, Sequence
from policyengine.forms import Form
from policyengine.language.read_rules import BASES
from policyengine.overlays import wording
from policyengine.overlays.syntax import ItemCount, ItemList, ListedItem
from policyengine.values import ValueRefusedError, parse_date

if TYPE_CHECKING:
    from datetime import date

    from policyengine.diagnostics import Problems
    from policyengine.documents import Node

LIST_KEYS = ("公布日期", "实施日期", "项数", "完整", "事项", "文件", "依据", "来源", "说明")
ITEM_NAME = "事项名称"
GRADE = "网点等级"


def read_items(node: Mapping, problems: Problems) -> ItemList:
    """Read 事项清单: its days, its numbers and the items that are named."""
    form = Form(node, LIST_KEYS, problems, what="事项清单")
    basis, source = form.choice("依据", BASES), form.text("来源")
    published, effective = _day(form, "公布日期"), _day(form, "实施日期")
    if published and effective and published > effective:
        place = form.scalar("公布日期")
        message = wording.published_late(published.isoformat(), effective.isoformat())
        form.complain(
            "O043",
            message,
            place.span if place else form.head,
            help="清单向社会公布后实施（编制说明六（三））",
        )
    items = tuple(
        item
        for one in form.sequence("事项", required=False)
        if (item := _item(one, basis, source, problems)) is not None
    )
    found = ItemList(
        published, effective, _counts(form), form.flag("完整", default=False), items, form.text("文件"), basis, source,
        form.text("说明", required=False), form.head,
    )  # fmt: skip
    _check_numbers(found, problems)
    return found


def _day(form: Form, key: str) -> date | None:
    found = form.scalar(key, required=False)
    if found is None:
        return None
    try:
        return parse_date(found.text)
    except ValueRefusedError as error:
        form.complain("F006", str(error), found.span)
        return None


def _counts(form: Form) -> tuple[ItemCount, ...]:
    node = form.node.get("项数")
    match node:
        case None:
            return ()
        case Scalar():
            pairs: tuple[tuple[Scalar | None, Node], ...] = ((None, node),)
        case Mapping():
            pairs = node.entries
        case Sequence():
            form.complain("F003", "“项数”应是一个数，或 {基础网点: 数, 优质网点: 数}", node.span)
            return ()
    counts = []
    for grade, value in pairs:
        if (
            not isinstance(value, Scalar)
            or not value.text.isascii()
            or not value.text.isdigit()
            or len(value.text) > 4
        ):
            form.complain(
                "O040",
                "项数应是一个整数",
                value.span,
                help="写成 项数: 37，或 项数: {基础网点: 40, 优质网点: 71}",
            )
        else:
            counts.append(ItemCount(grade, int(value.text), value.span))
    return tuple(counts)


def _item(node: Node, basis: str, source: str, problems: Problems) -> ListedItem | None:
    if not isinstance(node, Mapping):
        problems.add("F003", "事项的每一项应写成 {事项名称: …, 事项类别: …, 风险等级: …}", node.span)
        return None
    known = tuple(
        key.text for key, _ in node
    )  # which of them are terms is checked where the vocabulary is known
    form = Form(node, known, problems, what="事项")
    name = form.scalar(ITEM_NAME)
    facts = []
    for key, value in node:
        if key.text in {GRADE, "依据", "来源"}:
            continue
        texts = value.items if isinstance(value, Sequence) else (value,)
        scalars = tuple(one for one in texts if isinstance(one, Scalar))
        if len(scalars) != len(texts) or not scalars:
            form.complain("F003", f"“{key.text}”应是一个值，或值的列表", value.span)
        else:
            facts.append((key, scalars))
    if name is None:
        return None
    own = form.choice("依据", BASES, default=basis)
    grade = form.text(GRADE, required=False)
    return ListedItem(name, grade, tuple(facts), own, form.text("来源", required=False, default=source))


def _check_numbers(found: ItemList, problems: Problems) -> None:
    seen: dict[str, int] = {}
    for item in found.items:
        if item.name.text in seen:
            message = f"事项“{item.name.text}”列了两次，另一处在第 {seen[item.name.text]} 行"
            problems.add("O042", message, item.name.span, help="删去一处")
        seen[item.name.text] = item.name.span.line
    most = max((one.count for one in found.counts), default=None)
    for one in found.counts:
        grade = one.grade.text if one.grade else ""
        # The fullest grade may handle the whole list; a lesser one only the items marked for it.
        listed = len(found.items) if one.count == most else sum(item.grade == grade for item in found.items)
        if listed > one.count or (found.complete and listed != one.count):
            help_ = "补全事项，或去掉“完整: 是”" if listed < one.count else "核对项数与事项"
            problems.add("O040", wording.count_differs(listed, one.count, grade), one.span, help=help_)
