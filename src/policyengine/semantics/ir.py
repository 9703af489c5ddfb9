"""The meaning of a rule book on a day. Engines, proofs and reports know this and nothing below it.

Frozen and without behaviour; passes over it are functions with `match` and `assert_never`.
All numbers are integers: decimals are scaled (see `policyengine.values`), dates are days since 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.diagnostics import Span
    from policyengine.values import Type, Value
    from policyengine.vocabulary.terms import Subject, Vocabulary


# --- value expressions -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that the rule states itself. A set constant has kind 多选."""

    value: Value
    type: Type


@dataclass(frozen=True, slots=True)
class TermRef:
    """A term of the subject (or one above), recorded or derived; in an event condition, a field of the event."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """A parameter; its value is `Book.parameters[name].value`."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class AsOf:
    """评估日, the day of the evaluation, as a date."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left operator right`; both already have the same scale for + and −; a product's scale is the sum of both."""

    operator: ArithmeticOperator
    left: Expression
    right: Expression
    type: Type


class ArithmeticOperator(StrEnum):
    """The three that keep integers exact."""

    PLUS = "+"
    MINUS = "−"
    TIMES = "×"


@dataclass(frozen=True, slots=True)
class Rescale:
    """`operand × factor`: brings a number to a finer scale, so that both sides of a comparison agree."""

    operand: Expression
    factor: int
    type: Type


@dataclass(frozen=True, slots=True)
class DaysBetween:
    """天数 or 工作日数 from `start` to `end`; negative if `end` is earlier. Working days are differences of ordinals."""

    start: Expression
    end: Expression
    unit: DayUnit
    type: Type


class DayUnit(StrEnum):
    """What a limit counts."""

    DAYS = "日"
    WORKDAYS = "工作日"


Expression: TypeAlias = "Constant | TermRef | ParameterRef | AsOf | Arithmetic | Rescale | DaysBetween"


# --- conditions --------------------------------------------------------------------------------------


class Comparator(StrEnum):
    """How two values compare; only = and ≠ for booleans, choices, texts and sets."""

    EQUAL = "="
    UNEQUAL = "≠"
    LESS = "<"
    AT_MOST = "≤"
    GREATER = ">"
    AT_LEAST = "≥"


@dataclass(frozen=True, slots=True)
class Truth:
    """是 or 否, always."""

    value: bool


@dataclass(frozen=True, slots=True)
class Holds:
    """A boolean term (or parameter) standing alone as a condition."""

    operand: TermRef | ParameterRef


@dataclass(frozen=True, slots=True)
class Compare:
    """`left comparator right`, of one type and scale."""

    comparator: Comparator
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Member:
    """属于: `item` (a choice) is one of `collection` (a 多选 constant, parameter or term)."""

    item: Expression
    collection: Expression


@dataclass(frozen=True, slots=True)
class Includes:
    """包含: `collection` (多选) includes every one of `members` (多选)."""

    collection: Expression
    members: Expression


@dataclass(frozen=True, slots=True)
class Filled:
    """已填报: the term has a value. Never unknown. For a derived term: its value is known."""

    term: TermRef


@dataclass(frozen=True, slots=True)
class Negation:
    """非."""

    operand: Condition


@dataclass(frozen=True, slots=True)
class All:
    """且 of two or more."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """或 of two or more."""

    parts: tuple[Condition, ...]


Condition: TypeAlias = "Truth | Holds | Compare | Member | Includes | Filled | Negation | All | Any"

ALWAYS = Truth(value=True)


# --- derived terms -----------------------------------------------------------------------------------


class Hit(StrEnum):
    """DMN hit policies."""

    UNIQUE = "唯一"
    FIRST = "首个"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a decision table: `when` holds, so `gives`."""

    when: Condition
    gives: Expression


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A choice among rows.

    唯一: the value of a row whose condition is true; no row true is unknown.
    首个: the value of the first row that is true while all rows above it are false; else unknown.
    """

    hit: Hit
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A derived term. A boolean one has a Condition for body; others an Expression or a table."""

    name: str
    subject: Subject
    type: Type
    body: Expression | Condition | DecisionTable
    meaning: str = ""
    layer: str = "000000"
    source_text: str = ""
    clause: str = ""
    quotations: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False)


# --- parameters --------------------------------------------------------------------------------------


class Basis(StrEnum):
    """How good the source of a value is."""

    NOTES = "编制说明"
    LAW = "法律法规"
    LOCAL = "地方规定"
    ANALOGUE = "参照"
    RECALLED = "待核实"
    EXAMPLE = "示例"


