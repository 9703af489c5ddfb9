"""Why one outlet is judged as it is: its own rules, its institution's, its province's and its operators', in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from policyengine.batch.cases import case_of_outlet
from policyengine.diagnostics import RefusedError
from policyengine.engines.reference.explain import explain
from policyengine.engines.reference.judge import Reference
from policyengine.semantics.ir import Modality
from policyengine.semantics.rollup import Conclusion, conclude
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policyengine.batch.sources import Input
    from policyengine.engines.cases import Case
    from policyengine.engines.reference.explain import Explanation
    from policyengine.semantics.ir import Book


@dataclass(frozen=True, slots=True)
class SubjectExplained:
    """One subject with the explanations of every rule about it, in the order of the book."""

    subject: Subject
    subject_id: str
    layer: str
    case: Case
    explanations: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True)
class OutletExplained:
    """An outlet's conclusion and all that decides about it."""

    outlet_id: str
    conclusion: Conclusion
    subjects: tuple[SubjectExplained, ...]

    def as_json(self) -> dict[str, object]:
        """Give all of it as plain data."""
        return {
            "outlet_id": self.outlet_id,
            "conclusion": str(self.conclusion),
            "subjects": [
                {
                    "subject": str(one.subject),
                    "subject_id": one.subject_id,
                    "layer": one.layer,
                    "rules": [_plain(asdict(explained)) for explained in one.explanations],
                }
                for one in self.subjects
            ],
        }


class UnknownOutletError(RefusedError):
    """The input has no such outlet; the message is for people."""


def explain_outlet(
    data: Input, outlet_id: str, book_of: Callable[[str], Book], layers: Mapping[str, str]
) -> OutletExplained:
    """Explain an outlet. `book_of` gives the book of a division code; `layers` names layers.

    Raises:
        UnknownOutletError: if the input has no such outlet, or set it aside.

    """
    cases = case_of_outlet(data, outlet_id)
    if not cases:
        aside = data.quarantine.filter(
            (data.quarantine["subject_id"] == outlet_id) & (data.quarantine["table"] == "outlets")
        )
        if aside.height:
            reasons = "；".join(aside["reason"].to_list())
            raise UnknownOutletError(f"网点“{outlet_id}”的数据被隔离，未参加评估：{reasons}")
        raise UnknownOutletError(f"数据中没有网点“{outlet_id}”")
    subjects = []
    deciding = []
    for case in cases:
        book = book_of(case.region or case.province)
        modality = {rule.id: rule.modality for rule in book.rules}
        findings = list(Reference().evaluate(book, [case]))
        told = tuple(explain(book, case, finding, layers) for finding in findings)
        subjects.append(
            SubjectExplained(case.subject, case.id, layers.get(book.layer, book.layer), case, told)
        )
        if case.subject is not Subject.PROVINCE:
            deciding += [(modality[one.rule], one.verdict) for one in findings]
    return OutletExplained(outlet_id, conclude(deciding), tuple(subjects))


def _plain(thing: object) -> object:
    if isinstance(thing, dict):
        return {key: _plain(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [_plain(value) for value in thing]
    return str(thing) if isinstance(thing, Modality) else thing
