"""What a proof of lawfulness says: proved, refuted or unproved; never a fourth."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import date

    from policyengine.engines.cases import Case
    from policyengine.semantics.ir import Verdict


class Answer(StrEnum):
    """The three answers."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNPROVED = "unproved"


class Weakening(StrEnum):
    """How a layer may be weaker than the one above."""

    FAILURE_LOST = "failure_lost"  # fails above, does not fail below
    DOUBT_LOST = "doubt_lost"  # undetermined above, passes or does not apply below
    MODALITY_LOWERED = "modality_lowered"  # 应 above, not 应 below
    RULE_MISSING = "rule_missing"
    WITHOUT_END = "without_end"  # a 宜 waived for ever
    GAP = "gap"  # complete facts on which a rule cannot decide, because a decision table has no row for them


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A subject on which the layer below is weaker, replayed on two engines.

    `below` is None where the layer below has no such rule. `scenario` is a runnable feature in Chinese that
    holds today: it says what either layer finds.
    """

    weakening: Weakening
    rule: str
    as_of: date
    case: Case
    above: Verdict
    below: Verdict | None
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class Proved:
    """Nothing that fails above stops failing, nothing undetermined above passes."""


@dataclass(frozen=True, slots=True)
class Refuted:
    """A counterexample is known."""

    counterexample: Counterexample


@dataclass(frozen=True, slots=True)
class Unproved:
    """Neither; `reason` is Chinese. Counts as not lawful."""

    reason: str


Outcome: TypeAlias = "Proved | Refuted | Unproved"


@dataclass(frozen=True, slots=True)
class RuleProof:
    """The outcome for one rule of the layer above that means something else below, from a day to a day."""

    rule: str
    title: str
    outcome: Outcome
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Proof:
    """The outcome for each rule that a layer touches; the others mean the same in both layers."""

    rules: tuple[RuleProof, ...] = ()

    @property
    def answer(self) -> Answer:
        """One answer for all: one refutation refutes, one open question leaves all unproved."""
        outcomes = [type(one.outcome) for one in self.rules]
        if Refuted in outcomes:
            return Answer.REFUTED
        return Answer.UNPROVED if Unproved in outcomes else Answer.PROVED

    @property
    def refuted(self) -> tuple[Counterexample, ...]:
        """Give the counterexamples."""
        return tuple(one.outcome.counterexample for one in self.rules if isinstance(one.outcome, Refuted))
