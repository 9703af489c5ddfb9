"""A scenario made ready: a case, the book it is judged by, and what is expected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import date

    from policyengine.engines.cases import Case


@dataclass(frozen=True, slots=True)
class BookKey:
    """Which book judges: a layer's on a day, or the text that the scenario brings; with parameter values put in."""

    as_of: date
    layer: str = "000000"
    text: str = ""
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectVerdict:
    """结论."""

    verdict: str


@dataclass(frozen=True, slots=True)
class ExpectMissing:
    """缺少: exactly these terms."""

    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpectViolated:
    """违反的事件: exactly these ids."""

    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpectDue:
    """待办期限: exactly these days."""

    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpectDerived:
    """The value of a derived term; 无 if it cannot be known."""

    term: str
    value: str


@dataclass(frozen=True, slots=True)
class ExpectConclusion:
    """整体结论."""

    conclusion: str


Expectation: TypeAlias = (
    "ExpectVerdict | ExpectMissing | ExpectViolated | ExpectDue | ExpectDerived | ExpectConclusion"
)


@dataclass(frozen=True, slots=True)
class Example:
    """One scenario (or one row of a 场景大纲). `rule` is empty where the whole book judges.

    `named` are the terms that its own steps name, filled or not; those of the background are not its own.
    """

    file: str
    line: int
    feature: str
    name: str
    book: BookKey
    rule: str
    case: Case
    expectations: tuple[Expectation, ...]
    named: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where it stands: file:line."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An example judged: why it does not hold, empty if it holds. `verdict` is the Chinese word, if one rule judged."""

    example: Example
    failures: tuple[str, ...] = field(default=())
    verdict: str = ""

    @property
    def holds(self) -> bool:
        """Whether every expectation holds."""
        return not self.failures
