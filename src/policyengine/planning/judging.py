"""The rules of the book asked about one subject, with the reason in Chinese. Nothing here knows any rule itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.engines.reference.explain import explain
from policyengine.engines.reference.judge import judge
from policyengine.semantics.ir import Modality, Pattern, Verdict
from policyengine.semantics.reads import terms_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policyengine.engines.cases import Case
    from policyengine.semantics.ir import Book, Rule

# 六（三）: which items partner institutions handle, and in what order they are published.
SCOPE_CLAUSE = "六（三）"


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one subject by one rule; `reasons` say why, `advice` what to do about a failure."""

    rule: str
    title: str
    clause: str
    modality: Modality
    verdict: Verdict
    reasons: tuple[str, ...]
    missing: tuple[str, ...] = ()
    advice: str = ""

    @property
    def breaks(self) -> bool:
        """Whether an obligation is surely not met."""
        return self.modality is Modality.SHALL and self.verdict is Verdict.FAIL

    @property
    def is_open(self) -> bool:
        """Whether an obligation could not be judged."""
        return self.modality is Modality.SHALL and self.verdict is Verdict.UNDETERMINED


def judged(
    book: Book, case: Case, wanted: Callable[[Rule], bool], layers: Mapping[str, str]
) -> Iterator[Judged]:
    """Judge a case by those rules of its subject that are wanted, rules over events left out (there are none here)."""
    for rule in book.rules:
        if rule.subject is not case.subject or isinstance(rule.requires, Pattern) or not wanted(rule):
            continue
        finding = judge(rule, case, book)
        told = explain(book, case, finding, layers)
        why = told.failed if finding.verdict is Verdict.FAIL and told.failed else told.sentences
        yield Judged(
            rule.id, rule.title, rule.clause, rule.modality, finding.verdict, tuple(why), finding.missing, told.advice
        )  # fmt: skip


def about_listing(book: Book) -> Callable[[Rule], bool]:
    """Tell the rules that decide what stands on a list and when: those of 六（三）, and the grading of risk."""

    def wanted(rule: Rule) -> bool:
        return rule.clause == SCOPE_CLAUSE or {"事项类别", "风险等级"} <= set(terms_read(rule, book))

    return wanted


def always(_: Rule) -> bool:
    """Want every rule."""
    return True
