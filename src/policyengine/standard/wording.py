"""Everything this room says to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

REBUILD = "编制说明原文不得改动；改过条款树或句子台账后，用 python -m policyengine.standard.rebuild 重新生成位置与指纹"
RESTORE_TEXT = "从版本库恢复 data/standard/编制说明.txt，编码为 UTF-8"
NOT_A_LIST = "此处应是列表，每项以“- ”开头"

REASON_MEANINGS = {
    "定义": "只介绍术语，不提出要求",
    "定位": "说明本标准的地位、作用或与其他规定的关系，不对机构、网点或人员提出要求",
    "章节概述": "只概述章节内容，具体要求由所述各章的句子承载",
    "引用其他标准": "只指出引用哪些标准，要求在被引用的标准里",
    "编制原则": "约束标准的起草工作，不约束合作经办活动",
    "编制过程": "记述起草、讨论和征求意见的经过",
    "背景说明": "说明背景、目的、意义或预期效果",
    "无法由事实判定": "提出了要求，但原文没有给出可以用事实判定的内容",
}


def unreadable(error: Exception) -> str:
    """Say that the text does not read."""
    return f"编制说明原文读不出来（{type(error).__name__}）"


def not_an_entry(keys: Iterable[str]) -> str:
    """Say which keys an entry has."""
    return f"此处应是键和值，键为 {'、'.join(keys)}"


def unknown_key(key: str) -> str:
    """Say that a key is not known."""
    return f"不认识的键“{key}”"


def missing_key(key: str) -> str:
    """Say that a key is missing or empty."""
    return f"缺少“{key}”，或其值为空"


def not_a_text(key: str) -> str:
    """Say that a value should be text."""
    return f"“{key}”的值应是一段文字"


def not_a_pair(key: str) -> str:
    """Say that a value should be two whole numbers."""
    return f"“{key}”应是两个非负整数，写成 [起, 止]"


def not_a_range(key: str, length: int) -> str:
    """Say that a value is no stretch of the text."""
    return f"“{key}”应是原文中的一段：起小于止，止不超过 {length}"


def twice(key: str, name: str) -> str:
    """Say that a name is used twice."""
    return f"{key}“{name}”出现了两次"


def no_such_clause(key: str) -> str:
    """Say that a clause does not exist."""
    return f"条款树里没有条款“{key}”"


def key_not_normal(key: str, normal: str) -> str:
    """Say how a clause key is written."""
    return f"条款编号“{key}”应写成全角形式“{normal}”"


def heading_differs(key: str, title: str) -> str:
    """Say that a heading is not where the tree says."""
    return f"条款 {key} 的标题位置上，原文没有“{title}”"


def out_of_order(name: str) -> str:
    """Say that places overlap or run backwards."""
    return f"“{name}”的位置与前文重叠或次序颠倒"


def sentence_differs(name: str) -> str:
    """Say that a sentence is not what the text has there."""
    return f"句子 {name} 的文字或指纹与原文该位置不一致"


def lines_differ(name: str, first: int, last: int) -> str:
    """Say which lines a sentence really stands on."""
    return f"句子 {name} 的行号不对，应为 [{first}, {last}]"


def outside_clause(name: str, key: str) -> str:
    """Say that a sentence is not in its clause."""
    return f"句子 {name} 不在条款 {key} 的正文之内"


def part_differs(sentence: str, part: str) -> str:
    """Say that a part is not where the ledger says."""
    return f"句子 {sentence} 的分项“{part}”与原文该位置不一致，或超出本句，或与前一分项重叠"


def no_such_reason(kind: str) -> str:
    """Say that a type of reason is not in the closed list."""
    return f"没有“{kind}”这类无规则理由"


def one_of(words: Iterable[str]) -> str:
    """List what may be written."""
    return f"只可写：{'、'.join(words)}"


def slip_differs(written: str) -> str:
    """Say that a slip is not where it is said to be."""
    return f"笔误“{written}”不在所记的位置上"


# --- 重新生成 ----------------------------------------------------------------------------------------

CLAUSES_HEADER = "# 条款树。由 python -m policyengine.standard.rebuild 从编制说明.txt 生成，不要手改。\n"
SENTENCES_HEADER = "# 句子台账。“分项”里的“项”与“无规则理由”由人填写，其余由 python -m policyengine.standard.rebuild 生成。\n"
SLIPS_HEADER = (
    "# 原文笔误。原文不改；“位置”与“行”由 python -m policyengine.standard.rebuild 生成，其余由人填写。\n"
)


def sentence_changed(name: str) -> str:
    """Say that what people wrote about a sentence may no longer fit."""
    return f"句子 {name} 的文字变了，请人工核对它的分项与无规则理由"


def sentence_gone(name: str) -> str:
    """Say that a sentence of the old ledger is no longer in the text."""
    return f"原文里不再有句子 {name}，请人工处理它的分项与无规则理由"


def slip_not_unique(written: str) -> str:
    """Say that a slip cannot be found by its words alone."""
    return f"笔误“{written}”在原文里不是恰好出现一次，请多写几个字"


# --- 覆盖 --------------------------------------------------------------------------------------------

QUOTE = "写上“条款”，并从该条款照抄一段“引文”"
QUOTE_MORE = "多抄几个字，使引文在该条款中只出现一次"
ANSWER = "编写引用此处原文的规则；确实无法由规则承载的，在 data/standard/sentences.yaml 写明“无规则理由”"


def not_verbatim(quotation: str, key: str) -> str:
    """Say that a quotation is not in its clause."""
    return f"引文“{_one_line(quotation)}”不是条款 {key} 的原文"


def quote_instead(near: str, elsewhere: tuple[str, ...]) -> str:
    """Say what to quote, or which clause to cite."""
    if elsewhere:
        return f"这段原文在条款 {'、'.join(elsewhere)}，请改写“条款”"
    if near:
        return f"最接近的原文是“{near}”，请照抄（标点、空格与笔误也照原样）"
    return "该条款中没有相近的原文，请核对“条款”与“引文”"


def ambiguous(quotation: str, key: str, times: int) -> str:
    """Say that a quotation stands in several places."""
    return f"引文“{_one_line(quotation)}”在条款 {key} 中出现 {times} 次，看不出引的是哪一处"


def cites_nothing(rule: str) -> str:
    """Say that a rule quotes nothing of the standard."""
    return f"规则 {rule} 没有引用标准原文"


def unanswered(sentence: str, lacking: list[str]) -> str:
    """Say that a sentence, or some parts of it, has neither rule nor reason."""
    parts = f" 的分项“{'”“'.join(lacking)}”" if lacking else " "
    return f"句子 {sentence}{parts}既没有规则，也没有无规则理由"


def _one_line(text: str) -> str:
    return "".join(text.split("\n")).strip()
