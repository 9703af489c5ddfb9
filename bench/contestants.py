"""Each contestant of `bench/engines.py`: given rules, it gets ready, and gives a function from facts to violations.

Every one is written twice where that makes a difference: in the way that its documentation shows first (plain), and in
the fastest way that was found (best).
"""

# Each child process imports what it measures and nothing else; types of peers are not ours to state.
# ruff: noqa: ANN001, ANN201, ANN202, PLC0415, S608
# mypy: ignore-errors
from __future__ import annotations

import json

from contest import FLAGS, LEVELS, NUMBERS, STATUSES, violated

C_LIKE = {"and": "&&", "or": "||", "not": "!", "true": "true", "false": "false", "quote": '"'}
WORDS = {"and": "and", "or": "or", "not": "not ", "true": "true", "false": "false", "quote": '"'}


def conditions(rules, atom, words):
    return [(rule[0], violated(rule, atom, words)) for rule in rules]


# --- vectorised ---------------------------------------------------------------------------------------


def polars_by_hand(rules):
    import polars as pl

    def one(atom):
        name, comparator, constant = atom
        column = pl.col(name)
        made = {
            "==": column == constant,
            ">=": column >= constant,
            ">": column > constant,
            "<=": column <= constant,
        }
        return made[comparator]

    def condition(rule):
        _, applies, joiner, requires = rule
        join = pl.all_horizontal if joiner == "all" else pl.any_horizontal
        return pl.all_horizontal([one(atom) for atom in applies]) & ~join([one(atom) for atom in requires])

    made = [(rule[0], condition(rule)) for rule in rules]

    def run(rows):
        frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows)
        judged = frame.lazy().select("id", *(one.alias(name) for name, one in made)).collect()
        return [(ident, name) for name, _ in made for ident in judged.filter(pl.col(name))["id"]]

    return run


def duckdb_sql(rules):
    import duckdb
    import polars as pl

    words = {
        "and": "AND",
        "or": "OR",
        "not": "NOT ",
        "true": "TRUE",
        "false": "FALSE",
        "quote": "'",
        "==": "=",
    }
    parts = [
        f"SELECT id, '{name}' AS rule FROM facts WHERE {text}"
        for name, text in conditions(rules, "{field} {op} {constant}", words)
    ]
    statement = " UNION ALL ".join(parts)

    def run(rows):
        base = duckdb.connect()
        base.register("facts", (rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows)).to_arrow())
        return base.execute(statement).fetchall()

    return run


def openfisca(rules):
    import numpy as np
    from openfisca_core.entities import Entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    outlet = Entity("outlet", "outlets", "An outlet", "")
    system = TaxBenefitSystem([outlet])

    def recorded(name, kind):
        return type(
            name,
            (Variable,),
            {"value_type": kind, "entity": outlet, "definition_period": DateUnit.DAY, "label": name},
        )

    def derived(name, formula):
        shape = {
            "value_type": bool,
            "entity": outlet,
            "definition_period": DateUnit.DAY,
            "label": name,
            "formula": formula,
        }
        return type(name, (Variable,), shape)

    codes = {value: place for place, value in enumerate((*STATUSES, *LEVELS))}
    for name in ("status", "level", *NUMBERS):
        system.add_variable(recorded(name, int))
    for name in FLAGS:
        system.add_variable(recorded(name, bool))
    compare = {"==": np.equal, ">=": np.greater_equal, ">": np.greater, "<=": np.less_equal}

    def formula_of(rule):
        _, applies, joiner, requires = rule

        def formula(entity, period):
            def one(atom):
                name, comparator, constant = atom
                return compare[comparator](
                    entity(name, period),
                    codes.get(constant, constant) if isinstance(constant, str) else constant,
                )

            held = np.logical_and.reduce if joiner == "all" else np.logical_or.reduce
            return np.logical_and.reduce([one(atom) for atom in applies]) & ~held(
                [one(atom) for atom in requires]
            )

        return formula

    for rule in rules:
        system.add_variable(derived(rule[0], formula_of(rule)))
    day = "2025-12-31"

    def run(rows):
        simulation = SimulationBuilder().build_default_simulation(system, count=len(rows))
        for name in ("status", "level", *NUMBERS, *FLAGS):
            simulation.set_input(
                name,
                day,
                np.array([codes[row[name]] if name in {"status", "level"} else row[name] for row in rows]),
            )
        found = []
        for rule in rules:
            found += [
                (rows[place]["id"], rule[0]) for place in np.flatnonzero(simulation.calculate(rule[0], day))
            ]
        return found

    def run_each(rows):
        return [one for row in rows for one in run([row])]

    return run, run_each


