"""`policyengine review`: the rounds of opinions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policyengine.cli import exits
from policyengine.cli.console import out
from policyengine.cli.options import Root
from policyengine.diagnostics import Problems
from policyengine.reports.opinions.intake import read_sheet
from policyengine.reports.opinions.places import places_of
from policyengine.reports.opinions.rounds import Round, read_round, read_rounds, write_round
from policyengine.reports.opinions.sheet import write_sheet
from policyengine.reports.opinions.summary import summary_sentence, write_excel, write_word
from policyengine.reports.opinions.wording import SUMMARY_TITLE
from policyengine.reports.site.gather import read_policy_examples
from policyengine.rulebook.coverage import coverage_of
from policyengine.rulebook.place import find_root
from policyengine.rulebook.shelf import read_shelf

if TYPE_CHECKING:
    from policyengine.reports.opinions.places import Places

review_app = typer.Typer(help="征求意见：生成意见表、导入意见、汇总处理", no_args_is_help=True)

_WRITERS = {".xlsx": write_excel, ".docx": write_word}
_NAME = re.compile(r"[\w.\-]+")
RoundName = Annotated[
    str | None, typer.Option("--round", metavar="NAME", help="轮次，即 reviews/ 中的文件名（不带后缀）")
]


@review_app.command("sheet")
def sheet(
    file: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="意见表写到哪个文件")],
    round_name: RoundName = None,
    root: Root = None,
) -> int:
    """生成 Excel 意见表；给出轮次时，填入该轮已登记的意见，供起草组填写处理意见。"""
    if file.suffix != ".xlsx":
        raise typer.BadParameter("意见表的后缀应是 .xlsx", param_hint="--out")
    home = find_root(root)
    chosen = _round(home, round_name) if round_name else None
    write_sheet(file, _places(home), chosen)
    out.print(f"意见表：{file}", markup=False)
    return exits.DONE


@review_app.command("import")
def import_sheet(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.xlsx", exists=True, dir_okay=False, help="填好的意见表")
    ],
    round_name: Annotated[
        str, typer.Option("--round", metavar="NAME", help="轮次；没有则新建 reviews/NAME.json")
    ],
    title: Annotated[
        str, typer.Option("--title", help="新建轮次的名称，如“征求意见稿第二次征求意见”；默认同轮次")
    ] = "",
    root: Root = None,
) -> int:
    """把意见表读回 reviews/；有一处放不到位就全部不导入，并逐行逐列说明。"""
    if not _NAME.fullmatch(round_name) or round_name.startswith("."):
        raise typer.BadParameter("轮次只用字母、数字、汉字、点、横线和下划线", param_hint="--round")
    home = find_root(root)
    problems = Problems()
    into = read_round(home, round_name, problems)
    problems.stop_if_any()
    taken = read_sheet(file, _places(home), into or Round(round_name, title or round_name))
    path = write_round(home, taken.round)
    told = [f"新登记 {taken.new} 条", f"更新处理意见 {taken.settled} 条", f"已登记过 {taken.known} 条"]
    out.print(f"{path.relative_to(home)}：{'，'.join(told)}", markup=False)
    out.print(summary_sentence(taken.round.tally), markup=False)
    return exits.DONE


@review_app.command("summary")
def summary(
    round_name: RoundName = None,
    target: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE|DIR", help="写成 .xlsx 或 .docx 文件；给目录则两种都写"),
    ] = None,
    root: Root = None,
) -> int:
    """汇总各轮意见：打印编制说明用的句子，写出意见汇总处理表。"""
    home = find_root(root)
    problems = Problems()
    rounds = read_rounds(home, problems)
    problems.stop_if_any()
    if round_name:
        rounds = (_round(home, round_name),)
    if target is not None and target.suffix and target.suffix not in _WRITERS:
        raise typer.BadParameter("后缀应是 .xlsx 或 .docx，或者给出一个目录", param_hint="--out")
    for one in rounds:
        out.print(f"{one.title}：{summary_sentence(one.tally)}", markup=False)
    if target is not None:
        places = _places(home)
        paths = [target] if target.suffix else [target / f"{SUMMARY_TITLE}{ending}" for ending in _WRITERS]
        for path in paths:
            _WRITERS[path.suffix](path, rounds, places)
            out.print(f"{SUMMARY_TITLE}：{path}", markup=False)
    return exits.DONE


def _round(home: Path, name: str) -> Round:
    problems = Problems()
    found = read_round(home, name, problems)
    problems.stop_if_any()
    if found is None:
        known = "、".join(sorted(path.stem for path in (home / "reviews").glob("*.json")))
        raise typer.BadParameter(f"没有名为“{name}”的轮次；已有：{known}", param_hint="--round")
    return found


def _places(home: Path) -> Places:
    shelf = read_shelf(home)
    examples, _ = read_policy_examples(shelf)
    return places_of(shelf, coverage_of(shelf.national, shelf.standard), examples)
