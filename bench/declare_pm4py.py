"""The side of pm4py: a log and a DECLARE model in, deviations and times out. Run by `declare.py` in pm4py's own venv.

python declare_pm4py.py LOG.csv MODEL.json OUT.json REPEAT
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pm4py


def main(log_file: str, model_file: str, out_file: str, repeat: str) -> None:
    """Check the log by the model, several times; write [[case, template, activities …], …] and the best time."""
    log = pd.read_csv(log_file, dtype={"case": str, "activity": str})
    log = log.rename(columns={"case": "case:concept:name", "activity": "concept:name"})
    log["time:timestamp"] = pd.to_datetime(log.pop("at"), unit="s", utc=True)
    figures = {"support": 1.0, "confidence": 1.0}
    model: dict[str, dict[object, object]] = {}
    for template, activities in json.loads(Path(model_file).read_text(encoding="utf-8")):
        one = activities[0] if len(activities) == 1 else tuple(activities)
        model.setdefault(template, {})[one] = figures
    best, found = float("inf"), []
    for _ in range(int(repeat)):
        started = time.perf_counter()
        found = pm4py.conformance_declare(log, model)
        best = min(best, time.perf_counter() - started)
    # It answers trace by trace in the order in which pandas groups the cases: by name.
    names = sorted(log["case:concept:name"].unique())
    assert len(names) == len(found), "a case is missing"
    deviations = [
        [name, template, *([what] if isinstance(what, str) else what)]
        for name, one in zip(names, found, strict=True)
        for template, what in one["deviations"]
    ]
    told = {"seconds": best, "deviations": deviations, "version": version("pm4py")}
    Path(out_file).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
