"""What no scenario notices is proved to mean the same, or comes with a scenario that would notice it."""

import pytest

from policyengine.engines.choose import engine_named
from policyengine.proofs.equivalence import equivalent
from policyengine.scenarios.mutation.examine import examine
from policyengine.scenarios.mutation.trials import killer, targets_of
from policyengine.scenarios.run import run
from unit.scenarios.small_rules import STAFF, rule

PASSING = """
  场景: 人数够
    假如 评估日为"2026-06-30"
    而且 有一个网点
    而且 其情况如下：
      | 词汇 | 值 |
      | 网点状态 | 合作中 |
      | 在岗经办人员数 | 3 |
    当 按规则"outlet.tried"评估
    那么 结论为"符合"
"""
ANSWERED = """
  场景: 及时答复
    假如 评估日为"2026-06-30"
    而且 有一个网点
    而且 发生下列事件：
      | 编号 | 时间 | 事件 | 投诉编号 | 投诉类别 |
      | E1 | 2026-03-02 09:00:00 | 投诉 | TS-1 | 服务态度 |
      | E2 | 2026-03-03 09:00:00 | 投诉答复 | TS-1 | |
    当 按规则"outlet.tried"评估
    那么 结论为"符合"
"""
COMPLAINT = rule("事件: {模式: 随后有, 每个: 投诉, 此后: 投诉答复, 同一: [投诉编号], 限期: 5 工作日}")


def scores(examples, book):
    """Examine the scenarios of one book, in this process."""
    return list(examine(targets_of(examples, lambda _: book, [book]), equivalent, workers=1))


@pytest.mark.parametrize(("text", "feature"), [(STAFF, PASSING), (COMPLAINT, ANSWERED), (STAFF, "")])
def test_every_survivor_comes_with_a_scenario_that_holds_and_notices_it(book_of, examples_of, text, feature):
    """Pasted in, the draft is read, holds as the book stands, and does not hold on the mutant."""
    book = book_of(text)
    (score,) = scores(examples_of(feature, book), book)
    assert score.survivors
    for survivor in score.survivors:
        (drafted,) = examples_of(survivor.draft, book)
        (outcome,) = run([drafted], engine_named("reference"), lambda _: book)
        assert outcome.failures == (), survivor.draft
        (target,) = targets_of([drafted], lambda _: book, [])
        assert killer(survivor.tried.mutant, target.trials, engine_named("reference")), survivor.draft


def test_what_is_noticed_is_killed_by_the_scenario_that_noticed(book_of, examples_of):
    """The passing scenario notices that the requirement is denied, and is named."""
    book = book_of(STAFF)
    (score,) = scores(examples_of(PASSING, book), book)
    denied = next(one for one in score.killed if one.mutant.change == "要求：“在岗经办人员数不少于 2 人”取反")
    assert denied.killed_by.startswith("试.feature:")


def test_a_change_that_the_bounds_of_the_vocabulary_make_idle_is_proved_equivalent(book_of, examples_of):
    """A count is never negative, so 多于 0 and 不为 0 are one."""
    book = book_of(rule("要求: 在岗经办人员数 > 0"))
    (score,) = scores(examples_of(PASSING.replace("      | 网点状态 | 合作中 |\n", ""), book), book)
    assert "要求：“在岗经办人员数多于 0 人”改为“在岗经办人员数不为 0 人”" in {
        one.mutant.change for one in score.equivalent
    }


def test_a_rule_without_scenarios_is_all_alive(book_of, examples_of):
    """No scenario, no kill: the score is nought."""
    book = book_of(STAFF)
    (score,) = scores(examples_of("", book), book)
    assert (len(score.killed), score.percent) == (0, 0)
    assert score.mutants == len(score.survivors) + len(score.equivalent)


def test_the_conclusion_of_one_rule_tells_requirement_from_recommendation(book_of, examples_of):
    """A failing scenario that says 不合格 notices 应 turned into 宜; one that only says 不符合 does not."""
    book = book_of(STAFF)
    failing = PASSING.replace("| 3 |", "| 1 |").replace('结论为"符合"', '结论为"不符合"')
    concluded = failing + '    而且 整体结论为"不合格"\n'
    alive = [
        {one.tried.mutant.change for one in scores(examples_of(text, book), book)[0].survivors}
        for text in (failing, concluded)
    ]
    assert "用语“应”改为“宜”" in alive[0]
    assert "用语“应”改为“宜”" not in alive[1]


def test_a_condition_is_shown_by_a_pair_of_scenarios(book_of, examples_of):
    """MC/DC: with one side only, the other side is drafted; pasted in, the pair is there."""
    book = book_of(STAFF)
    (score,) = scores(examples_of(PASSING, book), book)
    unshown = {one.effect.atom.words: one for one in score.unshown}
    staff = unshown["要求：在岗经办人员数不少于 2 人"]
    assert staff.effect.shown_true
    assert not staff.effect.shown_false
    (again,) = scores(examples_of(PASSING + "\n" + "\n".join(staff.drafts), book), book)
    assert "要求：在岗经办人员数不少于 2 人" in {one.atom.words for one in again.shown}


def test_a_derived_term_that_no_rule_reads_is_tried_by_what_scenarios_say_of_it(book_of, examples_of):
    """`应得` under 评估全部规则 notices changes to the definition."""
    book = book_of("- 定义: 小网点\n  对象: 网点\n  为: 在岗经办人员数 < 3\n")
    feature = PASSING.replace('按规则"outlet.tried"评估', "评估全部规则").replace(
        '结论为"符合"', '"小网点"应得"否"'
    )
    (score,) = scores(examples_of(feature.replace("      | 网点状态 | 合作中 |\n", ""), book), book)
    assert "“在岗经办人员数少于 3 人”改为“在岗经办人员数不超过 3 人”" in {
        one.mutant.change for one in score.killed
    }
    assert all('"小网点"应得' in one.draft for one in score.survivors)
