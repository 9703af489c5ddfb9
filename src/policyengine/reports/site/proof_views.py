"""Whether each layer is lawful, proved when the site is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.overlays.layers import NATION
from policyengine.proofs.answers import Answer, Refuted, Unproved
from policyengine.proofs.overlay import lawful_overlay
from policyengine.proofs.wording import weakening
from policyengine.reports.site import wording
from policyengine.reports.site.model import ProofView

if TYPE_CHECKING:
    from policyengine.proofs.answers import Proof, RuleProof
    from policyengine.rulebook import Shelf


def proof_views(shelf: Shelf) -> dict[str, ProofView]:
    """Give the proof of every layer against the one above it, on all days."""
    return {code: _view(lawful_overlay(shelf, code)) for code in shelf.layers if code != NATION}


def _view(proof: Proof) -> ProofView:
    if proof.answer is Answer.PROVED:
        titles = tuple(dict.fromkeys(one.title for one in proof.rules))
        return ProofView(wording.PROOFS[proof.answer], wording.proved(titles))
    told = [line for one in proof.rules if (line := _line(one))]
    scenarios = [one.scenario for one in proof.refuted if one.scenario]
    return ProofView(wording.PROOFS[proof.answer], "；".join(told), "\n\n".join(scenarios))


def _line(one: RuleProof) -> str:
    match one.outcome:
        case Refuted(counterexample):
            return weakening(counterexample.weakening, one.title)
        case Unproved(reason):
            return f"“{one.title}”：{reason}"
        case _:
            return ""
