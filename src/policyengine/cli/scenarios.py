"""Commands about scenarios."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from policyengine.cli import exits
from policyengine.cli.console import Format, err, out, print_json
from policyengine.cli.options import OptionalAsOf, OutputFormat, Root
from policyengine.diagnostics import did_you_mean
from policyengine.engines.choose import NAMES, engine_named
from policyengine.proofs.equivalence import equivalent
from policyengine.rulebook.place import find_root
from policyengine.rulebook.shelf import read_shelf
from policyengine.scenarios.books import Books
from policyengine.scenarios.lint import lint
from policyengine.scenarios.mutation.suite import boundary_suite
from policyengine.scenarios.read import feature_files, read_examples
from policyengine.scenarios.run import run
from policyengine.scenarios.verdicts import possible_verdicts

scenarios_app = typer.Typer(help="场景：运行、起草、检查", no_args_is_help=True)


@scenarios_app.command("run")
def run_scenarios(
    paths: Annotated[list[Path] | None, typer.Argument(help="场景文件或目录；默认全部")] = None,
    engine: Annotated[str, typer.Option(help=f"引擎：{'、'.join(NAMES)}，或 all")] = "reference",
    root: Root = None,
    format: OutputFormat = Format.TEXT,  # noqa: A002
) -> int:
    """运行场景，列出不成立的；有不成立的退出码为 1。"""
    if engine != "all" and engine not in NAMES:
        raise typer.BadParameter(f"没有名为“{engine}”的引擎；可选 {'、'.join(NAMES)}、all")
    home = find_root(root)
    books = Books(read_shelf(home))
    examples = read_examples(feature_files(home, paths or ()), home, books)
    red = 0
    rows = []
    for name in NAMES if engine == "all" else (engine,):
        for outcome in run(examples, engine_named(name), books.of):
            one = outcome.example
            rows.append(
                {
                    "engine": name, "place": one.place, "feature": one.feature, "scenario": one.name,
                    "rule": one.rule, "holds": outcome.holds, "failures": list(outcome.failures),
                }
            )  # fmt: skip
            if not outcome.holds:
                red += 1
                if format is Format.TEXT:
                    out.print(f"✗ {one.place} {one.name}（{name}）", style="red", markup=False)
                    out.print("\n".join(f"    {failure}" for failure in outcome.failures), markup=False)
    if format is Format.JSON:
        print_json({"scenarios": rows, "failed": red})
    else:
        out.print(f"{len(rows) - red} 个场景成立，{red} 个不成立", style="red" if red else "green")
    return exits.DOES_NOT_HOLD if red else exits.DONE


@scenarios_app.command("new")
def new_scenarios(
    rule: Annotated[str, typer.Argument(metavar="规则", help="规则编号")],
    as_of: OptionalAsOf = None,
    layer: Annotated[str, typer.Option(help="区划代码：用哪一层的规则书")] = "000000",
    root: Root = None,
) -> int:
    """起草一条规则的边界场景（每种结论、每个界限的两侧），供人修改；起草的场景都成立。"""
    day = as_of or date.today()  # noqa: DTZ011 -- the official's own calendar
    book = read_shelf(find_root(root)).book(day, layer)
    found = next((one for one in book.rules if one.id == rule), None)
    if found is None:
        near = did_you_mean(rule, [one.id for one in book.rules])
        raise typer.BadParameter(f"规则书中没有规则“{rule}”{f'；{near}' if near else ''}")
    suite = boundary_suite(found, book, equivalent, engine_named("reference"))
    out.print("\n".join(suite.scenarios), markup=False, end="")
    for verdict in possible_verdicts(found, book):
        if verdict not in suite.verdicts:
            err.print(f"没有找到结论为“{verdict.chinese}”的场景，请补写", style="yellow", markup=False)
    for change in suite.unnoticed:
        err.print(f"没有找到能发现这处改动的场景，请补写：{change}", style="yellow", markup=False)
    return exits.DONE


@scenarios_app.command("lint")
def lint_scenarios(
    paths: Annotated[list[Path] | None, typer.Argument(help="场景文件或目录；默认全部")] = None,
    root: Root = None,
    format: OutputFormat = Format.TEXT,  # noqa: A002
) -> int:
    """找出重复的、没有断言的、写了规则不读的词的场景；有则退出码为 1。"""
    home = find_root(root)
    books = Books(read_shelf(home))
    examples = read_examples(feature_files(home, paths or ()), home, books)
    remarks = lint(examples, books.of)
    if format is Format.JSON:
        rows = [
            {
                "place": one.example.place,
                "scenario": one.example.name,
                "slip": one.slip,
                "message": one.message,
            }
            for one in remarks
        ]
        print_json({"scenarios": len(examples), "remarks": rows})
    else:
        for one in remarks:
            out.print(f"{one.example.place} {one.example.name}", style="red", markup=False)
            out.print(f"    {one.slip}：{one.message}", markup=False)
        said = f"{len(examples)} 个场景，{len(remarks)} 处问题"
        out.print(said, style="red" if remarks else "green")
    return exits.DOES_NOT_HOLD if remarks else exits.DONE
