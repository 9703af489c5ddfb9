"""How the answers about overlays are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.cli.console import out, print_json
from policyengine.values import show_with_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policyengine.proofs.answers import Counterexample, Proof, RuleProof
    from policyengine.proofs.book import BookFinding
    from policyengine.proofs.diff import MeaningChange
    from policyengine.rulebook import Shelf
    from policyengine.semantics.ir import Book

_MARKS = {
    "Proved": ("✓", "green", "已证明"),
    "Refuted": ("✗", "red", "有反例"),
    "Unproved": ("?", "yellow", "未能证明"),
}


# --- check -------------------------------------------------------------------------------------------


def print_proof(shelf: Shelf, code: str, proof: Proof, flaws: Sequence[BookFinding]) -> None:
    """Print what was proved, rule by rule, counterexamples with their scenarios, and the answer."""
    from policyengine.proofs import wording  # noqa: PLC0415 -- Z3 is loaded on demand

    out.print(
        f"{shelf.layers[code]}（{code}）改变了上一层的 {len({one.rule for one in proof.rules})} 条规则",
        style="bold",
    )
    for one in proof.rules:
        mark, style, said = _MARKS[type(one.outcome).__name__]
        out.print(f"{mark} {one.title}（{one.rule}，{_days(one)}）：{said}", style=style, markup=False)
        reason = getattr(one.outcome, "reason", "")
        if reason:
            out.print(f"    {reason}", markup=False)
    for found in proof.refuted:
        out.print(
            f"\n{wording.weakening(found.weakening, found.rule)}。反例（两个引擎重放一致）：",
            style="bold",
            markup=False,
        )
        out.print(found.scenario, markup=False)
    for flaw in flaws:
        facts = "，".join(_facts(flaw, shelf)) or "任何情形"
        out.print(f"✗ {flaw.message}。例如：{facts}", style="red", markup=False)
    if proof.answer.value == "proved" and not flaws:
        out.print(
            "合法：对一切可能的情形，上一层不符合的本层也不符合，上一层无法判定的本层不会成为符合",
            style="green",
        )
    else:
        out.print("不合法：有反例，或有未能证明的规则", style="bold red")


def scenarios_of(proof: Proof) -> str:
    """Join the scenarios of all counterexamples in one feature file."""
    head, *rest = [one.scenario for one in proof.refuted]
    return head if not rest else "\n".join([head, *(_without_language(one) for one in rest)])


def proof_as_json(code: str, proof: Proof, flaws: Sequence[BookFinding]) -> dict[str, object]:
    """Give the proof as plain data."""
    return {
        "layer": code,
        "answer": "refuted" if flaws and proof.answer.value == "proved" else proof.answer.value,
        "rules": [
            {
                "rule": one.rule,
                "title": one.title,
                "answer": type(one.outcome).__name__.lower(),
                "reason": getattr(one.outcome, "reason", ""),
                "from": one.first_day.isoformat(),
                "to": one.last_day.isoformat(),
            }
            for one in proof.rules
        ],
        "counterexamples": [_example(one) for one in proof.refuted],
        "tables": [{"about": list(one.about), "message": one.message} for one in flaws],
    }


def _example(one: Counterexample) -> dict[str, object]:
    return {
        "rule": one.rule,
        "weakening": one.weakening.value,
        "as_of": one.as_of.isoformat(),
        "above": one.above.value,
        "below": None if one.below is None else one.below.value,
        "scenario": one.scenario,
    }


def _days(one: RuleProof) -> str:
    last = "" if one.last_day.year >= 2199 else f" 至 {one.last_day.isoformat()}"
    return f"{one.first_day.isoformat()} 起" if not last else f"{one.first_day.isoformat()}{last}"


def _facts(flaw: BookFinding, shelf: Shelf) -> Iterable[str]:
    terms = shelf.vocabulary.terms
    return (f"{name}为{show_with_unit(value, terms[name].type)}" for name, value in flaw.facts.items())


def _without_language(scenario: str) -> str:
    return scenario.removeprefix("# language: zh-CN\n")


# --- diff --------------------------------------------------------------------------------------------


def print_changes(changes: tuple[MeaningChange, ...], after: Book, *, as_json: bool) -> None:
    """Print what changed in meaning."""
    from policyengine.proofs.diff_wording import render, witness  # noqa: PLC0415 -- Z3 is loaded on demand

    if not as_json:
        out.print(render(changes, after), markup=False)
        return
    print_json(
        [
            {
                "kind": one.kind.value,
                "name": one.name,
                "title": one.title,
                "words": list(one.words),
                "witness": None if one.witness is None else witness(one.witness, after),
            }
            for one in changes
        ]
    )
