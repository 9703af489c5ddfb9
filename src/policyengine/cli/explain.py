"""`policyengine explain`: why an outlet is judged as it is, clause by clause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from policyengine.batch.explanations import explain_outlet
from policyengine.batch.sources import read_input
from policyengine.cli import exits
from policyengine.cli.console import Format, out, print_json
from policyengine.cli.evaluate import InputPath, Overlays
from policyengine.cli.options import AsOf, OutputFormat, Root, book_chooser
from policyengine.proofs.least_change import least_change
from policyengine.rulebook.place import find_root
from policyengine.rulebook.shelf import read_shelf
from policyengine.semantics.ir import Modality, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.batch.explanations import OutletExplained, SubjectExplained
    from policyengine.engines.reference.explain import Explanation
    from policyengine.proofs.least_change import Advice
    from policyengine.semantics.ir import Book

_STYLES = {
    Verdict.FAIL: "bold red",
    Verdict.UNDETERMINED: "bold yellow",
    Verdict.PASS: "green",
    Verdict.NOT_APPLICABLE: "dim",
}
_ORDER = (Verdict.FAIL, Verdict.UNDETERMINED, Verdict.PASS, Verdict.NOT_APPLICABLE)


def explain_command(
    source: InputPath,
    outlet: Annotated[str, typer.Argument(metavar="OUTLET", help="网点编号")],
    as_of: AsOf,
    overlay: Overlays = None,
    all_rules: Annotated[bool, typer.Option("--all", help="也列出符合与不适用的规则")] = False,
    root: Root = None,
    format: OutputFormat = Format.TEXT,  # noqa: A002
) -> int:
    """说明一个网点为什么得到这样的结论：逐条引用原文，列出事实与限值。"""
    shelf = read_shelf(find_root(root))
    choose = book_chooser(shelf, as_of, overlay)
    data = read_input(source, shelf.vocabulary, as_of=as_of)
    found = explain_outlet(data, outlet, choose, shelf.layers)
    advised = _advice(found, choose)
    if format is Format.JSON:
        told = [{"subject_id": name, "text": one.text} for name, one in advised]
        print_json({"as_of": as_of.isoformat(), **found.as_json(), "advice": told})
        return exits.DONE
    style = {"合格": "bold green", "不合格": "bold red", "待核实": "bold yellow"}[str(found.conclusion)]
    out.print(Text.assemble(f"网点 {outlet}，评估日 {as_of.isoformat()}：", (str(found.conclusion), style)))
    for one in found.subjects:
        _print_subject(one, all_rules=all_rules)
    for name, one_advice in advised:
        out.print(f"\n{name}", style="bold", markup=False)
        for line in one_advice.text.splitlines():
            _indented(Text(line), 2)
    return exits.DONE


def _advice(found: OutletExplained, choose: Callable[[str], Book]) -> list[tuple[str, Advice]]:
    """Give 整改建议 for each subject about which a 应 rule does not pass."""
    return [
        (
            f"{one.subject} {one.subject_id}",
            least_change(choose(one.case.region or one.case.province), one.case),
        )
        for one in found.subjects
        if any(
            told.modality is Modality.SHALL and told.verdict in {Verdict.FAIL, Verdict.UNDETERMINED}
            for told in one.explanations
        )
    ]


def _print_subject(one: SubjectExplained, *, all_rules: bool) -> None:
    counts = {verdict: sum(told.verdict is verdict for told in one.explanations) for verdict in _ORDER}
    summary = "，".join(f"{verdict.chinese} {number}" for verdict, number in counts.items() if number)
    out.print(f"\n{one.subject} {one.subject_id}（{one.layer}规则书）：{summary}", style="bold", markup=False)
    for verdict in _ORDER if all_rules else _ORDER[:2]:
        for told in one.explanations:
            if told.verdict is verdict:
                _print_rule(told)


def _print_rule(told: Explanation) -> None:
    head = Text.assemble(
        (f"{told.verdict.chinese} ", _STYLES[told.verdict]), f"{told.title}（{told.rule}，{told.modality}）"
    )
    _indented(head, 2)
    lines = [f"条款 {told.clause}：“{'”“'.join(told.quotations)}”", *told.sentences]
    lines += [
        f"参数“{note.name}”为 {note.value}：{note.layer}，{note.since} 起，依据：{note.basis}（{note.source}）"
        for note in told.parameters
        if told.verdict in {Verdict.FAIL, Verdict.UNDETERMINED}
    ]
    if told.advice:
        lines.append(f"整改：{told.advice}")
    for line in lines:
        _indented(Text(line), 6)


def _indented(text: Text, indent: int) -> None:
    """Write a line, wrapped under its indent in a terminal and whole in a file."""
    if out.is_terminal:
        out.print(Padding(text, (0, 0, 0, indent)), soft_wrap=False)
    else:
        out.print(" " * indent + text.plain, markup=False)