# --- row by row ---------------------------------------------------------------------------------------


def regorus_best(rules):
    import regorus

    engine = regorus.Engine()
    engine.add_policy("rules.rego", _rego(rules, "some one in input", "one"))

    def run(rows):
        found = []
        for start in range(0, len(rows), 1000):
            engine.set_input_json(json.dumps(rows[start : start + 1000]))
            found += [tuple(pair) for pair in json.loads(engine.eval_rule_as_json("data.book.violations"))]
        return found

    return run


def regorus_plain(rules):
    import regorus

    engine = regorus.Engine()
    engine.add_policy("rules.rego", _rego(rules, "", "input"))

    def run(rows):
        found = []
        for row in rows:
            engine.set_input_json(json.dumps(row))  # set_input would make numbers of booleans
            found += [tuple(pair) for pair in json.loads(engine.eval_rule_as_json("data.book.violations"))]
        return found

    return run


def _rego(rules, opening, subject):
    text = ["package book", "import rego.v1"]
    for name, applies, joiner, requires in rules:
        lines = [opening] if opening else []

        def shown(atom, subject=subject):
            field, comparator, constant = atom
            return f"{subject}.{field} {comparator} {json.dumps(constant)}"

        lines += [shown(atom) for atom in applies]
        if joiner == "any":
            lines += [f"not {shown(atom)}" for atom in requires]
        else:
            lines.append(f"not held_{name}({subject})")
            text.append(
                f"held_{name}(given) if {{ " + "; ".join(shown(atom, "given") for atom in requires) + " }"
            )
        text.append(
            "violations contains [" + f'{subject}.id, "{name}"] if {{\n  ' + "\n  ".join(lines) + "\n}"
        )
    return "\n".join(text)


def _cedar(rules):
    atom = "context.{field} {op} {constant}"
    return "\n".join(
        f'@id("{name}")\npermit(principal, action, resource) when {{ {text} }};'
        for name, text in conditions(rules, atom, C_LIKE)
    )


def _cedar_request(row):
    return {
        "principal": 'Outlet::"o"', "action": 'Action::"judge"', "resource": 'Book::"b"',
        "context": {name: value for name, value in row.items() if name != "id"},
    }  # fmt: skip


def cedar_best(rules):
    import cedarpy

    policies = cedarpy.PolicySet.from_str(_cedar(rules))
    entities = cedarpy.Entities.from_json_str("[]")
    names = {f"policy{place}": rule[0] for place, rule in enumerate(rules)}

    def run(rows):
        found = []
        for start in range(0, len(rows), 1000):
            some = rows[start : start + 1000]
            answers = cedarpy.is_authorized_batch([_cedar_request(row) for row in some], policies, entities)
            found += [
                (row["id"], names.get(reason, reason))
                for row, answer in zip(some, answers, strict=True)
                for reason in answer.diagnostics.reasons
            ]
        return found

    return run


def cedar_plain(rules):
    import cedarpy

    text = _cedar(rules)
    names = {f"policy{place}": rule[0] for place, rule in enumerate(rules)}

    def run(rows):
        return [
            (row["id"], names.get(reason, reason))
            for row in rows
            for reason in cedarpy.is_authorized(_cedar_request(row), text, []).diagnostics.reasons
        ]

    return run


