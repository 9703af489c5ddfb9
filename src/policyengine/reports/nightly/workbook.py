"""One Excel workbook a province: what its officials act upon, with the words that they know."""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import polars as pl
import xlsxwriter

from policyengine.reports.nightly import wording

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from policyengine.reports.nightly.figures import Figures

# A sheet holds a million rows, but nobody reads them; the tables have all.
MOST_ROWS = 20_000
_MOST_DUE = 2_000
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_VERDICT_HEADS = ("对象", "编号", "网点", "网点名称", "区县", "规则", "名称", "条款", "用语")
_WIDTHS = {
    "编号": 22,
    "网点": 22,
    "网点名称": 26,
    "区县": 24,
    "规则": 34,
    "名称": 28,
    "条款": 12,
    "事实与事件": 60,
    "缺少": 36,
    "说明": 60,
    "文件": 24,
    "原因": 50,
    "区划": 28,
}


def write_workbooks(figures: Figures) -> None:
    """Write a workbook for each province."""
    folder = figures.folder / "workbooks"
    folder.mkdir()
    counties = {code: figures.place_name(code) for code in figures.places["county"].unique().drop_nulls()}
    quarantine = _quarantine(figures)
    for place in figures.provinces():
        book = _Book(figures.as_of)
        book.overview(place.name, figures, place.code)
        _sheets(book, figures.folder, figures, place.code, counties)
        book.sheet("隔离", quarantine.filter(pl.col("省") == place.code).drop("省"), "quarantine.parquet")
        (folder / f"{place.code}-{place.name or place.code}.xlsx").write_bytes(book.finished())


def _sheets(book: _Book, folder: Path, figures: Figures, province: str, counties: dict[str, str]) -> None:
    names = (
        pl.read_parquet(folder / "outlets" / f"{province}.parquet")
        .select(
            "outlet_id",
            pl.col("outlet_name").alias("网点名称"),
            pl.col("county").replace(counties).alias("区县"),
        )
        .lazy()
    )
    titles = pl.LazyFrame({"rule": list(figures.titles), "名称": list(figures.titles.values())})

    def named(rows: pl.LazyFrame) -> pl.LazyFrame:
        joined = rows.join(names, on="outlet_id", how="left").join(titles, on="rule", how="left")
        heads = {
            "subject": "对象",
            "subject_id": "编号",
            "outlet_id": "网点",
            "rule": "规则",
            "clause": "条款",
        }
        return joined.rename(heads)

    verdicts = pl.scan_parquet(folder / "verdicts" / f"{province}.parquet")
    rows = named(verdicts).rename({"modality": "用语"}).sort("区县", "网点", "规则", "编号", nulls_last=True)
    told = pl.col("evidence").map_elements(wording.evidence, return_dtype=pl.String).alias("事实与事件")
    failing = rows.filter(pl.col("verdict") == "fail")
    book.lazy_sheet("不符合", failing, (*_VERDICT_HEADS, told), "verdicts/")
    lacking = pl.col("missing").list.join("、").alias("缺少")
    unknown = rows.filter(pl.col("verdict") == "undetermined")
    book.lazy_sheet("待核实", unknown, (*_VERDICT_HEADS, lacking), "verdicts/")
    due = named(figures.due_soon(province)).sort("day", "区县", "编号", "规则", nulls_last=True)
    shown = (
        pl.col("day").alias("最后一日"),
        "对象",
        "编号",
        "网点",
        "网点名称",
        "区县",
        "规则",
        "名称",
        "条款",
        pl.col("event").alias("事件编号"),
    )
    book.lazy_sheet("到期", due, shown, "due/", _MOST_DUE)
    changes = named(pl.scan_parquet(folder / "changes" / f"{province}.parquet")).sort("kind", "编号", "规则")
    columns = (
        pl.col("kind").replace(wording.KINDS).alias("变化"), "对象", "编号", "网点", "网点名称", "区县", "规则", "名称", "条款",
        pl.col("causes").list.eval(pl.element().replace(wording.CAUSES)).list.join("、").alias("原因"),
        pl.col("detail").alias("说明"),
    )  # fmt: skip
    book.lazy_sheet("变化", changes, columns, "changes/")


