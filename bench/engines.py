"""The same rules over the same facts by every engine that could be had, equal violations first.

    python bench/engines.py            all of them, tables into docs/benchmarks.md
    python bench/engines.py NAME       one, as JSON

Needs bench/requirements.txt. Each contestant runs in a process of its own: start-up is from the start of that process
until rules are ready, the rate is the best of three runs, memory is the largest resident size. A contestant whose list
of violations is not that of the oracle has no figures.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from contest import digest, facts, oracle, rules
from report import machine, write_section

ROOT = Path(__file__).parents[1]
REPEAT = 3


def one(name: str) -> dict[str, object]:
    """Measure one contestant in this process."""
    began = time.perf_counter()
    from contestants import CONTESTANTS  # noqa: PLC0415 -- part of what is measured

    make, number, style, columns = CONTESTANTS[name]
    asked = rules()
    run = make(asked)
    run(_given(facts(1), columns=columns))
    ready = time.perf_counter() - began
    rows = facts(number)
    given = _given(rows, columns=columns)
    spent = []
    for _ in range(REPEAT):
        start = time.perf_counter()
        found = run(given)
        spent.append(time.perf_counter() - start)
    return {
        "name": name,
        "style": style,
        "outlets": number,
        "digest": digest([(str(outlet), str(rule)) for outlet, rule in found]),
        "expected": digest(oracle(rows, asked)),
        "start": round(ready, 3),
        "rate": round(number / min(spent)),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _given(rows: list[dict[str, object]], *, columns: bool) -> object:
    """Hand facts over as each contestant likes them best; making them is not measured."""
    if not columns:
        return rows
    import polars as pl  # noqa: PLC0415

    return pl.DataFrame(rows)


def every() -> None:
    """Measure all and write the table."""
    from contestants import CONTESTANTS  # noqa: PLC0415

    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "bench")])}
    table: list[tuple[str, ...]] = [
        ("引擎", "写法", "网点", "不符合清单", "就绪（秒）", "网点/秒", "内存最高（MB）")
    ]
    for name in CONTESTANTS:
        found = subprocess.run(
            [sys.executable, __file__, name], env=environment, capture_output=True, text=True, check=False
        )
        if found.returncode:
            reason = (found.stderr.strip().splitlines() or ["?"])[-1][:80]
            table.append((name, "", "", f"未能运行：{reason}", "", "", ""))
        else:
            result = json.loads(found.stdout.strip().splitlines()[-1])
            style = "最佳" if result["style"] == "best" else "直接"
            same = result["digest"] == result["expected"]
            figures = (
                (f"{result['start']:.2f}", f"{result['rate']:,}", f"{result['peak_mb']:,}")
                if same
                else ("", "", "")
            )
            told = (
                f"一致（{result['digest']}）"
                if same
                else f"不一致：{result['digest']}，应为 {result['expected']}"
            )
            table.append((name, style, f"{result['outlets']:,}", told, *figures))
        print(*table[-1], flush=True)
    note = (
        f"`python bench/engines.py`。{machine()}。\n\n"
        f"{len(rules())} 条事实类规则，字段全部填报（不少引擎没有“未知”）。先比不符合清单（条数与哈希），一致的才有数字；"
        "每个引擎各在自己的进程里，速率取三次中最好的一次，列式引擎直接得到列，其余得到字典。本项目的引擎同时算“无法判定”。"
    )
    write_section(ROOT / "docs" / "benchmarks.md", "规则引擎并排", note, table)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(one(sys.argv[1]), ensure_ascii=False))
    else:
        every()
