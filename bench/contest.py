"""The rules and facts that every contestant of `bench/engines.py` gets, as plain data, and a plain oracle.

A rule: (id, applies, joiner, requires). `applies` are atoms that must all hold; `requires` are atoms joined by `all` or
`any`. An atom is (field, comparator, constant). A rule is violated where it applies and its requirement does not hold.
All facts are filled, so that languages of two truth values can take part.
"""

from __future__ import annotations

import hashlib
import random
from typing import TypeAlias

Constant: TypeAlias = "int | bool | str"
Atom: TypeAlias = "tuple[str, str, Constant]"
Rule: TypeAlias = "tuple[str, tuple[Atom, ...], str, tuple[Atom, ...]]"
Row: TypeAlias = "dict[str, Constant]"

STATUSES = ("active", "paused", "left")
LEVELS = ("base", "fine")
NUMBERS = ("staff", "windows", "computers", "seats", "cctv_days", "area", "terminals", "minutes")
FLAGS = ("connected", "ledger", "charges", "guides")
ACTIVE: Atom = ("status", "==", "active")


def rules(number: int = 40) -> list[Rule]:
    """Make rules that differ in fields, constants, joiners and scope."""
    chance = random.Random(11)
    made: list[Rule] = []
    for place in range(number):
        numbers = chance.sample(NUMBERS, 2)
        atoms: list[Atom] = [
            (name, "<=", chance.randint(10, 12))
            if chance.random() < 0.3
            else (name, chance.choice((">=", ">")), chance.randint(0, 2))
            for name in numbers
        ]
        atoms.append((chance.choice(FLAGS), "==", True))
        applies = (ACTIVE, ("level", "==", chance.choice(LEVELS))) if place % 3 else (ACTIVE,)
        made.append((f"r{place:02}", applies, "any" if place % 4 else "all", tuple(atoms)))
    return made


def facts(number: int) -> list[Row]:
    """Make outlets."""
    chance = random.Random(12)
    return [
        {
            "id": f"o{place:07}",
            "status": chance.choices(STATUSES, (90, 6, 4))[0],
            "level": chance.choice(LEVELS),
            **{name: chance.randint(0, 12) for name in NUMBERS},
            **{name: chance.random() < 0.9 for name in FLAGS},
        }
        for place in range(number)
    ]


def oracle(rows: list[Row], asked: list[Rule]) -> list[tuple[str, str]]:
    """Give (outlet, rule) of every violation, in plain Python."""
    found = []
    for row in rows:
        for name, applies, joiner, requires in asked:
            if all(_holds(row, atom) for atom in applies):
                held = [_holds(row, atom) for atom in requires]
                if not (all(held) if joiner == "all" else any(held)):
                    found.append((str(row["id"]), name))
    return found


def _holds(row: Row, atom: Atom) -> bool:
    name, comparator, constant = atom
    value = row[name]
    match comparator:
        case "==":
            return value == constant
        case ">=":
            return int(value) >= int(constant)
        case ">":
            return int(value) > int(constant)
        case _:
            return int(value) <= int(constant)


def violated(rule: Rule, atom: str, words: dict[str, str]) -> str:
    """Write the condition under which a rule is violated, for a language of infix operators.

    `atom` is a pattern with {field}, {op} and {constant}; `words` gives and, or, not, true, false and quotes.
    """

    def written(one: Atom) -> str:
        name, comparator, constant = one
        match constant:
            case bool():
                shown = words["true"] if constant else words["false"]
            case str():
                shown = f"{words['quote']}{constant}{words['quote']}"
            case _:
                shown = str(constant)
        return "(" + atom.format(field=name, op=words.get(comparator, comparator), constant=shown) + ")"

    _, applies, joiner, requires = rule
    holds = f" {words['and' if joiner == 'all' else 'or']} ".join(map(written, requires))
    scope = f" {words['and']} ".join(map(written, applies))
    return f"{scope} {words['and']} {words['not']}({holds})"


def digest(found: list[tuple[str, str]]) -> str:
    """Hash a list of violations, whatever its order."""
    text = "\n".join(sorted(f"{outlet} {rule}" for outlet, rule in found))
    return f"{len(found)}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
