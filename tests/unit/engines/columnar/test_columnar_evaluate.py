"""Tables of a few outlets, judged as a whole."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from policyengine.engines.columnar.evaluate import evaluate_tables
from policyengine.engines.columnar.expressions import Words, condition_expression
from policyengine.engines.columnar.plans import plans_of
from policyengine.engines.columnar.subjects import subject_frame
from policyengine.engines.columnar.tables import Tables
from policyengine.engines.columnar.traces import View, load_events
from policyengine.semantics.ir import (
    ALWAYS,
    Adjustable,
    Arithmetic,
    ArithmeticOperator,
    Basis,
    Book,
    Comparator,
    Compare,
    Constant,
    DatedValue,
    Definition,
    Modality,
    Parameter,
    ParameterRef,
    Pattern,
    PatternKind,
    Rule,
    Selector,
    TermRef,
)
from policyengine.values import LARGEST, Kind, Type
from policyengine.vocabulary.terms import Column, EventType, Subject, Table, Term, Vocabulary

AS_OF = date(2025, 6, 30)
NUMBER = Type(Kind.INTEGER, "人")
STAFF, TRAINED = TermRef("在岗人数", NUMBER), TermRef("培训人数", NUMBER)
LEAST = ParameterRef("最少人数", NUMBER)


def table(subject, *names):
    terms = tuple(Term(name, name, NUMBER, subject, "", "") for name in names)
    return Table(subject, subject.name, Column("编号", "id"), (), terms)


VOCABULARY = Vocabulary(
    (
        table(Subject.PROVINCE),
        table(Subject.INSTITUTION, "机构人数"),
        table(Subject.OUTLET, STAFF.name, TRAINED.name),
        table(Subject.OPERATOR, "培训学时"),
    ),
    (),
    (
        EventType("清单发布", "list_published", Subject.PROVINCE, (), (), ""),
        EventType("业务停办", "stopped", Subject.OUTLET, (), (), ""),
    ),
)


def rule(name, requires, subject=Subject.OUTLET, modality=Modality.SHALL):
    return Rule(name, "", "五", (), modality, subject, ALWAYS, requires)


def book(layer="000000", *, least=2, rules=()):
    value = DatedValue(AS_OF, least, layer, Basis.EXAMPLE, "")
    parameter = Parameter(LEAST.name, NUMBER, value, (value,), Adjustable.UP)
    enough = rule("outlet.staff", Compare(Comparator.AT_LEAST, STAFF, LEAST))
    return Book(layer, AS_OF, VOCABULARY, (), (enough, *rules), {parameter.name: parameter})


def rows(ids, *, outlet_ids=None, layer="000000", **columns):
    size = len(ids)
    return pl.LazyFrame(
        {
            "id": ids,
            "outlet_id": outlet_ids or ids,
            "province": ["320000"] * size,
            "region": ["320102"] * size,
            "layer": [layer] * size if isinstance(layer, str) else layer,
            **columns,
        }
    )


def told(found):
    columns = ("subject_id", "rule", "verdict")
    return set(found.verdicts.select(pl.col(columns).cast(pl.String)).rows())


def test_only_failing_and_undetermined_rows_are_made():
    """Passing rows are counted but not told, unless all are asked for."""
    tables = Tables({Subject.OUTLET: rows(["甲", "乙", "丙"], 在岗人数=[1, 2, None])})
    found = evaluate_tables({"000000": book()}, tables)
    assert told(found) == {("甲", "outlet.staff", "fail"), ("丙", "outlet.staff", "undetermined")}
    assert dict(found.counts.select(pl.col("verdict").cast(pl.String), "count").rows()) == {
        "pass": 1,
        "fail": 1,
        "undetermined": 1,
    }
    assert ("乙", "outlet.staff", "pass") in told(evaluate_tables({"000000": book()}, tables, keep_all=True))


def test_missing_terms_and_evidence_stand_in_the_row():
    """An undetermined row names what is missing, a failing one shows the value that fails."""
    tables = Tables({Subject.OUTLET: rows(["甲", "丙"], 在岗人数=[1, None])})
    found = evaluate_tables({"000000": book()}, tables).verdicts
    assert found.select("missing", "evidence").rows() == [([], '{"在岗人数": "1"}'), (["在岗人数"], "{}")]


def test_a_column_that_is_not_there_is_missing():
    """A table without the column is judged, every row undetermined."""
    found = evaluate_tables({"000000": book()}, Tables({Subject.OUTLET: rows(["甲"])}))
    assert found.verdicts["missing"].to_list() == [["在岗人数"]]


def test_layers_that_differ_in_values_share_one_plan():
    """Two layers with other values are one plan with a parameter table; each row gets its layer's value."""
    books = {"000000": book(), "320000": book("320000", least=3)}
    assert [plan.layers for plan in plans_of(books)] == [("000000", "320000")]
    tables = Tables({Subject.OUTLET: rows(["甲", "乙"], layer=["000000", "320000"], 在岗人数=[2, 2])})
    assert told(evaluate_tables(books, tables)) == {("乙", "outlet.staff", "fail")}


