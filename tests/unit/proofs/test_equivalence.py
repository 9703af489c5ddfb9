"""Equal meanings are proved equal; different ones are refuted by facts that the definition of meaning confirms."""

from dataclasses import replace

import pytest

from policyengine.proofs.equivalence import equivalent
from policyengine.semantics.ir import Modality
from policyengine.semantics.truth import derive, truth_of, verdict_of

HEAD = """- 规则: outlet.tried
  名称: 名
  条款: 五（五）
  引文: 引
  用语: {modality}
  对象: 网点
  {body}
"""


def text(body, modality="应"):
    return HEAD.format(body=body.replace("\n", "\n  "), modality=modality)


FAILED = "{事件: 年度评价, 条件: 评价结果 = 不合格}"
PERIOD = f"{{自: {FAILED}, 至: {{事件: 年度评价, 条件: 评价结果 = 合格}}}}"
SAME = [
    ("要求: 在岗经办人员数 > 0", "要求: 在岗经办人员数 != 0"),
    ("要求: 网点状态 属于 {合作中, 暂停}", "要求: 非 网点状态 属于 {筹备中, 已退出}"),
    ("要求: 非 (有专线 且 挂牌日期 已填报)", "要求: 非 有专线 或 挂牌日期 未填报"),
    (
        "适用: 在岗经办人员数 > 1 且 在岗经办人员数 < 3\n要求: 有专线",
        "适用: 在岗经办人员数 = 2\n要求: 有专线",
    ),
    (
        "事件: {模式: 定期有, 事件: 监督检查, 周期: 30 日, 范围: {自: 完成挂牌, 至: 摘牌}}",
        "事件: {模式: 定期有, 事件: 监督检查, 周期: 30 日, 范围: {自: 完成挂牌, 至: 摘牌, 含起点: 是}}",
    ),
    (
        f"事件: {{模式: 随后有, 每个: {FAILED}, 此后: 终止协议, 限期: 5 日, 范围: {PERIOD}}}",
        f"事件: {{模式: 随后有, 每个: 年度评价, 此后: 终止协议, 限期: 5 日, 范围: {PERIOD}}}",
    ),
]
DIFFERENT = [
    ("要求: 在岗经办人员数 >= 2", "要求: 在岗经办人员数 > 2"),
    ("要求: 在岗经办人员数 >= 2", "适用: 网点状态 = 合作中\n要求: 在岗经办人员数 >= 2"),
    ("要求: 有专线 或 非 有专线", "要求: 在岗经办人员数 >= 0"),
    ("要求: 工作日数(停止经办日期, 摘牌日期) <= 5", "要求: 天数(停止经办日期, 摘牌日期) <= 5"),
    ("要求: 摘牌日期 <= 评估日", "要求: 摘牌日期 < 评估日"),
]


def books(pair, book_of):
    fixed = [body.replace("有专线", "采用统一协议文本") for body in pair]
    return [book_of(text(body)) for body in fixed]


@pytest.mark.parametrize("pair", SAME)
def test_equal_meanings_are_proved(book_of, pair):
    """Other words, bounds of the vocabulary and what a scope says anyway make no difference."""
    assert equivalent("outlet.tried", *books(pair, book_of)).same is True


@pytest.mark.parametrize("pair", DIFFERENT)
def test_different_meanings_are_refuted_by_facts(book_of, pair):
    """The facts given make the two verdicts differ, as the plain definition of meaning has it."""
    one, two = books(pair, book_of)
    found = equivalent("outlet.tried", one, two)
    assert found.same is False
    verdicts = [
        verdict_of(
            truth_of(book.rules[0].applies, found.values, replace(book, as_of=found.day)),
            truth_of(book.rules[0].requires, found.values, replace(book, as_of=found.day)),
        )
        for book in (one, two)
    ]
    assert verdicts[0] is not verdicts[1]


def test_unknown_is_not_false(book_of):
    """A condition that is only unknown where the other is false is another condition, unless all facts are filled."""
    one, two = (
        book_of(text(body))
        for body in (
            "要求: 在岗经办人员数 >= 2 且 在岗经办人员数 < 2",
            "要求: 挂牌日期 已填报 且 挂牌日期 未填报",
        )
    )
    assert equivalent("outlet.tried", one, two).same is False
    assert equivalent("outlet.tried", one, two, complete=True).same is True


def test_requirement_and_recommendation_differ_by_what_they_make_of_an_outlet(book_of):
    """The verdicts are the same; the roll-up is not, unless the rule never fails."""
    book = book_of(text("要求: 在岗经办人员数 >= 2"))
    milder = replace(book, rules=(replace(book.rules[0], modality=Modality.SHOULD),))
    assert equivalent("outlet.tried", book, milder).same is False
    idle = book_of(
        text("适用: 在岗经办人员数 < 0 且 挂牌日期 未填报 且 挂牌日期 已填报\n要求: 在岗经办人员数 >= 2")
    )
    idle_milder = replace(idle, rules=(replace(idle.rules[0], modality=Modality.SHOULD),))
    assert equivalent("outlet.tried", idle, idle_milder).same is True


def test_event_patterns_are_never_taken_for_the_same_without_reason(book_of):
    """Another limit, another key, another kind: not proved."""
    forms = [
        "事件: {模式: 随后有, 每个: 投诉, 此后: 投诉答复, 同一: [投诉编号], 限期: 5 日}",
        "事件: {模式: 随后有, 每个: 投诉, 此后: 投诉答复, 同一: [投诉编号], 限期: 6 日}",
        "事件: {模式: 随后有, 每个: 投诉, 此后: 投诉答复, 限期: 5 日}",
        "事件: {模式: 先有, 每个: 投诉, 此前: 投诉答复, 同一: [投诉编号], 限期: 5 日}",
    ]
    first, *others = (book_of(text(form)) for form in forms)
    assert {equivalent("outlet.tried", first, other).same for other in others} == {None}


def test_derived_terms_are_compared_by_their_value(book_of):
    """A table with an idle bound is the same; one that gives another member is refuted by facts."""
    table = "- 判定表: 试等级\n  对象: 网点\n  取值: [优, 差]\n  命中: 首个\n  行: [{{当: 年度评分 >= {line}, 得: 优}}, {{否则: 差}}]\n"
    one, two = (book_of(table.format(line=line)) for line in (90, "90.01"))
    found = equivalent("试等级", one, two)
    assert found.same is False
    values = [derive(book, book.definitions[0].subject, found.values)["试等级"] for book in (one, two)]
    assert values == ["优", "差"]
    assert equivalent("试等级", one, one).same is True


def test_what_is_in_one_book_only_is_not_decided(book_of):
    """A name that a book does not have cannot be compared."""
    book = book_of(text("要求: 在岗经办人员数 >= 2"))
    assert equivalent("outlet.other", book, book).same is None
