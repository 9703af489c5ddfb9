"""Commands about scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policyengine.cli import exits
from policyengine.cli.console import Format, out, print_json
from policyengine.cli.options import OutputFormat, Root
from policyengine.engines.choose import NAMES, engine_named
from policyengine.rulebook.place import find_root
from policyengine.rulebook.shelf import read_shelf
from policyengine.scenarios.books import Books
from policyengine.scenarios.read import feature_files, read_examples
from policyengine.scenarios.run import run

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
