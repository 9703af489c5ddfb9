"""Headings and sentences are found in a text that page ends have broken."""

from __future__ import annotations

import pytest

from policyengine.standard.outline import number_of, outline, sentence_ranges

TEXT = (
    "题名\n\n一、总则\n\n（一）范围\n\n甲应当具备\n\n场地。乙“先办。”丙宜办。\n\n(二) 列表\n\n包括下列：\n\n各项。\n\n"
    "二、过程\n\n第一阶段：三月。开会。"
)


def test_headings_get_full_width_keys() -> None:
    """A heading with half-width brackets has the same kind of key as one with full-width brackets."""
    found = outline(TEXT)
    assert [(one.key, one.title, one.parent, one.prefix) for one in found] == [
        ("一", "总则", "", "1"),
        ("一（一）", "范围", "一", "1.1"),
        ("一（二）", "列表", "一", "1.2"),
        ("二", "过程", "", "2"),
        ("二·第一阶段", "第一阶段", "二", "2.1"),
    ]


def test_a_heading_alone_has_an_empty_body() -> None:
    """A part that goes straight on to its first section has no text of its own."""
    part = outline(TEXT)[0]
    assert part.body[0] == part.body[1]


def test_sentences_cross_page_breaks() -> None:
    """A paragraph without a full stop goes on after the blank lines; closing quotation marks belong to the sentence."""
    cut = [
        [TEXT[start:end] for start, end in sentence_ranges(TEXT, one.body)]
        for one in outline(TEXT)
        if one.body[0] < one.body[1]
    ]
    assert cut == [
        ["甲应当具备\n\n场地。", "乙“先办。”", "丙宜办。"],
        ["包括下列：", "各项。"],
        ["三月。", "开会。"],
    ]


@pytest.mark.parametrize(
    ("numeral", "number"), [("一", 1), ("九", 9), ("十", 10), ("十一", 11), ("二十三", 23)]
)
def test_numerals_are_read(numeral: str, number: int) -> None:
    """Chinese numerals of headings have their number."""
    assert number_of(numeral) == number
