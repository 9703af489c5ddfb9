"""Coverage tells, sentence by sentence and part by part, what the rules carry."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policyengine.diagnostics import Problems
from policyengine.standard.coverage import Answer, Citation, Fault, assess, tell
from policyengine.standard.rows import coverage_as_json

if TYPE_CHECKING:
    from policyengine.standard import Standard

SITE = Citation("outlet.site", "一（一）", ("包括场地要求",))
EQUIPMENT = Citation("outlet.equipment", "一（一）", ("设备要求",))
ABLE = Citation("outlet.able", "一（一）", ("网点应具备按照标准完成配备的能力",))
WATCH = Citation("outlet.watch", "一（二）", ("监督、评价",))
ALL = (SITE, EQUIPMENT, ABLE, WATCH)


def answers(standard: Standard, *citations: Citation) -> dict[str, Answer]:
    """Give the answer of every sentence."""
    return {one.sentence.id: one.answer for one in assess(standard, citations).sentences}


def test_without_rules_only_reasons_answer(small: Standard) -> None:
    """A sentence with no rule and no reason is uncovered; one whose parts have only some reasons is partly so."""
    assert answers(small) == {
        "1.1-1": Answer.NONE,
        "1.1-2": Answer.NONE,
        "1.2-1": Answer.PARTLY,
        "1.2-2": Answer.REASON,
    }


def test_a_rule_carries_the_part_it_quotes_and_no_other(small: Standard) -> None:
    """One part quoted leaves the sentence partly covered."""
    coverage = assess(small, [SITE])
    sentence = coverage.sentences[0]
    assert sentence.answer is Answer.PARTLY
    assert [(part.part.text, part.rules) for part in sentence.parts] == [
        ("场地要求", ("outlet.site",)),
        ("设备要求", ()),
    ]


def test_rules_and_reasons_together_complete_the_standard(small: Standard) -> None:
    """With every part carried or excused, coverage is complete."""
    coverage = assess(small, ALL)
    assert coverage.complete
    assert coverage.unanswered == ()
    assert [one.answer for one in coverage.sentences] == [Answer.RULES] * 3 + [Answer.REASON]


def test_grazing_a_part_does_not_carry_it(small: Standard) -> None:
    """A quotation that takes one character of the next part carries only its own."""
    coverage = assess(small, [Citation("outlet.site", "一（一）", ("本章包括场地要求、设",))])
    assert [part.rules for part in coverage.sentences[0].parts] == [("outlet.site",), ()]


def test_a_quotation_across_sentences_carries_both(small: Standard) -> None:
    """What spans a sentence carries it."""
    wide = Citation("outlet.all", "一（一）", ("设备要求。网点应具备按照标准完成配备的能力。",))
    coverage = assess(small, [wide])
    assert [one.rules for one in coverage.sentences[:2]] == [("outlet.all",), ("outlet.all",)]


def test_a_quotation_that_is_not_verbatim_carries_nothing_and_is_told(small: Standard) -> None:
    """The nearest words are offered."""
    coverage = assess(small, [*ALL, Citation("outlet.wrong", "一（一）", ("场地条件",))])
    (problem,) = coverage.problems
    assert problem.fault is Fault.NOT_VERBATIM
    assert "场地要求" in problem.help
    assert not coverage.complete
    assert all("outlet.wrong" not in one.rules for one in coverage.sentences)


def test_a_quotation_from_another_clause_is_sent_there(small: Standard) -> None:
    """The clause that has the words is named."""
    (problem,) = assess(small, [Citation("outlet.lost", "一（一）", ("监督、评价",))]).problems
    assert "一（二）" in problem.help


def test_a_clause_that_does_not_exist_is_told(small: Standard) -> None:
    """A half-width key is answered with the full-width one."""
    (problem,) = assess(small, [Citation("outlet.typed", "一(二)", ("监督",))]).problems
    assert problem.fault is Fault.NO_SUCH_CLAUSE
    assert "一（二）" in problem.help


def test_an_ambiguous_quotation_is_told(small: Standard) -> None:
    """Words that stand twice do not say which place is meant."""
    (problem,) = assess(small, [Citation("outlet.vague", "一（一）", ("要求",))]).problems
    assert problem.fault is Fault.AMBIGUOUS


def test_a_rule_that_quotes_nothing_is_told(small: Standard) -> None:
    """No quotation, or an empty one, is no citation."""
    silent = (Citation("outlet.silent", "一（一）", ()), Citation("outlet.blank", "一（一）", (" ",)))
    coverage = assess(small, [*ALL, *silent])
    assert [one.rule for one in coverage.uncited] == ["outlet.silent", "outlet.blank"]
    assert not coverage.complete


def test_a_reason_beside_a_rule_is_a_remark_only(small: Standard) -> None:
    """A sentence or part that has both is listed, and coverage stays complete."""
    both = Citation("outlet.terms", "一（二）", ("术语另行规定", "评价结果应用"))
    coverage = assess(small, [*ALL, both])
    assert coverage.needless == ("1.2-1.3", "1.2-2")
    assert coverage.complete


def test_the_rows_are_plain_data(small: Standard) -> None:
    """Rows survive JSON and say clause, sentence, text, parts, rules and reason."""
    told = json.loads(json.dumps(coverage_as_json(assess(small, [SITE]), small), ensure_ascii=False))
    assert told["counts"] == {"有规则": 0, "有理由": 1, "部分覆盖": 2, "未覆盖": 1}
    row = told["sentences"][0]
    assert (row["clause"], row["title"], row["sentence"], row["lines"]) == (
        "一（一）",
        "要求",
        "1.1-1",
        [7, 7],
    )
    assert row["rules"] == ["outlet.site"]
    assert [part["answer"] for part in row["parts"]] == ["有规则", "未覆盖"]
    assert told["sentences"][3]["reason"] == {"kind": "定义", "explanation": "只介绍术语"}


def test_all_that_is_lacking_is_told_at_its_place(small: Standard) -> None:
    """Diagnostics stand at the sentence in the text and name the parts that lack an answer."""
    problems = Problems(lines={small.text.file: small.text.text.split("\n")})
    tell(assess(small, [SITE, Citation("outlet.silent", "", ())]), small, problems)
    told = {one.code: one for one in reversed(problems.found)}
    assert set(told) == {"ST21", "ST22"}
    assert "“设备要求”" in told["ST22"].message
    assert told["ST22"].underlined == "本章包括场地要求、设备要求。"
