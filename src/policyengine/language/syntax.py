"""Rules as written. Spans stand outside equality."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import date

    from policyengine.diagnostics import Span
    from policyengine.documents import Scalar


# --- conditions --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """A word: a term, a parameter or an allowed value."""

    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its unit, if one is written."""

    text: str
    unit: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class MemberSet:
    """`{甲, 乙}`."""

    members: tuple[Name, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`天数(a, b)` or `工作日数(a, b)`."""

    function: str
    start: Expr
    end: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`: arithmetic, comparison, 属于, 不属于 or 包含."""

    operator: str
    left: Expr
    right: Expr
    span: Span = field(compare=False)
    operator_span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class FilledIn:
    """`a 已填报`, or with `negated` `a 未填报`."""

    operand: Expr
    negated: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`非 a`."""

    operand: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Joined:
    """`a 且 b …` or `a 或 b …`."""

    operator: str
    parts: tuple[Expr, ...]
    span: Span = field(compare=False)


Expr: TypeAlias = "Name | Number | Day | MemberSet | Call | Binary | FilledIn | Not | Joined"


# --- parameters --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A value from a day on, as written; several texts for a set. `layer` is the code of who wrote it."""

    since: date
    values: tuple[Scalar, ...]
    basis: str
    source: str
    layer: str = "000000"
    reason: str = ""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ParameterText:
    """A parameter as declared."""

    name: Scalar
    kind: str
    unit: str
    places: int
    members: tuple[str, ...]
    values: tuple[ParameterValue, ...]
    adjustable: str
    adjustable_span: Span | None = field(compare=False)
    bounds: tuple[Scalar, ...] = ()
    owner: str = ""


# --- events ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SelectorText:
    """Event types with a condition, and a count within a window."""

    events: tuple[Scalar, ...]
    condition: Expr | None = None
    times: Scalar | None = None
    window: Scalar | None = None


@dataclass(frozen=True, slots=True)
class PatternText:
    """An event requirement. Roles are those of `semantics.ir.Pattern`; amounts are names or numbers."""

    kind: str
    activation: SelectorText
    target: SelectorText | None
    closing: SelectorText | None
    opening_scope: SelectorText | None
    closing_scope: SelectorText | None
    must_close: bool
    from_start: bool
    key: tuple[Scalar, ...]
    limit: Scalar | None
    times: Scalar | None
    starts: Scalar | None
    ends: Scalar | None
    span: Span = field(compare=False)


# --- items of a file ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LawText:
    """A citation of a law."""

    name: str
    article: str


@dataclass(frozen=True, slots=True)
class ChangeText:
    """What an overlay did to the item."""

    layer: str
    operation: str
    since: date
    reason: str
    document: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule as written. `tightenings` are and-ed conditions that overlays added."""

    id: Scalar
    title: str
    clause: Scalar
    quotations: tuple[Scalar, ...]
    laws: tuple[LawText, ...]
    modality: str
    subject: str
    applies: Expr | None
    applies_text: str
    requires: Expr | None
    requires_text: str
    event: PatternText | None
    parameters: tuple[ParameterText, ...]
    message: str
    tightenable: bool
    waivable: bool
    since: date
    note: str
    span: Span = field(compare=False)
    layer: str = "000000"
    changes: tuple[ChangeText, ...] = ()
    tightenings: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class RowText:
    """A row of a decision table; without `when` it is 否则."""

    when: Expr | None
    gives: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class DefinitionText:
    """A derived term: 为 (`body`) or a decision table (`rows` with `hit`)."""

    name: Scalar
    subject: str
    clause: Scalar | None
    quotations: tuple[Scalar, ...]
    meaning: str
    body: Expr | None
    rows: tuple[RowText, ...]
    hit: str
    kind: str
    unit: str
    places: int
    members: tuple[str, ...]
    parameters: tuple[ParameterText, ...]
    source_text: str
    span: Span = field(compare=False)
    layer: str = "000000"


@dataclass(frozen=True, slots=True)
class BookText:
    """Everything written in rule files."""

    rules: tuple[RuleText, ...] = ()
    definitions: tuple[DefinitionText, ...] = ()
