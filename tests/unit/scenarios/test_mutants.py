"""Each kind of change is made where it can be, once, and is said in Chinese."""

from datetime import date

import pytest

from policyengine.scenarios.mutation.mutants import Shift, mutants_of, shifted
from policyengine.scenarios.mutation.variants import Kind
from policyengine.semantics.ir import Adjustable, Any, Basis, DatedValue, Negation, Parameter
from policyengine.values import Kind as ValueKind
from policyengine.values import Type
from unit.scenarios.small_rules import STAFF, number, rule

TABLE = """
- 判定表: 试等级
  对象: 网点
  取值: [优, 良, 差]
  命中: 首个
  行:
    - {当: 年度评分 >= 90, 得: 优}
    - {当: 年度评分 >= 75, 得: 良}
    - {否则: 差}
"""
FOUND = {
    Kind.MODALITY: (STAFF, "用语“应”改为“宜”"),
    Kind.APPLIES: (STAFF, "去掉适用条件，处处适用"),
    Kind.NEGATED: (STAFF, "适用：“网点状态为合作中”取反"),
    Kind.COMPARATOR: (STAFF, "要求：“在岗经办人员数不少于 2 人”改为“在岗经办人员数多于 2 人”"),
    Kind.BOUNDARY: (STAFF, "要求：“2 人”改为“3 人”"),
    Kind.DROPPED: (rule("要求: 佩戴工牌 且 统一着装", subject="人员"), "要求：去掉“统一着装为是”"),
    Kind.JOINED: (
        rule("要求: 佩戴工牌 或 统一着装", subject="人员"),
        "要求：“佩戴工牌为是，或统一着装为是”各条改为以“且”相连",
    ),
    Kind.MEMBERS: (rule("要求: 网点状态 属于 {合作中, 暂停}"), "要求：“合作中、暂停”中加上“筹备中”"),
    Kind.FILLED: (rule("要求: 挂牌日期 已填报"), "要求：“挂牌日期已填报”改为“挂牌日期未填报”"),
    Kind.CALCULATION: (
        rule("要求: 在岗经办人员数 + 兼职经办人员数 >= 2"),
        "要求：“在岗经办人员数 + 兼职经办人员数”改为“在岗经办人员数 − 兼职经办人员数”",
    ),
    Kind.DAYS: (
        rule("要求: 天数(停止经办日期, 摘牌日期) <= 5"),
        "要求：“从停止经办日期到摘牌日期的天数”改为“从停止经办日期到摘牌日期的工作日数”",
    ),
    Kind.PATTERN: (
        rule("事件: {模式: 先有, 每个: 签署协议, 此前: 检查验收}"),
        "事件：模式“先有”改为“随后有”",
    ),
    Kind.SCOPE: (
        rule("事件: {模式: 不得有, 事件: 业务受理, 范围: {自: 摘牌, 至: 完成挂牌}}"),
        "事件：范围“之后直到”改为“之间”",
    ),
    Kind.KEY: (
        rule("事件: {模式: 先有, 每个: 签署协议, 此前: 检查验收, 同一: [申请编号]}"),
        "事件：“同一”去掉“申请编号”",
    ),
    Kind.LIMIT: (
        rule("事件: {模式: 随后有, 每个: 投诉, 此后: 投诉答复, 限期: 5 工作日}"),
        "事件：去掉“限期”",
    ),
    Kind.EVENTS: (
        rule("事件: {模式: 不得有, 事件: [业务受理, 业务办结]}"),
        "事件：受约束的事件：去掉事件“业务办结”",
    ),
    Kind.TIMES: (
        rule(
            "事件: {模式: 不得有, 事件: {事件: 投诉, 累计: {次数: 次数线, 期限: 期限线}}}\n参数:\n"
            + number("次数线", 3, "次")
            + "\n"
            + number("期限线", 30, "日")
        ),
        "事件：受约束的事件：去掉“累计”",
    ),
    Kind.GRANT: (
        rule("事件: {模式: 有效期内, 每个: 业务受理, 开始: 签署协议, 结束: 终止协议, 止于: 协议终止日期}"),
        "事件：去掉“止于”协议终止日期",
    ),
}


@pytest.mark.parametrize("kind", FOUND)
def test_a_rule_is_changed_in_every_way_that_its_form_allows(book_of, kind):
    """Each kind of change is found where the rule has something of the kind."""
    text, words = FOUND[kind]
    book = book_of(text)
    said = {(one.kind, one.change) for one in mutants_of(book.rules[0], book)}
    assert (kind, words) in said


