"""What the site says in its own words, for a Chinese reviewer to read in one file."""

from __future__ import annotations

TITLE = "《合作机构经办社会保险业务规范》规则书"
ENGINES = {"reference": "定义引擎", "durable": "事件引擎", "columnar": "列式引擎"}
SHORT_ENGINES = {"reference": "定义", "durable": "事件", "columnar": "列式"}
ENGINE_NOTES = {
    "reference": "按含义逐条计算，其他引擎以它为准",
    "durable": "以 durable-rules 运行，用于场景、单点核对和实时会话",
    "columnar": "以 Polars 运行，用于全国夜间评估",
}
FACTS = "事实规则"
EVENTS = "事件规则"
ALWAYS = "对所有{subject}适用"
IN_FORCE = "现行"
COMING = "将施行"
PAST = "已被替代"
ENDED = "已恢复采用"
NOT_RUN = "未运行"
BASES = {
    "编制说明": "数值出自编制说明原文",
    "法律法规": "数值出自法律、法规或规章",
    "地方规定": "数值出自地方规定",
    "参照": "参照其他领域或个别地方的做法",
    "待核实": "凭记忆或转述，尚待核对原件",
    "示例": "示例默认值，须按本地规定核定后才能使用",
}
ANSWERS = {
    "有规则": "由规则承载",
    "有理由": "没有规则，理由如下",
    "部分覆盖": "只有一部分由规则承载",
    "未覆盖": "没有规则，也没有理由",
}
ADJUSTABLE = {
    "不可": "地方不得调整",
    "只可调高": "地方只可调高",
    "只可调低": "地方只可调低",
    "只可增加": "地方只可增加",
    "只可减少": "地方只可减少",
    "范围内": "地方可在范围内调整",
}
OPERATIONS = {
    "设定": "设定参数",
    "从严": "从严要求",
    "升格": "宜改为应",
    "不采用": "暂不采用",
    "新增": "新增规则",
}


def applies_to(subject: str) -> str:
    """Say of whom a rule without a condition speaks."""
    return f"所有{subject}"


def raised(before: str) -> str:
    """Say that a recommendation became a requirement."""
    return f"用语为“{before}”"


def waived(until: str) -> str:
    """Say that a layer does not follow a recommendation for a time."""
    return f"本层不适用，{until}" if until else "本层不适用"


def law(name: str, article: str) -> str:
    """Name a law and its article: 《社会保险经办条例》第三十七条."""
    return f"《{name}》{article}"


def bounds(low: str, high: str) -> str:
    """Word the range that no layer may leave."""
    if low and high:
        return f"{low} 至 {high}"
    return f"不低于 {low}" if low else f"不高于 {high}" if high else ""


def not_ours(folder: object) -> str:
    """Refuse to write over something that is no site."""
    return f"目录“{folder}”不是空的，也不是本命令生成的网站；请换一个目录，或先清空它"


PROOFS = {"proved": "已证明", "refuted": "被推翻", "unproved": "未能证明"}
NIGHT_COUNTS = {
    "合格": "个网点合格",
    "不合格": "个网点不合格",
    "待核实": "个网点待核实",
    "events": "个事件",
    "rows_changes": "条变化",
    "rows_quarantine": "条数据被隔离",
}


def proved(titles: tuple[str, ...]) -> str:
    """Say what was proved and which rules it is about."""
    about = f"改动涉及 {len(titles)} 条规则：{'、'.join(titles)}。" if titles else "没有改动上一层的规则。"
    return f"对任何可能的情形，上一层不符合的本层也不符合，上一层无法判定的本层不会变成符合。{about}"


def compared(day: str) -> str:
    """Say which night a run was compared with."""
    return f"与 {day} 的运行比对"


def rechecked(outlets: int) -> str:
    """Say how many outlets were judged again by another engine."""
    return f"以另一引擎复核 {outlets} 个网点，结论一致"
