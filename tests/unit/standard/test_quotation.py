"""A quotation is found verbatim or not at all, and what is nearest is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.standard.quotation import elsewhere, locate, nearest

if TYPE_CHECKING:
    from policyengine.standard import Standard


def quoted(standard: Standard, clause: str, quotation: str) -> str | None:
    """Give the raw text where a quotation was found."""
    found = locate(standard, clause, quotation)
    return standard.text.text[slice(*found.range)] if found else None


def test_a_quotation_is_found_with_its_sentence(small: Standard) -> None:
    """The place, the clause and the sentence are told."""
    found = locate(small, "一（一）", "包括场地要求")
    assert found is not None
    assert (found.clause, found.sentences, found.occurrences) == ("一（一）", ("1.1-1",), 1)
    assert (found.span.line, found.span.column, found.span.end_column) == (7, 3, 9)


def test_a_page_break_is_forgiven(small: Standard) -> None:
    """Blank lines that a page end left inside a sentence need not be quoted."""
    assert quoted(small, "一（一）", "按照标准完成配备") == "按照标\n\n准完成配备"
    assert quoted(small, "一（一）", "按照标\n准完成配备") == "按照标\n\n准完成配备"


def test_nothing_else_is_forgiven(small: Standard) -> None:
    """A blank, another punctuation mark, another word or another clause is not verbatim."""
    for wrong in ("包括 场地要求", "场地要求,设备要求", "场地条件", "明确了监督", "", " \n"):
        assert locate(small, "一（一）", wrong) is None
    assert locate(small, "九", "场地要求") is None


def test_a_clause_includes_those_below_it(small: Standard) -> None:
    """Citing a part, one may quote any of its sections; the section is told."""
    found = locate(small, "一", "监督、评价")
    assert found is not None
    assert found.clause == "一（二）"


def test_headings_are_not_quoted(small: Standard) -> None:
    """A heading says nothing that a rule could carry, and text does not run on across it."""
    assert locate(small, "一（一）", "要求\n\n本章") is None
    assert locate(small, "一", "能力。(二) 评价") is None


def test_words_that_stand_twice_are_counted(small: Standard) -> None:
    """A quotation found in two places is told to be ambiguous."""
    found = locate(small, "一（一）", "要求")
    assert found is not None
    assert found.occurrences == 2


def test_words_of_exactly_one_part_mean_that_part(small: Standard) -> None:
    """评价 also stands inside 评价结果应用, yet means the part 评价."""
    found = locate(small, "一（二）", "评价")
    assert found is not None
    assert found.occurrences == 1
    assert found.range == small.sentences["1.2-1"].parts[1].range


def test_the_nearest_passage_is_offered(small: Standard) -> None:
    """A slip in a quotation is answered with the words as they stand, page break closed."""
    assert (
        nearest(small, "一（一）", "网点应当具备按标准完成配备的能力") == "网点应具备按照标准完成配备的能力。"
    )
    assert nearest(small, "一（一）", "无关的话") == ""
    assert nearest(small, "九", "场地要求") == ""


def test_the_right_clause_is_offered(small: Standard) -> None:
    """A verbatim quotation with a wrong clause is traced to the clause that has it."""
    assert elsewhere(small, "评价结果应用") == ("一（二）",)
    assert elsewhere(small, "没有的话") == ()