class Adjustable(StrEnum):
    """What an overlay may do to a parameter."""

    NO = "不可"
    UP = "只可调高"
    DOWN = "只可调低"
    ADD = "只可增加"  # sets
    REMOVE = "只可减少"  # sets
    RANGE = "范围内"


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value from a day on, who set it, and why it may be believed."""

    since: date
    value: Value
    layer: str
    basis: Basis
    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter on the day of the book. `history` has every dated value, all layers, oldest first."""

    name: str
    type: Type
    current: DatedValue
    history: tuple[DatedValue, ...]
    adjustable: Adjustable
    low: int | None = None
    high: int | None = None
    rule: str = ""  # the rule or derived term it stands beside
    span: Span | None = field(default=None, compare=False)

    @property
    def value(self) -> Value:
        """The value in force."""
        return self.current.value


# --- events ------------------------------------------------------------------------------------------


class PatternKind(StrEnum):
    """Dwyer's patterns, with DECLARE's activations."""

    EXISTENCE = "应有"
    ABSENCE = "不得有"
    PRECEDENCE = "先有"
    RESPONSE = "随后有"
    RECURRENCE = "定期有"
    IN_FORCE = "有效期内"


class ScopeKind(StrEnum):
    """Where in a trace a pattern speaks. All borders are instants; see docs/events.md."""

    WHOLE = "全程"
    AFTER = "之后"  # after the first Q, to the end
    BEFORE = "之前"  # before the first R; no R, no obligation
    BETWEEN = "之间"  # from Q to the next R, only if that R is there
    AFTER_UNTIL = "之后直到"  # from Q to the next R, or to the end


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `amount` days or working days between the days of two events."""

    amount: Expression
    unit: DayUnit


@dataclass(frozen=True, slots=True)
class Repeated:
    """累计: an event counts only if it is at least the `times`-th of its kind within `window`, itself included.

    The window looks back from the day of the event: day(this) − day(the one `times − 1` earlier) ≤ window.
    """

    times: Expression
    window: Limit


@dataclass(frozen=True, slots=True)
class Selector:
    """Events of these types whose fields meet `condition`."""

    events: tuple[str, ...]
    condition: Condition = ALWAYS
    repeated: Repeated | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The segments of a trace that count: events strictly inside the borders.

    With `from_start`, events at the very instant of the opening belong to the segment too.
    """

    kind: ScopeKind = ScopeKind.WHOLE
    opening: Selector | None = None
    closing: Selector | None = None
    from_start: bool = False


WHOLE = Scope()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A requirement on a trace.

    | kind | activation | target | closing |
    |---|---|---|---|
    | 应有 | the A that must be there, `times` of them (default 1), within `limit` of the segment's start | – | – |
    | 不得有 | the A that must not be there | – | – |
    | 先有 | B, the later one | A, which must come at or before it, no earlier than `limit` | – |
    | 随后有 | A, the earlier one | B, which must come at or after it, within `limit` | – |
    | 定期有 | A, at least once every `limit` | – | – |
    | 有效期内 | B, which must be covered | the opening of a grant | what ends a grant |

    `key` names event fields: the trace is split by their values. `starts` and `ends` name date fields of the
    opening event that say from which day (else from its instant) and to which day inclusive (else without end)
    the grant holds.
    """

    kind: PatternKind
    activation: Selector
    target: Selector | None = None
    closing: Selector | None = None
    scope: Scope = WHOLE
    key: tuple[str, ...] = ()
    limit: Limit | None = None
    times: Expression | None = None
    starts: str | None = None
    ends: str | None = None


# --- rules and books ---------------------------------------------------------------------------------


class Modality(StrEnum):
    """用语, as GB/T 1.1—2020 uses them."""

    SHALL = "应"
    SHOULD = "宜"
    MAY = "可"


class Verdict(StrEnum):
    """结论. The English word is the contract with the outside, the Chinese one is for people."""

    PASS = "pass"  # noqa: S105 -- a verdict
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"

    @property
    def chinese(self) -> str:
        """The word that officials read."""
        return {"pass": "符合", "fail": "不符合", "not_applicable": "不适用", "undetermined": "无法判定"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class Law:
    """A law that a rule also answers to."""

    name: str
    article: str


@dataclass(frozen=True, slots=True)
class Change:
    """What an overlay did to a rule: its layer, the operation's name, the reason and the document."""

    layer: str
    operation: str
    since: date
    reason: str
    document: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One requirement, recommendation or permission."""

    id: str
    title: str
    clause: str
    quotations: tuple[str, ...]
    modality: Modality
    subject: Subject
    applies: Condition
    requires: Condition | Pattern
    message: str = ""  # what to do about a failure
    laws: tuple[Law, ...] = ()
    area: str = ""  # which of the seven unified areas
    tightenable: bool = True
    waivable: bool = False
    layer: str = "000000"
    since: date = date(2025, 2, 1)
    changes: tuple[Change, ...] = ()
    applies_text: str = ""
    requires_text: str = ""
    note: str = ""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Book:
    """The rule book of one layer on a day. `layer` is a division code: 000000 the nation, 320000 a province."""

    layer: str
    as_of: date
    vocabulary: Vocabulary = field(repr=False)
    definitions: tuple[Definition, ...] = ()  # each after those it reads
    rules: tuple[Rule, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    fingerprint: str = ""
