"""durable-rules as it is, to show its walls: nothing of the adapter is between."""

import json
import os
import subprocess
import sys
from itertools import count

import durable_rules_engine as native
from durable.engine import Host

_names = count()


class QuietHost(Host):
    """The package's host without its timer threads."""

    def _run(self):
        pass


def register(document):
    """Register a document of conditions {rule: [conditions by name]} and give its handle."""
    rules = {name: {"all": conditions} for name, conditions in document.items()}
    return native.create_ruleset(f"raw{next(_names)}", json.dumps(rules))


def one(condition):
    return [{"m": {"$and": [condition]}}]


def fire(handle, *facts, insert=native.assert_fact):
    """Insert facts one by one; give the codes and the names of the rules that fired."""
    codes, fired = [], []
    for fact in facts:
        code, state = insert(handle, json.dumps({"sid": "0", **fact}))
        codes.append(code)
        started = native.start_action_for_state(handle, state)
        message = started[1] if started else None
        while message:
            fired.append(next(iter(json.loads(message))))
            message = native.complete_and_start_action(handle, state)
    return codes, fired


def run_apart(program, seconds=60):
    """Run a program in a process of its own; give what it printed, or None if it had to be stopped."""
    paths = os.pathsep.join(path for path in sys.path if path)
    try:
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            timeout=seconds,
            check=True,
            env={**os.environ, "PYTHONPATH": paths},
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout.strip()
