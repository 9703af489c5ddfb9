"""Random rule books of facts and cases for them: small domains, values that hug the boundaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from agreement.generated_words import (
    BOOLEAN,
    CHOICE,
    CHOICES,
    DATE,
    INTEGER,
    MEMBERS,
    TEXT,
    TEXTS,
    VOCABULARY,
    decimal,
)
from policyengine.engines.cases import Case
from policyengine.semantics.ir import (
    ALWAYS,
    Adjustable,
    All,
    Any,
    Arithmetic,
    ArithmeticOperator,
    AsOf,
    Basis,
    Book,
    Comparator,
    Compare,
    Constant,
    DatedValue,
    DaysBetween,
    DayUnit,
    DecisionTable,
    Definition,
    Filled,
    Hit,
    Holds,
    Includes,
    Member,
    Modality,
    Negation,
    Parameter,
    ParameterRef,
    Rescale,
    Rule,
    TableRow,
    TermRef,
    Truth,
)
from policyengine.values import Kind, Type, day_number
from policyengine.vocabulary.terms import ABOVE, Subject

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from policyengine.semantics.ir import Condition, Expression
    from policyengine.values import Value

CASES_PER_BOOK = 20

# Around holidays, make-up days, the end of the official calendar, and before its beginning.
AS_OF_DAYS = (
    date(2025, 6, 30),
    date(2025, 10, 12),
    date(2025, 2, 9),
    date(2027, 1, 4),
    date(1999, 10, 8),
)
_SETS = tuple(
    frozenset(member for place, member in enumerate(MEMBERS) if mask >> place & 1) for mask in range(8)
)
_ORDERED = tuple(Comparator)
_EQUALITY = (Comparator.EQUAL, Comparator.UNEQUAL)


@dataclass(slots=True)
class Palette:
    """What conditions of a subject may be made of: terms and parameters by kind."""

    today: int
    refs: dict[Kind, list[TermRef | ParameterRef]] = field(default_factory=dict)

    def add(self, ref: TermRef | ParameterRef) -> None:
        self.refs.setdefault(ref.type.kind, []).append(ref)

    def terms(self) -> list[TermRef]:
        return [ref for refs in self.refs.values() for ref in refs if isinstance(ref, TermRef)]

    def of(self, *kinds: Kind) -> list[TermRef | ParameterRef]:
        return [ref for kind in kinds for ref in self.refs.get(kind, [])]


def values_of(kind: Type, today: int) -> SearchStrategy[Value]:
    """Give small domains: few numbers, days around the as-of day, all sets of three members."""
    match kind.kind:
        case Kind.BOOLEAN:
            return st.booleans()
        case Kind.INTEGER:
            return st.sampled_from((0, 1, 2, 3, 4, -1, 10**6))
        case Kind.DECIMAL:
            one = 10**kind.places
            return st.sampled_from((0, one, one + 1, one - 1, 2 * one, 3 * one, -one, 2 * one + 1))
        case Kind.DATE:
            return st.integers(today - 9, today + 3)
        case Kind.CHOICE:
            return st.sampled_from(MEMBERS)
        case Kind.CHOICES:
            return st.sampled_from(_SETS)
        case Kind.TEXT:
            return st.sampled_from(TEXTS)


def parameters(draw: DrawFn, as_of: date) -> dict[str, Parameter]:
    """Draw a value for each of a fixed list of parameters, one of every kind."""
    found = {}
    for name, kind in (
        ("参数一", INTEGER),
        ("参数二", INTEGER),
        ("参小数", decimal(1)),
        ("参日", DATE),
        ("参真", BOOLEAN),
        ("参选", CHOICE),
        ("参集", CHOICES),
    ):
        value = draw(values_of(kind, day_number(as_of)))
        current = DatedValue(date(1990, 1, 1), value, "000000", Basis.EXAMPLE, "生成")
        found[name] = Parameter(name, kind, current, (current,), Adjustable.NO)
    return found


# --- expressions -------------------------------------------------------------------------------------


def _number(draw: DrawFn, palette: Palette, depth: int) -> tuple[Expression, int]:
    """Draw a number and its decimal places."""
    choice = draw(st.integers(0, 11 if depth else 5))
    if choice <= 4:
        ref = draw(st.sampled_from(palette.of(Kind.INTEGER, Kind.DECIMAL)))
        return ref, ref.type.places
    if choice == 5:
        return Constant(draw(st.integers(-1, 3)), INTEGER), 0
    if choice <= 7:
        unit = draw(st.sampled_from(DayUnit))
        return DaysBetween(_date(draw, palette), _date(draw, palette), unit, INTEGER), 0
    left, left_places = _number(draw, palette, depth - 1)
    right, right_places = _number(draw, palette, depth - 1)
    if choice == 8:
        places = left_places + right_places
        return Arithmetic(ArithmeticOperator.TIMES, left, right, _number_type(places)), places
    places = max(left_places, right_places)
    operator = draw(st.sampled_from((ArithmeticOperator.PLUS, ArithmeticOperator.MINUS)))
    left, right = _scaled(left, left_places, places), _scaled(right, right_places, places)
    return Arithmetic(operator, left, right, _number_type(places)), places


def _number_type(places: int) -> Type:
    return decimal(places) if places else INTEGER


def _scaled(expression: Expression, places: int, to: int) -> Expression:
    return expression if places == to else Rescale(expression, 10 ** (to - places), _number_type(to))


def _date(draw: DrawFn, palette: Palette) -> Expression:
    choice = draw(st.integers(0, 5))
    if choice == 0:
        return AsOf()
    if choice == 1:
        return Constant(draw(values_of(DATE, palette.today)), DATE)
    return draw(st.sampled_from(palette.of(Kind.DATE)))


def _simple(draw: DrawFn, palette: Palette, of: Type) -> Expression:
    """Draw a reference or a constant of a kind without arithmetic."""
    refs = palette.of(of.kind)
    if not refs or draw(st.integers(0, 2)) == 0:
        return Constant(draw(values_of(of, palette.today)), of)
    return draw(st.sampled_from(refs))


# --- conditions --------------------------------------------------------------------------------------


def _atom(draw: DrawFn, palette: Palette) -> Condition:
    match draw(st.integers(0, 11)):
        case 0 | 1 | 2:
            left, left_places = _number(draw, palette, 2)
            right, right_places = _number(draw, palette, 1)
            places = max(left_places, right_places)
            left, right = _scaled(left, left_places, places), _scaled(right, right_places, places)
            return Compare(draw(st.sampled_from(_ORDERED)), left, right)
        case 3:
            return Compare(draw(st.sampled_from(_ORDERED)), _date(draw, palette), _date(draw, palette))
        case 4 | 5:
            return Holds(draw(st.sampled_from(palette.of(Kind.BOOLEAN))))
        case 6:
            of = draw(st.sampled_from((BOOLEAN, CHOICE, CHOICES, TEXT)))
            left = draw(st.sampled_from(palette.of(of.kind) or palette.of(Kind.BOOLEAN)))
            return Compare(draw(st.sampled_from(_EQUALITY)), left, _simple(draw, palette, left.type))
        case 7 | 8:
            return Member(_simple(draw, palette, CHOICE), _simple(draw, palette, CHOICES))
        case 9:
            return Includes(_simple(draw, palette, CHOICES), _simple(draw, palette, CHOICES))
        case 10:
            return Filled(draw(st.sampled_from(palette.terms())))
        case _:
            return Truth(draw(st.booleans()))


def condition(draw: DrawFn, palette: Palette, depth: int = 2) -> Condition:
    """Draw a condition of every node kind, nested up to `depth`."""
    choice = draw(st.integers(0, 7)) if depth else 0
    if choice <= 3:
        return _atom(draw, palette)
    if choice == 4:
        return Negation(condition(draw, palette, depth - 1))
    parts = tuple(condition(draw, palette, depth - 1) for _ in range(draw(st.integers(2, 3))))
    return All(parts) if choice <= 6 else Any(parts)


# --- derived terms -----------------------------------------------------------------------------------


def _definition(draw: DrawFn, name: str, subject: Subject, palette: Palette) -> Definition:
    match draw(st.integers(0, 4)):
        case 0:
            return Definition(name, subject, BOOLEAN, condition(draw, palette, 1))
        case 1:
            body, places = _number(draw, palette, 2)
            return Definition(name, subject, _number_type(places), body)
        case _:
            of = draw(st.sampled_from((CHOICE, CHOICE, INTEGER, BOOLEAN)))
            return Definition(name, subject, of, _table(draw, palette, of))


def _table(draw: DrawFn, palette: Palette, of: Type) -> DecisionTable:
    """Draw a table; the rows of 唯一 exclude each other, with gaps, and 首个 often ends in 否则."""
    conditions = [condition(draw, palette, 1) for _ in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        hit = Hit.FIRST
        if draw(st.booleans()):
            conditions.append(ALWAYS)
    else:
        hit = Hit.UNIQUE
        earlier: list[Condition] = []
        for place, one in enumerate(conditions):
            conditions[place] = All((*earlier, one)) if earlier else one
            earlier.append(Negation(one))
    return DecisionTable(hit, tuple(TableRow(one, _simple(draw, palette, of)) for one in conditions))


# --- books and cases ---------------------------------------------------------------------------------


def palettes(
    draw: DrawFn, found: dict[str, Parameter], as_of: date, *, most: int
) -> tuple[tuple[Definition, ...], dict[Subject, Palette]]:
    """Draw definitions, and give what each subject may read."""
    made = {subject: Palette(day_number(as_of)) for subject in Subject}
    for subject, palette in made.items():
        for term in VOCABULARY.readable_by(subject).values():
            palette.add(TermRef(term.name, term.type))
        for parameter in found.values():
            palette.add(ParameterRef(parameter.name, parameter.type))
    definitions = []
    for place in range(draw(st.integers(0, most))):
        subject = draw(
            st.sampled_from((Subject.OUTLET, Subject.OUTLET, Subject.INSTITUTION, Subject.PROVINCE))
        )
        definition = _definition(draw, f"导出{place}", subject, made[subject])
        definitions.append(definition)
        for reader, palette in made.items():
            if subject in (reader, *ABOVE[reader]):
                # Twice, so that definitions are read often, by rules and by other definitions.
                palette.add(TermRef(definition.name, definition.type))
                palette.add(TermRef(definition.name, definition.type))
    return tuple(definitions), made


def case(
    draw: DrawFn,
    subject: Subject,
    place: int,
    today: int,
    rules: tuple[Rule, ...],
    names: frozenset[str] | None = None,
) -> Case:
    """Draw the facts (of these names, or all) of one subject: complete, with some gaps, or with many."""
    gaps = draw(st.integers(0, 2))
    values = {}
    for term in VOCABULARY.readable_by(subject).values():
        if (names is None or term.name in names) and not (gaps and draw(st.integers(0, 4)) < gaps):
            values[term.name] = draw(values_of(term.type, today))
    waived = frozenset({draw(st.sampled_from(rules)).id}) if draw(st.integers(0, 15)) == 15 else frozenset()
    outlet = f"W{place}" if subject in {Subject.OUTLET, Subject.OPERATOR} else ""
    return Case(subject, f"S{place}", values, (), outlet, "320000", "320102", waived)


@st.composite
def books_and_cases(draw: DrawFn) -> tuple[Book, tuple[Case, ...]]:
    """Draw a book of fact rules and cases for it, most of them of the subject of most of its rules."""
    as_of = draw(st.sampled_from(AS_OF_DAYS))
    today = day_number(as_of)
    found = parameters(draw, as_of)
    definitions, made = palettes(draw, found, as_of, most=4)
    subjects = draw(
        st.sampled_from(
            [(Subject.OUTLET, Subject.INSTITUTION)] * 4 + [(one, Subject.OUTLET) for one in Subject]
        )
    )
    rules = tuple(
        Rule(
            id=f"rule.number-{place}",
            title=f"规则{place}",
            clause="五",
            quotations=(),
            modality=draw(st.sampled_from((Modality.SHALL, Modality.SHALL, Modality.SHOULD, Modality.MAY))),
            subject=subject,
            applies=condition(draw, made[subject], 1) if draw(st.booleans()) else ALWAYS,
            requires=condition(draw, made[subject], 3),
            waivable=draw(st.booleans()),
        )
        for place, subject in enumerate((subjects[0], subjects[0], subjects[0], subjects[1]))
    )
    cases = tuple(
        case(draw, subjects[1] if place % 10 == 9 else subjects[0], place, today, rules)
        for place in range(CASES_PER_BOOK)
    )
    return Book("000000", as_of, VOCABULARY, definitions, rules, found), cases