def _quarantine(figures: Figures) -> pl.DataFrame:
    """Give what was set aside with the province that it can be laid to: the row's id or the file's name tells."""
    frame = figures.table("quarantine")
    provinces = [place.code for place in figures.provinces()]
    outlets = figures.scan("outlets").select(pl.col("outlet_id").alias("subject_id"), "province").collect()
    by_file = pl.col("file").str.extract(r"(\d{6})")
    placed = frame.join(outlets, on="subject_id", how="left").with_columns(
        省=pl.coalesce(pl.when(by_file.is_in(provinces)).then(by_file), "province")
    )
    return placed.select(
        "省",
        pl.col("table").replace(wording.TABLES).alias("表"),
        pl.col("file").alias("文件"),
        pl.col("row").alias("行"),
        pl.col("subject_id").alias("编号"),
        pl.col("field").alias("字段"),
        pl.col("value").alias("所填"),
        pl.col("reason").alias("原因"),
    )


def _midnight(day: date) -> datetime:
    """Give a day as spreadsheets keep it: a moment without a zone."""
    return datetime.combine(day, time())


class _Book:
    """A workbook under way."""

    def __init__(self, day: date) -> None:
        self._held = io.BytesIO()
        self._book: Any = xlsxwriter.Workbook(self._held, _OPTIONS)
        # The day of the night, not of the writing: the same night gives the same bytes.
        self._book.set_properties({"created": _midnight(day), "title": f"夜间评估 {day}"})
        self._head = self._book.add_format(
            {"bold": True, "bg_color": "#e7ecf2", "border": 1, "border_color": "#c3ccd6"}
        )
        self._title = self._book.add_format({"bold": True, "font_size": 14})
        self._note = self._book.add_format({"italic": True, "font_color": "#8a4b00"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._as_of = day

    def overview(self, name: str, figures: Figures, province: str) -> None:
        """Write the first sheet: conclusions, rules that fail most, counties."""
        sheet = self._book.add_worksheet("概览")
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 6, 14)
        sheet.write_string(0, 0, f"{name}夜间评估 {self._as_of.isoformat()}", self._title)
        counties = figures.counties(province)
        totals = [sum(place.numbers[column] for place in counties) for column in range(3)]
        rows: list[tuple[object, ...]] = [("网点结论", "数量", "占比")]
        rows += [
            (word, number, wording.percent(number, sum(totals)))
            for word, number in zip(wording.CONCLUSIONS, totals, strict=True)
        ]
        self._block(sheet, 2, rows)
        worst = figures.worst_rules(province)
        rules: list[tuple[object, ...]] = [("不符合最多的规则", "条款", "用语", "对象", "不符合", "无法判定")]
        rules += [
            (one["title"], one["clause"], one["modality"], one["subject"], one["fail"], one["undetermined"])
            for one in worst
        ]
        self._block(sheet, 8, rules)
        listed: list[tuple[object, ...]] = [("区县", *wording.CONCLUSIONS)]
        listed += [(place.name, *place.numbers) for place in counties]
        self._block(sheet, 10 + len(rules), listed)

    def _block(self, sheet: Any, top: int, rows: list[tuple[object, ...]]) -> None:
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(top + place, column, value, self._head if place == 0 else None)

    def lazy_sheet(
        self,
        name: str,
        rows: pl.LazyFrame,
        columns: tuple[str | pl.Expr, ...],
        where: str,
        most: int = MOST_ROWS,
    ) -> None:
        """Write the first rows of a table."""
        total = rows.select(pl.len()).collect().item()
        self.sheet(name, rows.head(most).select(columns).collect(), where, total)

    def sheet(self, name: str, frame: pl.DataFrame, where: str, total: int | None = None) -> None:
        """Write a table with a head that stays, filters, and a note if rows are left out."""
        sheet = self._book.add_worksheet(name)
        everything = frame.height if total is None else total
        frame = frame.head(MOST_ROWS)
        top = 0
        if frame.height < everything:
            sheet.write_string(0, 0, wording.cut(frame.height, everything, where), self._note)
            top = 1
        for column, (title, of) in enumerate(frame.schema.items()):
            sheet.write_string(top, column, title, self._head)
            sheet.set_column(column, column, _WIDTHS.get(title, 12))
            self._column(sheet, top + 1, column, frame[title], of)
        sheet.freeze_panes(top + 1, 0)
        if frame.height:
            sheet.autofilter(top, 0, top + frame.height, frame.width - 1)

    def _column(self, sheet: Any, top: int, column: int, values: pl.Series, of: pl.DataType) -> None:
        if of == pl.Date:
            for place, value in enumerate(values):
                sheet.write_datetime(top + place, column, _midnight(value), self._day)
        elif of.is_integer():
            for place, value in enumerate(values):
                sheet.write_number(top + place, column, value)
        else:
            for place, value in enumerate(values):
                if value:
                    sheet.write_string(top + place, column, value)

    def finished(self) -> bytes:
        """Give the bytes of the workbook."""
        self._book.close()
        return self._held.getvalue()