def zen_best(rules):
    import zen

    made = [
        (name, zen.compile_expression(text))
        for name, text in conditions(rules, "{field} {op} {constant}", WORDS)
    ]
    return lambda rows: [(row["id"], name) for row in rows for name, one in made if one.evaluate(row)]


def zen_plain(rules):
    import zen

    made = conditions(rules, "{field} {op} {constant}", WORDS)
    return lambda rows: [
        (row["id"], name) for row in rows for name, text in made if zen.evaluate_expression(text, row)
    ]


def cel_best(rules):
    import cel

    made = [(name, cel.compile(text)) for name, text in conditions(rules, "{field} {op} {constant}", C_LIKE)]

    def run(rows):
        found = []
        for row in rows:
            context = cel.Context(variables=row)
            found += [(row["id"], name) for name, one in made if one.execute(context)]
        return found

    return run


def cel_plain(rules):
    import cel

    made = conditions(rules, "{field} {op} {constant}", C_LIKE)
    return lambda rows: [(row["id"], name) for row in rows for name, text in made if cel.evaluate(text, row)]


def rule_engine_best(rules):
    import rule_engine

    made = [
        (name, rule_engine.Rule(text)) for name, text in conditions(rules, "{field} {op} {constant}", WORDS)
    ]
    return lambda rows: [(row["id"], name) for name, one in made for row in one.filter(rows)]


def rule_engine_plain(rules):
    import rule_engine

    made = conditions(rules, "{field} {op} {constant}", WORDS)
    return lambda rows: [
        (row["id"], name) for row in rows for name, text in made if rule_engine.Rule(text).matches(row)
    ]


def durable_plain(rules):
    """One state, an outlet at a time: asserted, asked, taken back."""
    import sys

    # `bench/durable.py` would stand in the way of the package of that name.
    sys.path = [path for path in sys.path if not path.endswith("bench")]
    from durable import lang

    hits = []
    opposite = {"==": "__ne__", ">=": "__lt__", ">": "__le__", "<=": "__gt__"}
    straight = {"==": "__eq__", ">=": "__ge__", ">": "__gt__", "<=": "__le__"}

    def expression(atom, table):
        name, comparator, constant = atom
        return getattr(getattr(lang.m, name), table[comparator])(constant)

    def kept(name):
        def action(c):
            hits.append((c.m.id, name))

        return action

    with lang.ruleset("book"):
        for name, applies, joiner, requires in rules:
            scope = [expression(atom, straight) for atom in applies]
            failing = [expression(atom, opposite) for atom in requires]
            joined = failing[0]
            for one in failing[1:]:
                joined = (joined | one) if joiner == "all" else (joined & one)
            for one in scope:
                joined = one & joined

            lang.when_all(joined)(kept(name))

    def run(rows):
        hits.clear()
        for row in rows:
            for change in (lang.assert_fact, lang.retract_fact):
                try:
                    change("book", row)
                except Exception as refused:
                    if type(refused).__name__ != "MessageNotHandledException":
                        raise
        return sorted(set(hits))

    return run


# --- ours ---------------------------------------------------------------------------------------------


