"""columnar says what the reference says, on books and cases that nobody wrote, one by one and as a country."""

from collections import Counter

from hypothesis import given, settings

from agreement.countries import LAYERS, country_of
from agreement.generate import AGREEMENT, books_and_cases, pattern_books_and_cases
from policyengine.engines.columnar import evidence
from policyengine.engines.columnar.evaluate import evaluate_tables
from policyengine.engines.columnar.judge import Columnar
from policyengine.engines.findings import Due
from policyengine.engines.reference.judge import Reference
from policyengine.semantics.ir import Modality, Pattern, Verdict
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject

# A country is judged twice and is larger than its cases.
COUNTRIES = settings(AGREEMENT, max_examples=max(1, AGREEMENT.max_examples // 2))


@AGREEMENT
@given(books_and_cases())
def test_columnar_and_reference_agree_on_facts(drawn):
    """Every finding over facts is the reference's, evidence and missing terms included."""
    book, cases = drawn
    assert list(Columnar().evaluate(book, cases)) == list(Reference().evaluate(book, cases))


@AGREEMENT
@given(pattern_books_and_cases())
def test_columnar_and_reference_agree_on_events(drawn):
    """Every finding over events is the reference's: verdict, violated ids, met count and due days."""
    book, cases = drawn
    assert list(Columnar().evaluate(book, cases)) == list(Reference().evaluate(book, cases))


@COUNTRIES
@given(books_and_cases())
def test_shared_institutions_and_layers_agree_on_facts(drawn):
    """Terms joined from the tables above, and parameters joined by layer, give the reference's findings."""
    _assert_country_agrees(country_of(*drawn))


@COUNTRIES
@given(pattern_books_and_cases())
def test_shared_provinces_and_layers_agree_on_events(drawn):
    """Events of a province that its outlets share, and limits that differ by layer, give the reference's findings."""
    _assert_country_agrees(country_of(*drawn))


def _assert_country_agrees(country):
    said = {
        (one.subject, one.subject_id, one.rule): one
        for layer in LAYERS
        for one in Reference().evaluate(country.books[layer], country.cases(layer))
    }
    found = evaluate_tables(country.books, country.tables(), keep_all=True)
    book = country.books[LAYERS[0]]
    assert _read(found.verdicts, book) == {
        key: (one.verdict, one.missing, one.evidence) for key, one in said.items()
    }
    assert _counts(found.counts) == Counter((one.rule, one.province, one.verdict) for one in said.values())
    assert _owed(found.due) == _owed_by(said.values(), book)
    assert dict(found.outlets.select("outlet_id", "conclusion").rows()) == _conclusions(
        country, said.values()
    )
    shown = evaluate_tables(country.books, country.tables()).verdicts
    few = (Verdict.FAIL, Verdict.UNDETERMINED)
    assert _read(shown, book) == {
        key: one for key, one in _read(found.verdicts, book).items() if one[0] in few
    }


def _read(verdicts, book):
    types = {name: term.type for name, term in book.vocabulary.terms.items()}
    return {
        (Subject(row["subject"]), row["subject_id"], row["rule"]): (
            Verdict(row["verdict"]),
            tuple(row["missing"]),
            evidence.read(row["evidence"], types),
        )
        for row in verdicts.iter_rows(named=True)
    }


def _counts(counts):
    return Counter(
        {
            (row["rule"], row["province"], Verdict(row["verdict"])): row["count"]
            for row in counts.iter_rows(named=True)
        }
    )


def _owed(due):
    return Counter(
        (row["subject_id"], row["rule"], Due(day_number(row["day"]), row["event"]))
        for row in due.iter_rows(named=True)
    )


def _owed_by(findings, book):
    patterns = {rule.id for rule in book.rules if isinstance(rule.requires, Pattern)}
    return Counter(
        (one.subject_id, one.rule, due)
        for one in findings
        if one.rule in patterns
        for due in one.evidence.due
    )


def _conclusions(country, findings):
    """The roll-up, outlet by outlet."""
    shall = {
        (layer, rule.id)
        for layer, book in country.books.items()
        for rule in book.rules
        if rule.modality is Modality.SHALL
    }
    outlets = {one.id: one for one in country.entities if one.subject is Subject.OUTLET}
    verdicts = {id_: set() for id_ in outlets}
    for one in findings:
        for id_, outlet in outlets.items():
            above = outlet.above[Subject.INSTITUTION].id
            concerns = one.outlet_id == id_ or (
                one.subject is Subject.INSTITUTION and one.subject_id == above
            )
            # A case has its layer for a province.
            if (one.province, one.rule) in shall and concerns:
                verdicts[id_].add(one.verdict)
    return {
        id_: "不合格" if Verdict.FAIL in some else "待核实" if Verdict.UNDETERMINED in some else "合格"
        for id_, some in verdicts.items()
    }
