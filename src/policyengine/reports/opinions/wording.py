"""What the opinion form, its reading and its summary say."""

from __future__ import annotations

STANDARD = "合作机构经办社会保险业务规范"
PLAN = "20230355-T-317"
COMMITTEE = "全国社会保险标准化技术委员会（SAC/TC 474）"
WHOLE = "全文"
FORM_TITLE = "征求意见表"
SUMMARY_TITLE = "意见汇总处理表"
DECISIONS = "处理意见应填 采纳、部分采纳 或 未采纳"
ALREADY_REPORTED = "这一轮是历史数据，只有汇总数，不能再导入意见"
TOTALS_DIFFER = "采纳、部分采纳、未采纳三项之和大于收到的意见数"
TOTALS_AND_OPINIONS = "既有汇总数又有意见；有意见的，汇总数由意见得出，应删去“汇总”"
NOT_A_WORKBOOK = "不能作为 Excel 工作簿打开；请使用“policyengine review sheet”生成的表，以 .xlsx 格式保存"
NO_PLACE = "没有写明意见针对哪里；至少填章条，对全文的意见填“全文”"
NO_TEXT = "没有写意见内容"
NO_PROPOSER = "没有写提出单位"
NO_REASON = "有处理意见，没有处理理由"
GIVE_REASON = "写明采纳、部分采纳或未采纳的理由"
PICK = "从下拉列表中选择，或照网站上的编号填写"
INSTRUCTIONS = (
    "一、一行写一条意见。章条、句子、规则、场景从下拉列表中选；选得越细，意见在网站上挂得越准。",
    "二、对全文的意见，章条选“全文”。只填句子或规则的，章条可以空着，导入时自动补上。",
    "三、先选规则，场景一栏的下拉列表就只列该规则的场景；先选章条，句子一栏只列该章条的句子。",
    "四、意见、提出单位必填；理由请尽量写明依据。",
    "五、“编号”由起草组登记时填写，提意见的单位不填。",
    "六、“处理意见”“处理理由”由起草组填写，处理意见为采纳、部分采纳、未采纳三者之一，并须写明理由。",
)


def not_json(why: str) -> str:
    """Word a round file that is no JSON."""
    return f"意见文件不是合法的 JSON：{why}"


def lacks(key: str) -> str:
    """Word a key that is not there."""
    return f"缺少“{key}”"


def no_such_decision(text: str) -> str:
    """Word a decision that is none of the three."""
    return f"没有“{text}”这种处理意见"


def at(row: int, column: str, what: str) -> str:
    """Put the place in the sheet before what is wrong there."""
    return f"第 {row} 行“{column}”列：{what}"


def unknown(kind: str, text: str) -> str:
    """Word a place that does not exist."""
    return f"没有{kind}“{text}”"


def sentence_elsewhere(sentence: str, clause: str) -> str:
    """Word a sentence that stands in another clause."""
    return f"句子 {sentence} 不在条款“{clause}”之下"


def rule_elsewhere(rule: str, sentence: str) -> str:
    """Word a rule that does not carry the sentence."""
    return f"规则“{rule}”不承载句子 {sentence}"


def rule_not_in_clause(rule: str, clause: str, own: str) -> str:
    """Word a rule of another clause."""
    return f"规则“{rule}”属于条款“{own}”，不属于“{clause}”"


def scenario_elsewhere(scenario: str, rule: str) -> str:
    """Word a scenario of another rule."""
    return f"场景“{scenario}”不是规则“{rule}”的场景"


def carried_by(rules: tuple[str, ...]) -> str:
    """Say which rules carry a sentence."""
    return f"承载这一句的规则：{'、'.join(rules)}" if rules else "这一句没有规则，“规则”列应空着"


def ambiguous(name: str) -> str:
    """Word a scenario name that several scenarios have."""
    return f"名为“{name}”的场景不止一个，应填场景编号"


def no_such_number(number: int, title: str) -> str:
    """Word a number that the round does not have."""
    return f"“{title}”没有第 {number} 号意见；新意见的编号应空着"


def changed_since(number: int) -> str:
    """Word a registered opinion whose text was altered in the sheet."""
    return f"与已登记的第 {number} 号意见不一致；已登记的意见不能改写，只能填处理意见和处理理由"


def missing_columns(names: list[str]) -> str:
    """Word headings that are not there."""
    return f"缺少列：{'、'.join(names)}"


def sentence(received: int, accepted: int, partly: int, rejected: int, pending: int = 0) -> str:
    """Give the sentence that drafting notes use."""
    told = f"共收到 {received} 条修改意见，采纳 {accepted} 条，部分采纳 {partly} 条，未采纳 {rejected} 条"
    return f"{told}，待处理 {pending} 条。" if pending else f"{told}。"