def test_layers_that_differ_in_rules_are_judged_by_their_own():
    """A rule that a layer adds, raises or does not take over judges the rows of the layers that have it so."""
    more = rule("outlet.trained", Compare(Comparator.EQUAL, STAFF, TRAINED))
    raised = replace(more, modality=Modality.SHOULD)
    others = {"320000": (more,), "330000": (raised,)}
    books = {"000000": book()} | {layer: replace(book(layer), rules=rules) for layer, rules in others.items()}
    (plan,) = plans_of(books)
    assert [(one.rule.id, one.layers) for one in plan.variants] == [
        ("outlet.staff", ("000000",)),
        ("outlet.trained", ("320000",)),
        ("outlet.trained", ("330000",)),
    ]
    columns = {"在岗人数": [2, 2, 2], "培训人数": [1, 1, 1]}
    tables = Tables({Subject.OUTLET: rows(["甲", "乙", "丙"], layer=list(books), **columns)})
    found = evaluate_tables(books, tables)
    assert told(found) == {("乙", "outlet.trained", "fail"), ("丙", "outlet.trained", "fail")}
    assert found.outlets["conclusion"].cast(pl.String).to_list() == ["合格", "不合格", "合格"]
    assert sorted(
        found.counts.select(pl.col("rule", "modality", "verdict").cast(pl.String), "count").rows()
    ) == [
        ("outlet.staff", "应", "pass", 1),
        ("outlet.trained", "宜", "fail", 1),
        ("outlet.trained", "应", "fail", 1),
    ]


def test_layers_that_differ_in_derived_terms_get_plans_of_their_own():
    """What a name stands for must be one thing in a plan."""
    derived = Definition("人数够", Subject.OUTLET, STAFF.type, STAFF)
    books = {"000000": book(), "320000": replace(book("320000"), definitions=(derived,))}
    assert [plan.layers for plan in plans_of(books)] == [("000000",), ("320000",)]


def test_a_layer_without_a_book_is_refused():
    """A row that no book judges is an error, not a row that silently passes."""
    tables = Tables({Subject.OUTLET: rows(["甲"], layer="440000", 在岗人数=[1])})
    with pytest.raises(ValueError, match="440000"):
        evaluate_tables({"000000": book()}, tables)


def test_books_of_different_days_are_refused():
    """One evaluation has one day."""
    later = replace(book("320000"), as_of=AS_OF + timedelta(days=1))
    with pytest.raises(ValueError, match="different days"):
        evaluate_tables({"000000": book(), "320000": later}, Tables())


def test_institutions_and_operators_fold_into_their_outlets():
    """An outlet's conclusion is the worst of its own, its institution's and its operators' 应 rules."""
    rules = (
        rule(
            "institution.staff",
            Compare(Comparator.AT_LEAST, TermRef("机构人数", NUMBER), LEAST),
            Subject.INSTITUTION,
        ),
        rule(
            "operator.hours",
            Compare(Comparator.AT_LEAST, TermRef("培训学时", NUMBER), LEAST),
            Subject.OPERATOR,
        ),
        rule("outlet.advice", Compare(Comparator.AT_LEAST, TRAINED, LEAST), modality=Modality.SHOULD),
    )
    ids = ["合格的", "机构不合格的", "人员未知的"]
    outlets = rows(ids, 机构=["好机构", "坏机构", "好机构"], 在岗人数=[2, 2, 2], 培训人数=[0, 0, 0])
    institutions = rows(["好机构", "坏机构"], outlet_ids=["", ""], 机构人数=[9, 0])
    operators = rows(["张", "王"], outlet_ids=["合格的", "人员未知的"], 培训学时=[9, None])
    tables = Tables({Subject.INSTITUTION: institutions, Subject.OUTLET: outlets, Subject.OPERATOR: operators})
    found = evaluate_tables({"000000": book(rules=rules)}, tables).outlets
    assert found.select("outlet_id", pl.col("conclusion").cast(pl.String)).rows() == list(
        zip(ids, ["合格", "不合格", "待核实"], strict=True)
    )