def _book(rules):
    from datetime import date

    from policyengine.semantics.ir import (
        All,
        Any,
        Book,
        Comparator,
        Compare,
        Constant,
        Holds,
        Modality,
        Negation,
        TermRef,
    )
    from policyengine.semantics.ir import Rule as IrRule
    from policyengine.values import BOOLEAN, Kind, Type
    from policyengine.vocabulary.terms import Column, Subject, Table, Term, Vocabulary

    types = {
        "status": Type(Kind.CHOICE, members=STATUSES),
        "level": Type(Kind.CHOICE, members=LEVELS),
        **dict.fromkeys(NUMBERS, Type(Kind.INTEGER)),
        **dict.fromkeys(FLAGS, BOOLEAN),
    }
    terms = tuple(Term(name, name, of, Subject.OUTLET, "", "") for name, of in types.items())
    table = Table(Subject.OUTLET, "outlets", Column("id", "id"), (), terms)
    signs = {
        "==": Comparator.EQUAL,
        ">=": Comparator.AT_LEAST,
        ">": Comparator.GREATER,
        "<=": Comparator.AT_MOST,
    }

    def one(atom):
        name, comparator, constant = atom
        term = TermRef(name, types[name])
        if isinstance(constant, bool):
            return Holds(term) if constant else Negation(Holds(term))
        return Compare(signs[comparator], term, Constant(constant, types[name]))

    made = tuple(
        IrRule(
            name, name, "一", ("",), Modality.SHALL, Subject.OUTLET,
            All(tuple(one(atom) for atom in applies)) if len(applies) > 1 else one(applies[0]),
            (All if joiner == "all" else Any)(tuple(one(atom) for atom in requires)),
        )
        for name, applies, joiner, requires in rules
    )  # fmt: skip
    return Book("000000", date(2025, 12, 31), Vocabulary((table,)), rules=made)


def ours_columnar(rules):
    import polars as pl

    from policyengine.engines.columnar.evaluate import evaluate_tables
    from policyengine.engines.columnar.tables import Tables
    from policyengine.vocabulary.terms import Subject

    book = _book(rules)

    def run(rows):
        frame = (rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows)).with_columns(
            outlet_id=pl.col("id"), province=pl.lit("330000"), region=pl.lit("330000"), layer=pl.lit("000000")
        )
        found = evaluate_tables(
            {"000000": book}, Tables({Subject.OUTLET: frame.lazy()}), explain=False
        ).verdicts
        return list(found.select("subject_id", pl.col("rule").cast(pl.String)).iter_rows())

    return run


def _ours_by_cases(rules, name):
    from policyengine.engines.cases import Case
    from policyengine.engines.choose import engine_named
    from policyengine.semantics.ir import Verdict
    from policyengine.vocabulary.terms import Subject

    book, engine = _book(rules), engine_named(name)

    def run(rows):
        cases = (
            Case(Subject.OUTLET, row["id"], {name: value for name, value in row.items() if name != "id"})
            for row in rows
        )
        return [
            (one.subject_id, one.rule) for one in engine.evaluate(book, cases) if one.verdict is Verdict.FAIL
        ]

    return run


# name: (how it is made, how many outlets it is given, style, whether facts are handed over as columns)
CONTESTANTS = {
    "本项目 columnar": (ours_columnar, 200_000, "best", True),
    "手写 Polars": (polars_by_hand, 200_000, "best", True),
    "DuckDB SQL": (duckdb_sql, 200_000, "best", True),
    "OpenFisca-core 向量": (lambda rules: openfisca(rules)[0], 200_000, "best", False),
    "OpenFisca-core 逐个": (lambda rules: openfisca(rules)[1], 200, "plain", False),
    "celine-regorus 成批": (regorus_best, 5_000, "best", False),
    "celine-regorus 逐个": (regorus_plain, 5_000, "plain", False),
    "cedarpy 成批": (cedar_best, 10_000, "best", False),
    "cedarpy 逐个": (cedar_plain, 500, "plain", False),
    "zen-engine 预编译": (zen_best, 5_000, "best", False),
    "zen-engine 逐式": (zen_plain, 2_000, "plain", False),
    "common-expression-language 预编译": (cel_best, 5_000, "best", False),
    "common-expression-language 逐式": (cel_plain, 1_000, "plain", False),
    "rule-engine 预编译": (rule_engine_best, 5_000, "best", False),
    "rule-engine 逐式": (rule_engine_plain, 200, "plain", False),
    "durable-rules 逐个断言": (durable_plain, 1_000, "plain", False),
    "本项目 durable": (lambda rules: _ours_by_cases(rules, "durable"), 5_000, "best", False),
    "本项目 reference": (lambda rules: _ours_by_cases(rules, "reference"), 5_000, "best", False),
}
