"""The columns of the opinion form, shared by writing and reading."""

from __future__ import annotations

NUMBER = "编号"
CLAUSE = "章条"
SENTENCE = "句子"
RULE = "规则"
SCENARIO = "场景"
TEXT = "意见"
ARGUMENT = "理由"
PROPOSER = "提出单位"
DECISION = "处理意见"
DECISION_REASON = "处理理由"

COLUMNS = (NUMBER, CLAUSE, SENTENCE, RULE, SCENARIO, TEXT, ARGUMENT, PROPOSER, DECISION, DECISION_REASON)
# A form may come back without the columns that the drafting group fills in.
NEEDED = (CLAUSE, SENTENCE, RULE, SCENARIO, TEXT, ARGUMENT, PROPOSER)
WIDTHS = (7, 26, 26, 32, 32, 48, 36, 22, 12, 36)
HEADER_ROW = 3
EMPTY_ROWS = 300
