"""What became of a rule between two books: rule, parameter or overlay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from policyengine.batch.nightly.book_changes import BookChanges
from policyengine.semantics.ir import (
    Adjustable,
    Basis,
    Book,
    Change,
    Comparator,
    Compare,
    Constant,
    DatedValue,
    Modality,
    Parameter,
    ParameterRef,
    Rule,
    TermRef,
    Truth,
)
from policyengine.values import Kind, Type
from policyengine.vocabulary.terms import Column, Subject, Table, Term, Vocabulary

NUMBER = Type(Kind.INTEGER, unit="人")
VOCABULARY = Vocabulary(
    (Table(Subject.OUTLET, "outlets", Column("网点编号", "outlet_id"), (), (Term("在岗", "staff", NUMBER, Subject.OUTLET, "", ""),)),)
)  # fmt: skip
PLACE = "330106"


def _rule(limit=None, **more):
    right = ParameterRef("最少", NUMBER) if limit is None else Constant(limit, NUMBER)
    requires = Compare(Comparator.AT_LEAST, TermRef("在岗", NUMBER), right)
    return Rule(
        "outlet.staff", "配备", "五", ("",), Modality.SHALL, Subject.OUTLET, Truth(True), requires, **more
    )


def _book(rule, value=2, layer="000000"):
    dated = DatedValue(date(2025, 2, 1), value, layer, Basis.EXAMPLE, "")
    parameter = Parameter("最少", NUMBER, dated, (dated,), Adjustable.UP)
    return Book("330000", date(2026, 1, 1), VOCABULARY, (), (rule,) if rule else (), {"最少": parameter})


def _changes(old, new):
    to_layer = {"old": lambda _: "330000", "new": lambda _: "330000"}
    found = BookChanges(
        {"330000": old}, {"330000": new}, to_layer["old"], to_layer["new"], {"330000": "浙江省"}
    )
    return found.of("outlet.staff", PLACE)


OVERLAID = Change("330000", "从严", date(2026, 1, 1), "", "")


@pytest.mark.parametrize(
    ("old", "new", "cause", "told"),
    [
        (_book(_rule()), _book(_rule(), 3), "parameter", "由 2 人 改为 3 人"),
        (_book(_rule()), _book(_rule(), 3, "330000"), "overlay", "浙江省"),
        (_book(_rule(2)), _book(_rule(3)), "rule", "改为"),
        (_book(_rule(2)), _book(_rule(3, changes=(OVERLAID,))), "overlay", "改为"),
        (_book(None), _book(_rule()), "rule", "新增规则"),
        (_book(None), _book(_rule(layer="330000")), "overlay", "浙江省"),
        (_book(_rule()), _book(None), "rule", "删去"),
        (_book(_rule()), _book(replace(_rule(), modality=Modality.SHOULD)), "rule", "宜"),
    ],
)
def test_a_change_of_the_book_is_laid_to_what_changed(old, new, cause, told):
    """A parameter's value, a rule's text and what an overlay sets are told apart, with what they were and are."""
    ((found, detail),) = _changes(old, new)
    assert found == cause
    assert told in detail
