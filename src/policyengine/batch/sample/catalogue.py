"""Service items that the synthetic provinces list.

Named after business that public texts mention (查询打印, 资格认证, 社会保障卡, 参保停续保, 信息变更…); the combination is
synthetic.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One item: 事项类别, 业务类别 of its cases, risk, way of handling, 档案类别, promised working days."""

    name: str
    category: str
    kind: str
    risk: int
    mode: str
    archive: str
    promised: int
    complexity: int


def _item(
    name: str, category: str, kind: str, risk: int, archive: str, promised: int, complexity: int
) -> Item:
    mode = {1: "即时办结", 2: "办理后抽检", 3: "受理转报"}[risk]
    return Item(name, category, kind, risk, mode, archive, promised, complexity)


_PEOPLE, _CARD, _OTHER = "参保人员登记", "社会保障卡管理", "其他业务材料"

# The first FIRST_BATCH are what a province that only begins publishes first: simple, frequent, of low risk.
FIRST_BATCH = 9
SECOND_BATCH = 9
# Some provinces delegate nothing riskier than the first so many items.
LOW_RISK = 22
ITEMS = (
    _item("个人权益记录查询打印", "查询打印", "查询打印", 1, _OTHER, 0, 5),
    _item("参保证明打印", "查询打印", "查询打印", 1, _OTHER, 0, 5),
    _item("缴费记录查询打印", "查询打印", "查询打印", 1, _OTHER, 0, 6),
    _item("电子退休证打印", "查询打印", "查询打印", 1, _OTHER, 0, 6),
    _item("待遇发放信息查询", "查询打印", "查询打印", 1, _OTHER, 0, 6),
    _item("企业职工养老待遇领取资格认证", "资格认证", "其他", 1, _OTHER, 0, 8),
    _item("城乡居民养老待遇领取资格认证", "资格认证", "其他", 1, _OTHER, 0, 8),
    _item("工伤待遇领取资格认证", "资格认证", "其他", 1, _OTHER, 0, 8),
    _item("社会保障卡申领", "社会保障卡", "社会保障卡补换", 1, _CARD, 3, 10),
    _item("社会保障卡补领换领", "社会保障卡", "社会保障卡补换", 1, _CARD, 3, 10),
    _item("社会保障卡挂失解挂", "社会保障卡", "社会保障卡补换", 1, _CARD, 0, 10),
    _item("社会保障卡密码修改重置", "社会保障卡", "社会保障卡补换", 1, _CARD, 0, 12),
    _item("城乡居民养老保险参保登记", "参保登记", "社会保险登记", 2, _PEOPLE, 3, 18),
    _item("灵活就业人员参保登记", "参保登记", "社会保险登记", 2, _PEOPLE, 3, 20),
    _item("人员基础信息采集", "参保登记", "社会保险登记", 2, _PEOPLE, 2, 15),
    _item("个人综合信息变更", "登记变更注销", "登记变更注销", 2, _PEOPLE, 3, 18),
    _item("居民参保信息变更", "登记变更注销", "登记变更注销", 2, _PEOPLE, 3, 18),
    _item("灵活就业人员停保登记", "参保停续保", "其他", 2, _PEOPLE, 1, 16),
    _item("灵活就业人员续保登记", "参保停续保", "其他", 2, _PEOPLE, 1, 16),
    _item("居民养老缴费档次变更", "登记变更注销", "登记变更注销", 2, _PEOPLE, 1, 18),
    _item("居民养老保险注销登记", "登记变更注销", "登记变更注销", 2, _PEOPLE, 5, 24),
    _item("单位参保信息变更受理", "登记变更注销", "登记变更注销", 2, _PEOPLE, 5, 26),
    _item("城乡居民养老待遇申领受理", "养老待遇申领", "养老保险待遇申领", 3, _OTHER, 10, 32),
    _item("企业职工养老待遇申领受理", "养老待遇申领", "养老保险待遇申领", 3, _OTHER, 12, 40),
    _item("失业保险金申领受理", "失业待遇申领", "失业保险待遇申领", 3, "失业待遇核定", 5, 30),
    _item("技能提升补贴申领受理", "失业待遇申领", "失业保险待遇申领", 3, "失业待遇核定", 5, 28),
    _item("生育津贴申领受理", "生育津贴申领", "生育津贴申领", 3, _OTHER, 5, 30),
    _item("工伤医疗费报销受理", "工伤医疗费报销", "工伤医疗费用手工报销", 3, "工伤待遇核定", 10, 38),
    _item("养老保险关系转移受理", "关系转移", "其他", 3, "个人账户管理", 10, 36),
    _item("失业保险关系转移受理", "关系转移", "其他", 3, "失业待遇核定", 10, 34),
)
