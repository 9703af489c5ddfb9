"""`policyengine watch`: events in, line by line; findings out as they arise."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager, suppress
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import polars as pl
import typer

from policyengine.batch.evaluate import SCHEMA
from policyengine.batch.sources import read_input
from policyengine.batch.watching import KNOWN, SET_ASIDE, STANDING, VIOLATED, WITHDRAWN, Watching
from policyengine.cli import exits
from policyengine.cli.console import Format, err, out
from policyengine.cli.evaluate import write_table
from policyengine.cli.options import OptionalAsOf, Root
from policyengine.rulebook.place import find_root
from policyengine.rulebook.shelf import read_shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policyengine.batch.watching import Row

_STYLES = {VIOLATED: "red", STANDING: "yellow", WITHDRAWN: "green"}


def watch_command(
    events: Annotated[
        str, typer.Option("--events", metavar="FILE|-", help="事件，每行一个 JSON 对象；- 为标准输入")
    ],
    source: Annotated[
        Path | None,
        typer.Argument(metavar="[INPUT]", help="数据目录，登记机构、网点、人员等对象；续接日志时可省略"),
    ] = None,
    as_of: OptionalAsOf = None,
    journal: Annotated[
        Path | None, typer.Option("--journal", help="日志文件；中断后用同一文件续接，结论不变")
    ] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="结束时写出全部结论：.csv、.json 或 .parquet")
    ] = None,
    root: Root = None,
    format: Annotated[  # noqa: A002
        Format | None, typer.Option("--format", help="输出格式；默认在终端为 text，否则为 json")
    ] = None,
) -> int:
    """逐条接收事件，一旦确定违反即报告；到期未办的在时钟走过期限时报告。"""
    resumed = journal is not None and journal.is_file() and journal.stat().st_size > 0
    if source is None and not resumed:
        raise typer.BadParameter("没有可续接的日志，须给出数据目录 INPUT，以登记机构、网点等对象")
    if out_file is not None and out_file.suffix not in {".csv", ".json", ".parquet"}:
        raise typer.BadParameter("结果文件的后缀应是 .csv、.json 或 .parquet")
    if events != "-" and not Path(events).is_file():
        raise typer.BadParameter(f"找不到事件文件“{events}”")
    shelf = read_shelf(find_root(root))
    day = as_of or _today()
    data = None if source is None else read_input(source, shelf.vocabulary, as_of=day)
    tell = _Teller(format or (Format.TEXT if out.is_terminal else Format.JSON))
    watching = Watching(shelf, day, journal, today=None if as_of else _today)
    try:
        if resumed:
            tell.all(watching.standing())
        if data is not None:
            if data.quarantine.height:
                rows = data.quarantine.select("file", "row").unique().height
                err.print(f"登记时有 {rows} 行数据因故未用（隔离）；逐行原因见 evaluate", style="yellow")
            tell.all(watching.enrol(data))
        with _lines(events) as lines, suppress(KeyboardInterrupt):  # a person ends a live stream so
            tell.all(watching.read(lines))
        tell.all(watching.finish())
        if out_file is not None:
            write_table(out_file, pl.DataFrame(watching.verdict_rows(), schema=SCHEMA, orient="row"))
        _print_summary(watching, out_file)
    finally:
        watching.close()
    return exits.DONE


def _today() -> date:
    return date.today()  # noqa: DTZ011 -- the official's own calendar


class _Teller:
    """Writes findings to standard output, each at once, and what was set aside to standard error."""

    def __init__(self, format: Format) -> None:  # noqa: A002
        self._text = format is Format.TEXT

    def all(self, rows: Iterable[Row]) -> None:
        """Write rows as they come."""
        for row in rows:
            if row["类型"] == SET_ASIDE:
                sys.stderr.write(f"隔离 第 {row['行']} 行：{row['原因']}　{row['内容']}\n")
            elif self._text:
                out.print(_sentence(row), style=_STYLES[row["类型"]], markup=False)
            else:
                sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
                sys.stdout.flush()


def _sentence(row: Row) -> str:
    event = f"，事件 {row['事件']}" if row["事件"] else ""
    what = f"{row['规则']} {row['名称']}（{row['条款']}，{row['用语']}）"
    return f"{row['日期']} {row['类型']} {row['对象']} {row['对象编号']}：{what}{event}"


@contextmanager
def _lines(events: str) -> Iterator[Iterable[str]]:
    """Open the stream of lines. Bytes that are no UTF-8 stay visible in the quarantine and never stop the stream."""
    if events == "-":
        yield _decoded(sys.stdin.buffer)
    else:
        with Path(events).open("rb") as file:
            yield _decoded(file)


def _decoded(stream: BinaryIO) -> TextIOWrapper:
    return TextIOWrapper(stream, encoding="utf-8-sig", errors="backslashreplace", newline="\n")


def _print_summary(watching: Watching, out_file: Path | None) -> None:
    counts = watching.counts
    said = [
        f"{kind} {counts[kind]} 条" for kind in (STANDING, VIOLATED, WITHDRAWN, SET_ASIDE) if counts[kind]
    ]
    if counts[KNOWN]:
        said.append(f"此前已收、未再计 {counts[KNOWN]} 条")
    err.print(f"评估日 {watching.as_of.isoformat()}：" + ("，".join(said) or "没有违反"), style="bold")
    if out_file is not None:
        err.print(f"全部结论：{out_file}", markup=False)
