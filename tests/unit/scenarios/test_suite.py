"""The boundary scenarios drafted for a rule hold, show each verdict, and notice every change to it."""

import pytest

from policyengine.engines.choose import engine_named
from policyengine.proofs.equivalence import equivalent
from policyengine.scenarios.mutation.examine import examine
from policyengine.scenarios.mutation.suite import boundary_suite
from policyengine.scenarios.mutation.trials import targets_of
from policyengine.scenarios.run import run
from policyengine.scenarios.verdicts import possible_verdicts
from unit.scenarios.small_rules import STAFF, rule

RULES = {
    "人数": STAFF,
    "集合": rule("适用: 网点状态 属于 {合作中, 暂停}\n要求: 服务形式 包含 {现场指导}", modality="宜"),
    "天数": rule("适用: 网点状态 = 已退出\n要求: 工作日数(停止经办日期, 摘牌日期) <= 5"),
    "许可": rule("适用: 网点状态 = 合作中\n要求: 年度评分 >= 90", modality="可"),
    "不得有": rule("事件: {模式: 不得有, 事件: 业务受理, 范围: {自: 摘牌, 至: 完成挂牌}}"),
    "随后有": rule("事件: {模式: 随后有, 每个: 投诉, 此后: 投诉答复, 同一: [投诉编号], 限期: 5 工作日}"),
}


@pytest.mark.parametrize("name", RULES)
def test_the_drafted_suite_is_enough(book_of, examples_of, name):
    """Every draft holds; each verdict that can occur is there; no mutant stays alive."""
    book = book_of(RULES[name])
    engine = engine_named("reference")
    suite = boundary_suite(book.rules[0], book, equivalent, engine)
    examples = examples_of("\n".join(suite.scenarios), book)
    assert [one.failures for one in run(examples, engine, lambda _: book) if not one.holds] == []
    assert set(possible_verdicts(book.rules[0], book)) <= set(suite.verdicts)
    (score,) = examine(targets_of(examples, lambda _: book, []), equivalent, workers=1)
    assert [one.tried.mutant.change for one in score.survivors] == []
    assert suite.unnoticed == ()


def test_drafts_of_a_suite_have_names_of_their_own(book_of):
    """No two scenarios are called the same."""
    book = book_of(STAFF)
    suite = boundary_suite(book.rules[0], book, equivalent, engine_named("reference"))
    names = [text.splitlines()[0] for text in suite.scenarios]
    assert len(set(names)) == len(names)
