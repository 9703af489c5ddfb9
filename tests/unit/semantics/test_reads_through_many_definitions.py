"""Definitions that read definitions twice."""

from __future__ import annotations

from datetime import date

from policyengine.semantics.ir import Arithmetic, ArithmeticOperator, Book, Definition, TermRef
from policyengine.semantics.reads import terms_read
from policyengine.values import Kind, Type
from policyengine.vocabulary.terms import Subject, Vocabulary

NUMBER = Type(Kind.INTEGER)


def test_every_definition_is_opened_once():
    """Forty that each read the next twice are read at once, not two to the power of forty times."""
    doubled = tuple(
        Definition(
            f"甲{place}", Subject.OUTLET, NUMBER,
            Arithmetic(
                ArithmeticOperator.PLUS, TermRef(f"甲{place + 1}", NUMBER), TermRef(f"甲{place + 1}", NUMBER), NUMBER
            ),
        )
        for place in range(40)
    )  # fmt: skip
    book = Book("000000", date(2026, 1, 1), Vocabulary(), doubled, (), {})
    assert terms_read(doubled[0], book) == ("甲40",)
