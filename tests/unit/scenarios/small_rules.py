"""Rules as text that the tests of mutation share."""

HEAD = """
  名称: 名
  条款: 五（五）
  引文: 引
  用语: {modality}
  对象: {subject}
"""


def rule(body: str, *, subject: str = "网点", modality: str = "应") -> str:
    """Write a rule of one requirement; `body` are its further lines."""
    return f"- 规则: outlet.tried{HEAD.format(subject=subject, modality=modality)}{_indented(body)}"


def number(name: str, value: object, unit: str, kind: str = "整数") -> str:
    """Write the declaration of a parameter."""
    return f"  {name}: {{类型: {kind}, 单位: {unit}, 取值: {{2025-02-01: {value}}}, 依据: 示例, 来源: 示例, 可调: 不可}}"


def _indented(body: str) -> str:
    return "\n".join(f"  {line}" for line in body.strip().splitlines()) + "\n"


STAFF = rule("适用: 网点状态 = 合作中\n要求: 在岗经办人员数 >= 2")