def test_a_waiver_of_an_outlet_excuses_its_operators():
    """A waived rule does not apply, and tells no evidence."""
    least = Compare(Comparator.AT_LEAST, TermRef("培训学时", NUMBER), LEAST)
    hours = replace(rule("operator.hours", least, Subject.OPERATOR), waivable=True)
    operators = rows(["张", "王"], outlet_ids=["甲", "乙"], 培训学时=[0, 0])
    waivers = pl.LazyFrame({"subject_id": ["甲"], "rule": ["operator.hours"]})
    found = evaluate_tables(
        {"000000": book(rules=(hours,))}, Tables({Subject.OPERATOR: operators}, None, waivers), keep_all=True
    )
    assert set(found.verdicts.select("subject_id", pl.col("verdict").cast(pl.String), "evidence").rows()) == {
        ("张", "not_applicable", "{}"),
        ("王", "fail", '{"培训学时": "0"}'),
    }


def test_a_pattern_over_a_province_is_evaluated_once_for_all_its_outlets():
    """Events of a province are not repeated for its outlets: the unit of the pattern is the province."""
    published = Pattern(PatternKind.EXISTENCE, Selector(("清单发布",)))
    made = book(rules=(rule("outlet.list", published),))
    ids = [f"网点{place}" for place in range(50)]
    outlets = rows(ids, 省份=["江苏"] * 49 + ["浙江"], 在岗人数=[9] * 50)
    events = pl.LazyFrame(
        {"id": ["E1"], "type": ["清单发布"], "at": [0], "subject": ["省份"], "subject_id": ["江苏"]},
        schema_overrides={"at": pl.Int64},
    )
    tables = Tables({Subject.OUTLET: outlets}, events)
    (plan,) = plans_of({"000000": made})
    frame = subject_frame(plan, Subject.OUTLET, tables, all_layers=True)
    view = View(plan, Subject.OUTLET, frame, load_events(events, made.rules, VOCABULARY, plan.words.as_of))
    assert view.units(view.level_of_pattern(published))["id"].to_list() == ["江苏", "浙江"]
    assert told(evaluate_tables({"000000": made}, tables)) == {("网点49", "outlet.list", "fail")}


def test_grants_of_a_province_that_cover_each_other_count_once_an_outlet():
    """A publication is covered by an earlier one, never by itself, and outlets do not multiply what is met."""
    covered = Pattern(
        PatternKind.IN_FORCE, Selector(("清单发布",)), Selector(("清单发布",)), Selector(("业务停办",))
    )
    made = book(rules=(rule("outlet.list", covered),))
    outlets = rows(["甲", "乙", "丙"], 省份=["江苏"] * 3, 在岗人数=[9] * 3)
    events = pl.LazyFrame(
        {
            "id": ["E1", "E2", "E3"],
            "type": ["清单发布", "清单发布", "业务停办"],
            "at": [0, 100, 50],
            "subject": ["省份", "省份", "网点"],
            "subject_id": ["江苏", "江苏", "丙"],
        }
    )
    found = evaluate_tables({"000000": made}, Tables({Subject.OUTLET: outlets}, events)).verdicts
    assert found.select("subject_id", "evidence").rows() == [
        ("甲", '{"违反": ["E1"], "满足": 1, "待办": []}'),
        ("乙", '{"违反": ["E1"], "满足": 1, "待办": []}'),
        ("丙", '{"违反": ["E1", "E2"], "满足": 0, "待办": []}'),
    ]


def test_products_of_large_numbers_do_not_overflow():
    """Two numbers at the edge of what may be typed multiply exactly."""
    size = Type(Kind.INTEGER)
    product = Arithmetic(ArithmeticOperator.TIMES, TermRef("甲", size), TermRef("甲", size), size)
    words = Words(0, {})
    larger = condition_expression(Compare(Comparator.GREATER, product, Constant(LARGEST, size)), words)
    assert pl.DataFrame({"甲": [LARGEST]}).select(larger.alias("larger"))["larger"].to_list() == [True]


def test_a_constant_on_the_left_of_a_column_that_never_varies():
    """A comparison gives a truth for every row, even if the column is one value throughout."""
    size = Type(Kind.INTEGER)
    smaller = condition_expression(
        Compare(Comparator.LESS, Constant(1, size), TermRef("甲", size)), Words(0, {})
    )
    frame = (
        pl.LazyFrame({"id": ["一", "二"]})
        .with_columns(pl.lit(2).alias("甲"))
        .with_columns(smaller.alias("小于"))
    )
    assert frame.collect(engine="in-memory")["小于"].to_list() == [True, True]
