"""A night at growing sizes: time and memory by stage and by rule, as tables in docs/benchmarks.md.

    python bench/night.py 10000 100000 1000000 2000000

Each size is a country of the sample generator and a night of its own process, re-check, comparison, report and
publication included. Nothing else should run on the machine meanwhile.
"""

# The rules are timed by wrapping the engine from outside.
# ruff: noqa: ANN001, ANN002, ANN003, ANN202, PLC0415, SLF001
from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from report import machine, write_section

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "benchmarks.md"
DAY = date(2025, 12, 31)
STAGES = ("rules", "read", "judge", "recheck", "compare", "explain", "write", "report", "publish")
CHINESE = dict(
    zip(
        STAGES,
        ("载入规则书", "读入对象表", "读事件与评估", "复核", "比对", "说明", "写表", "报告", "发布"),
        strict=True,
    )
)


def main(sizes: list[int]) -> None:
    """Measure every size, then the rules, and write the tables."""
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for outlets in sizes:
            measured.append(night(place, outlets))
            print(json.dumps(measured[-1], ensure_ascii=False), flush=True)
        rules = by_rule(place / f"country-{sizes[0]}")
    write(measured, rules)


def night(place: Path, outlets: int) -> dict[str, object]:
    """Make a country and run a night over it, each in its own process."""
    country = place / f"country-{outlets}"
    began = time.perf_counter()
    run("sample", "--outlets", str(outlets), "--seed", "7", "--out", str(country))
    made = time.perf_counter() - began
    spent = _cpu()
    run("nightly", str(country), "--store", str(place / f"runs-{outlets}"), "--as-of", DAY.isoformat())
    spent = _cpu() - spent
    folder = place / f"runs-{outlets}" / DAY.isoformat()
    timings = json.loads((folder / "timings.json").read_text(encoding="utf-8"))
    counts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["counts"]
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {
        "outlets": outlets,
        "events": counts["events"],
        "sample_seconds": round(made, 1),
        "seconds": timings["seconds"],
        "cpu_seconds": round(spent, 1),
        "peak_mb": timings["peak_mb"],
        "stages": {name: one["seconds"] for name, one in timings["stages"].items()},
        "rows": counts["rows_verdicts"],
        "published_mb": round(size / 1e6, 1),
    }


def _cpu() -> float:
    """Give the processor time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(*arguments: str) -> None:
    """Run a command of ours."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    code = "import sys; from policyengine.cli.main import run_with; sys.exit(run_with(sys.argv[1:]))"
    subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=True,
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def by_rule(country: Path) -> list[tuple[str, float, int]]:
    """Time the rules of events one by one, over one window; rules of facts share one scan and are one line."""
    sys.path.insert(0, str(ROOT / "src"))
    from policyengine.batch.nightly.judge import books_needed
    from policyengine.batch.nightly.tables import tables_of
    from policyengine.batch.nightly.windows import open_window, windows
    from policyengine.batch.sources import read_input
    from policyengine.engines.columnar import evaluate as engine
    from policyengine.rulebook.shelf import read_shelf

    shelf = read_shelf(ROOT)
    data = read_input(country, shelf.vocabulary, as_of=DAY)
    window = open_window(data, windows(data, shelf.layer_of)[0])
    books = {layer: shelf.book(DAY, layer) for layer in shelf.layers}
    spent: dict[str, list[float]] = {}

    def timed(name, function):
        def measured(*given, **named):
            began = time.perf_counter()
            found = function(*given, **named)
            rule = getattr(given[0], "rule", given[0]).id if name == "rule" else name
            spent.setdefault(rule, []).append(time.perf_counter() - began)
            return found

        return measured

    engine._judge = timed("rule", engine._judge)
    engine.subject_frame = timed("（各对象的事实类规则，一次扫描）", engine.subject_frame)
    engine.evaluate_tables(
        books_needed(window, books, shelf.layer_of), tables_of(window.part, window.events, shelf.layer_of)
    )
    found = [(rule, sum(times), len(times)) for rule, times in spent.items()]
    return sorted(found, key=lambda one: -one[1])[:20]


def write(measured: list[dict[str, object]], rules: list[tuple[str, float, int]]) -> None:
    """Write both tables."""
    heads = (
        "网点",
        "事件",
        "合计（秒）",
        "处理器（秒）",
        "内存最高（MB）",
        *CHINESE.values(),
        "结论行",
        "发布（MB）",
    )
    table: list[tuple[str, ...]] = [heads]
    for one in measured:
        stages = one["stages"]
        assert isinstance(stages, dict)
        cells = [f"{one['outlets']:,}", f"{one['events']:,}", str(one["seconds"]), str(one["cpu_seconds"])]
        cells += [f"{one['peak_mb']:,}", *(f"{stages.get(name, 0):.1f}" for name in STAGES)]
        table.append((*cells, f"{one['rows']:,}", str(one["published_mb"])))
    note = (
        f"`python bench/night.py {' '.join(str(one['outlets']) for one in measured)}`。{machine()}。\n\n"
        "全部覆盖层，抽样复核 200 个网点，含报告、工作簿和发布；样本由 `policyengine sample --seed 7` 生成。"
        "各阶段为主线程等待的秒数：读事件、评估在别的线程里走在前头，复核的判断与工作簿（另一进程）同时进行；"
        "“处理器”是全部进程用去的处理器时间；内存是主进程的，写工作簿的进程另用约二百 MB。"
    )
    write_section(DOCUMENT, "夜间评估", note, table)
    slowest = [
        ("规则", "秒", "次"),
        *((rule, f"{seconds:.3f}", str(times)) for rule, seconds, times in rules),
    ]
    note = f"{measured[0]['outlets']:,} 个网点的第一个窗口。事实类规则共用一次扫描，事件类规则逐条计时；只列最费时的。"
    write_section(DOCUMENT, "夜间评估：最费时的规则", note, slowest)


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [10_000, 100_000, 1_000_000, 2_000_000])
