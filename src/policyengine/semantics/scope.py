"""Which names a condition may use, and what they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policyengine.diagnostics import did_you_mean
from policyengine.semantics import wording
from policyengine.semantics.ir import Expression, ParameterRef, TermRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.diagnostics import Problems, Span
    from policyengine.language.syntax import Name
    from policyengine.values import Type


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that one condition may use.

    `elsewhere` maps names out of reach to their owner. `sizes` bounds the absolute values of terms, where known. `broken` are derived terms that have a problem of their own:
    they are told once, there.
    """

    subject: str
    clause: str
    terms: Mapping[str, Type]
    parameters: Mapping[str, Type]
    problems: Problems
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    sizes: Mapping[str, int] = field(default_factory=dict)

    def find(self, name: str) -> Expression | None:
        """Resolve a name silently."""
        if name in self.terms:
            return TermRef(name, self.terms[name])
        if name in self.parameters:
            return ParameterRef(name, self.parameters[name])
        return None

    def complain(self, code: str, message: str, span: Span, help: str = "") -> None:  # noqa: A002
        """Record a problem of this condition."""
        self.problems.add(code, message, span, clause=self.clause, help=help)

    def complain_unknown(self, name: Name) -> None:
        """Record a name that means nothing here."""
        if name.text in self.broken:
            return
        if name.text in self.elsewhere:
            message = wording.wrong_subject(name.text, self.elsewhere[name.text], self.subject)
            self.complain("T002", message, name.span, "把规则写在有这个词的对象上")
            return
        known = (*self.terms, *self.parameters)
        self.complain(
            "T001", wording.unknown_name(name.text, self.subject), name.span, did_you_mean(name.text, known)
        )
