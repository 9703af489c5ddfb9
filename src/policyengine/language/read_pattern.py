"""The 事件 block of a rule to syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.documents import Mapping, Scalar
from policyengine.forms import Form
from policyengine.language import wording
from policyengine.language.read_condition import read_condition
from policyengine.language.syntax import PatternText, SelectorText

if TYPE_CHECKING:
    from policyengine.diagnostics import Problems

# pattern: (key of the activation, of the target, of the closing, further keys)
_ROLES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "应有": ("事件", "", "", ("次数", "限期")),
    "不得有": ("事件", "", "", ()),
    "先有": ("每个", "此前", "", ("限期",)),
    "随后有": ("每个", "此后", "", ("限期",)),
    "定期有": ("事件", "", "", ("周期",)),
    "有效期内": ("每个", "开始", "结束", ("起于", "止于")),
}
_OPTIONAL = frozenset({"结束"})


def read_pattern(node: Mapping, problems: Problems, clause: str) -> PatternText | None:
    """Read a pattern; None after a diagnostic that leaves nothing to go on with."""
    kind_node = node.get("模式")
    kind = kind_node.text if isinstance(kind_node, Scalar) else ""
    roles = _ROLES.get(kind)
    known = (
        "模式",
        "同一",
        "范围",
        *((*[one for one in roles[:3] if one], *roles[3]) if roles else tuple(key.text for key, _ in node)),
    )
    form = Form(node, known, problems, what=f"模式“{kind}”" if roles else "事件", clause=clause)
    form.choice("模式", tuple(_ROLES))
    if roles is None:
        return None
    activation, target, closing = (
        _selector(form, key, required=key not in _OPTIONAL) if key else None for key in roles[:3]
    )
    scope = form.mapping("范围", required=False)
    inner = (
        Form(scope, ("自", "至", "须闭合", "含起点"), problems, what="范围", clause=clause) if scope else None
    )
    if activation is None or (roles[1] and target is None):
        return None
    return PatternText(
        kind=kind,
        activation=activation,
        target=target,
        closing=closing,
        opening_scope=_selector(inner, "自", required=False) if inner else None,
        closing_scope=_selector(inner, "至", required=False) if inner else None,
        must_close=inner.flag("须闭合", default=False) if inner else False,
        from_start=inner.flag("含起点", default=False) if inner else False,
        key=form.texts("同一", required=False),
        limit=form.scalar("周期") if kind == "定期有" else form.scalar("限期", required=False),
        times=form.scalar("次数", required=False),
        starts=form.scalar("起于", required=False),
        ends=form.scalar("止于", required=False),
        span=form.head,
    )


def _selector(form: Form, key: str, *, required: bool) -> SelectorText | None:
    node = form.required(key) if required else form.node.get(key)
    if node is None:
        return None
    if not isinstance(node, Mapping):
        events = form.texts(key, required=False)
        if not events:
            form.complain("F016", wording.SELECTOR_SHAPE, node.span)
        return SelectorText(events) if events else None
    inner = Form(node, ("事件", "条件", "累计"), form.problems, what=f"“{key}”", clause=form.clause)
    events = inner.texts("事件")
    condition = inner.scalar("条件", required=False)
    repeated = inner.mapping("累计", required=False)
    times = window = None
    if repeated is not None:
        counted = Form(repeated, ("次数", "期限"), form.problems, what="累计", clause=form.clause)
        times, window = counted.scalar("次数"), counted.scalar("期限")
    if not events:
        return None
    read = read_condition(condition, form.problems, clause=form.clause) if condition else None
    return SelectorText(events, read, times, window)