@pytest.mark.parametrize("text", [text for text, _ in FOUND.values()])
def test_a_mutant_means_something_else_as_written_and_no_two_are_one(book_of, text):
    """Every mutant's rule or parameter differs from the book's and from every other mutant's."""
    book = book_of(text)
    found = mutants_of(book.rules[0], book)
    edits = [one.edit for one in found]
    assert book.rules[0] not in edits
    assert len(set(edits)) == len(edits)
    assert all(one.mutated(book) != book for one in found)


def test_rows_of_a_table_are_dropped_swapped_and_give_their_neighbours(book_of):
    """A first-hit table changes in its conditions, its outputs, its order and its length."""
    book = book_of(TABLE)
    said = {one.change for one in mutants_of(book.definitions[0], book)}
    assert {
        "去掉第 1 行",
        "第 1 行与第 2 行对调",
        "第 2 行：“良”改为“优”",
        "第 2 行：“良”改为“差”",
        "第 1 行：“年度评分不低于 90 分”改为“年度评分高于 90 分”",
        "第 1 行：“90 分”改为“90.01 分”",
    } <= said


def test_otherwise_goes_on_meaning_none_of_the_rows_above(book_of):
    """When a row above changes, the last row 否则 follows."""
    book = book_of(TABLE)
    dropped = next(one for one in mutants_of(book.definitions[0], book) if one.change == "去掉第 1 行")
    first, last = dropped.edit.body.rows
    assert last.when == Negation(first.when)
    changed = next(
        one for one in mutants_of(book.definitions[0], book) if one.change.startswith("第 1 行：“90")
    )
    rows = changed.edit.body.rows
    assert rows[-1].when == Negation(Any(tuple(row.when for row in rows[:-1])))


def test_a_parameter_that_a_rule_names_is_moved_one_step_of_its_scale(book_of):
    """A decimal parameter moves by its last place, up and down."""
    text = rule(
        "要求: 服务对象满意度 >= 满意线\n参数:\n"
        "  满意线: {类型: 小数, 小数位: 2, 单位: '%', 取值: {2025-02-01: 90}, 依据: 示例, 来源: 示例, 可调: 不可}"
    )
    book = book_of(text)
    moved = {
        one.change: one.mutated(book).parameters["满意线"].value for one in mutants_of(book.rules[0], book)
    }
    assert moved["参数“满意线”由 90% 改为 90.01%"] == 9001
    assert moved["参数“满意线”由 90% 改为 89.99%"] == 8999


SET = Type(ValueKind.CHOICES, members=("甲", "乙"))


@pytest.mark.parametrize(
    ("of", "value", "shift", "after"),
    [
        (SET, frozenset({"甲"}), Shift("参", frozenset({"甲"}), member="甲"), frozenset()),
        (SET, frozenset({"甲"}), Shift("参", frozenset({"甲"}), member="乙"), frozenset({"甲", "乙"})),
        (Type(ValueKind.BOOLEAN), True, Shift("参", True, step=1), False),
        (Type(ValueKind.CHOICE, members=("甲", "乙")), "乙", Shift("参", "乙", step=1), "甲"),
        (Type(ValueKind.DATE), 20_000, Shift("参", 20_000, step=-1), 19_999),
    ],
)
def test_parameters_of_every_type_shift(of, value, shift, after):
    """Sets lose or gain a member, booleans turn over, choices go round, dates move a day."""
    current = DatedValue(date(2025, 2, 1), value, "000000", Basis.EXAMPLE, "")
    assert shifted(Parameter("参", of, current, (current,), Adjustable.NO), shift) == after


def test_a_parameter_is_shifted_from_each_value_that_layers_give_it(book_of):
    """The shift of one value leaves a book with another value as it is."""
    text = rule("要求: 在岗经办人员数 >= 人数线\n参数:\n" + number("人数线", 2, "人"))
    nation, province = book_of(text), book_of(text.replace("2025-02-01: 2}", "2025-02-01: 4}"))
    found = {one.change: one for one in mutants_of(nation.rules[0], nation, [province])}
    up = found["参数“人数线”由 4 人 改为 5 人"]
    assert up.mutated(province).parameters["人数线"].value == 5
    assert up.mutated(nation).parameters["人数线"].value == 2
    assert "参数“人数线”由 2 人 改为 3 人" in found
