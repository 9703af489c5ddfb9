"""Commands about the book itself: check, vocabulary, coverage."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from rich.table import Table

from policyengine.cli import exits
from policyengine.cli.console import Format, err, out, print_diagnostics, print_json
from policyengine.cli.options import OptionalAsOf, OutputFormat, Root
from policyengine.diagnostics import BookRefusedError, Problems
from policyengine.proofs.book import Severity, book_findings
from policyengine.rulebook.coverage import coverage_of
from policyengine.rulebook.place import find_root
from policyengine.rulebook.shelf import check_everything, read_shelf, read_shelf_with
from policyengine.standard.coverage import Answer
from policyengine.standard.rows import coverage_as_json

if TYPE_CHECKING:
    from policyengine.standard.coverage import Coverage
    from policyengine.vocabulary.terms import EventTerm, Term


def check(as_of: OptionalAsOf = None, root: Root = None, format: OutputFormat = Format.TEXT) -> int:  # noqa: A002
    """载入全部规则书，一次报告所有问题；再证明判定表无缺口、规则有意义。"""
    day = as_of or date.today()  # noqa: DTZ011 -- the official's own calendar
    try:
        books = check_everything(find_root(root), day)
    except BookRefusedError as error:
        if format is Format.JSON:
            print_json({"ok": False, "diagnostics": [one.as_json() for one in error.diagnostics]})
        else:
            print_diagnostics(error.diagnostics)
        return exits.DOES_NOT_LOAD
    # The overlays are proved one by one by `overlay check`; here the nation's book is.
    flaws = book_findings(books[0])
    sound = all(one.severity is not Severity.ERROR for one in flaws)
    if format is Format.JSON:
        layers = [
            {"layer": one.layer, "rules": len(one.rules), "fingerprint": one.fingerprint} for one in books
        ]
        findings = [
            {
                "flaw": str(one.flaw),
                "severity": str(one.severity),
                "about": list(one.about),
                "message": one.message,
            }
            for one in flaws
        ]
        print_json(
            {"ok": sound, "as_of": day.isoformat(), "layers": layers, "diagnostics": [], "findings": findings}
        )
        return exits.DONE if sound else exits.DOES_NOT_HOLD
    for book in books:
        out.print(
            f"{book.layer}：规则 {len(book.rules)} 条，定义与判定表 {len(book.definitions)} 个，参数 {len(book.parameters)} 个"
        )
    for one in flaws:
        wrong = one.severity is Severity.ERROR
        out.print(
            f"{one.span or ''} {'错误' if wrong else '提示'}：{one.message}",
            style="red" if wrong else "dim",
            markup=False,
        )
    if not sound:
        return exits.DOES_NOT_HOLD
    out.print(f"规则书在 {day.isoformat()} 没有问题", style="green")
    return exits.DONE


def vocabulary(root: Root = None, format: OutputFormat = Format.TEXT) -> int:  # noqa: A002
    """列出词汇：对象、词、列名、类型、单位、取值。"""
    words = read_shelf(find_root(root)).vocabulary
    if format is Format.JSON:
        print_json(
            {
                "subjects": [
                    {
                        "subject": str(table.subject),
                        "table": table.file,
                        "key": {"name": table.key.name, "column": table.key.column},
                        "references": [
                            {"subject": str(above), "name": column.name, "column": column.column}
                            for above, column in table.references
                        ],
                        "terms": [_term_json(term) for term in table.terms],
                    }
                    for table in words.tables
                ],
                "events": [
                    {
                        "name": one.name,
                        "code": one.code,
                        "subject": str(one.subject),
                        "required": list(one.required),
                        "optional": list(one.optional),
                        "meaning": one.meaning,
                    }
                    for one in words.event_types
                ],
                "event_fields": [_term_json(term) for term in words.event_terms],
            }
        )
        return exits.DONE
    for table in words.tables:
        shown = Table(title=f"{table.subject}（{table.file}）", title_justify="left")
        for heading in ("词", "列", "类型", "单位", "取值", "说明"):
            shown.add_column(heading, overflow="fold")
        for term in table.terms:
            shown.add_row(
                term.name,
                term.column,
                str(term.type.kind),
                term.type.unit,
                "、".join(term.type.members),
                term.meaning,
            )
        out.print(shown)
    events = Table(title="事件", title_justify="left")
    for heading in ("事件", "代码", "对象", "必填", "选填"):
        events.add_column(heading, overflow="fold")
    for one in words.event_types:
        events.add_row(one.name, one.code, str(one.subject), "、".join(one.required), "、".join(one.optional))
    out.print(events)
    return exits.DONE


def _term_json(term: Term | EventTerm) -> dict[str, object]:
    return {
        "name": term.name,
        "column": term.column,
        "type": str(term.type.kind),
        "unit": term.type.unit,
        "places": term.type.places,
        "values": list(term.type.members),
        "meaning": term.meaning,
        "source": term.source,
    }


def coverage(root: Root = None, format: OutputFormat = Format.TEXT) -> int:  # noqa: A002
    """逐句列出标准原文由哪些规则承接；有未覆盖的句子时退出码为 1。"""
    problems = Problems()
    shelf = read_shelf_with(find_root(root), problems)
    if problems.found:
        print_diagnostics(problems.found)
    found = coverage_of(shelf.national, shelf.standard)
    if format is Format.JSON:
        print_json(coverage_as_json(found, shelf.standard))
    else:
        _print_coverage(found)
    return exits.DONE if found.complete and not problems.found else exits.DOES_NOT_HOLD


def _print_coverage(found: Coverage) -> None:
    shown = Table(title="条文覆盖", title_justify="left", show_lines=True)
    for heading, ratio in (("句", 1), ("原文", 6), ("结果", 1), ("规则或理由", 5)):
        shown.add_column(heading, overflow="fold", ratio=ratio)
    for one in found.sentences:
        carried = "、".join(one.rules)
        reason = (
            f"{one.sentence.reason.kind}：{one.sentence.reason.explanation}" if one.sentence.reason else ""
        )
        open_parts = [part.part.text for part in one.parts if part.answer is Answer.NONE]
        missing = f"未覆盖的分项：{'、'.join(open_parts)}" if open_parts else ""
        style = "red" if one in found.unanswered else None
        shown.add_row(
            one.sentence.id,
            one.sentence.text,
            str(one.answer),
            "\n".join(filter(None, (carried, reason, missing))),
            style=style,
        )
    out.print(shown)
    for problem in found.problems:
        err.print(f"{problem.citation.rule}：{problem.message}", style="red", markup=False)
        err.print(f"  建议：{problem.help}", markup=False)
    for citation in found.uncited:
        err.print(f"{citation.rule}：没有引用标准原文", style="red", markup=False)
    counts = Counter(one.answer for one in found.sentences)
    summary = "，".join(f"{answer} {counts[answer]} 句" for answer in Answer if counts[answer])
    out.print(
        f"共 {len(found.sentences)} 句：{summary}", style="green" if found.complete else "red", markup=False
    )
