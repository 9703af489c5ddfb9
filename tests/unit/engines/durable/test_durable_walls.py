"""The walls of durable-rules, row by row of what was measured: each is shown, and then that the engine stands it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import durable_rules_engine as native
import pytest

from policyengine.engines.durable.judge import Durable
from policyengine.engines.durable.ruleset import (
    FACT_KEYS,
    BookTooLargeError,
    EngineFaultError,
    Ruleset,
    check_limits,
    fact,
    hash_of,
)
from policyengine.semantics.ir import (
    All,
    Any,
    Arithmetic,
    ArithmeticOperator,
    Comparator,
    Compare,
    Constant,
    Filled,
    Negation,
    TermRef,
    Verdict,
)
from unit.engines.durable.made_books import INTEGER, TEXT, answered, at_least, book, event, outlet, preceded
from unit.engines.durable.raw import fire, one, register, run_apart

# Pairs that the engine's 32-bit hash cannot tell apart.
OUTLET_IDS = ("SYN-4948868019", "SYN-4350115916")
EVENT_IDS = ("E55299498", "E41872904")
FACT_IDS = ("c8ca765af292", "8add89ca98db")
# Resident megabytes now; the greatest so far would be that of the process which started the test.
_MEMORY = "now = lambda: int(open('/proc/self/statm').read().split()[1]) // 256\n"


def judged(one_book, *cases):
    return [(one.subject_id, one.rule, one.verdict) for one in Durable().evaluate(one_book, cases)]


def verdicts(one_book, case):
    return [verdict for _, _, verdict in judged(one_book, case)]


def memory():
    return int(Path("/proc/self/statm").read_text().split()[1]) // 256


# --- 1: a state for each outlet


def test_a_state_for_each_outlet_costs_a_megabyte_each():
    """A hundred outlets, each with a state of its own and a hundred rules, take over 50 MB."""
    program = _MEMORY + (
        "import json, durable_rules_engine as native\n"
        "rules = {f'r{n}': {'all': [{'m': {'$and': [{f'p{n}': 1}]}}]} for n in range(100)}\n"
        "handle = native.create_ruleset('r', json.dumps(rules)); before = now()\n"
        "for n in range(100): native.assert_fact(handle, json.dumps({'sid': f's{n}', 'id': 'f', 'p0': 1}))\n"
        "print(now() - before)"
    )
    assert int(run_apart(program)) > 50


def test_five_thousand_outlets_keep_memory_flat():
    """Five thousand outlets in one process: the last 4,000 need less than 20 MB more than the first 1,000 did."""
    ten_rules = book(*(at_least(f"数{number}", 5) for number in range(10)))
    engine = Durable()
    outlets = [outlet(f"W{n}", **{f"数{k}": n % 11 for k in range(10)}) for n in range(5000)]
    found = sum(one.verdict is Verdict.FAIL for one in engine.evaluate(ten_rules, outlets[:1000]))
    before = memory()
    found += sum(one.verdict is Verdict.FAIL for one in engine.evaluate(ten_rules, outlets[1000:]))
    assert memory() - before < 20
    assert found == 10 * sum(n % 11 < 5 for n in range(5000))


# --- 2: events are consumed


def test_an_event_is_consumed_by_the_first_rule_that_matches_it():
    """Of three rules that an event matches one fires; a fact fires all three."""
    rules = {f"r{number}": one({"$gte": {"p": number}}) for number in range(3)}
    _, fired = fire(register(rules), {"id": "e", "p": 9}, insert=native.assert_event)
    assert len(fired) == 1
    assert len(fire(register(rules), {"id": "e", "p": 9})[1]) == 3


def test_a_business_event_counts_for_every_rule_that_it_matters_to():
    """One event that violates three rules is reported by all three."""
    three = book(preceded(), preceded(key=("编号甲",)), preceded())
    assert verdicts(three, outlet(trace=[event("E1", "批准", -1)])) == [Verdict.FAIL] * 3


# --- 3, 4, 5: too many conditions, antecedents, properties


def test_one_fact_that_matches_65_conditions_fires_no_rule_at_all():
    """The engine gives error 303: of 65 rules that hold, none is reported."""
    handle = register({f"r{number}": one({f"p{number}": 1}) for number in range(65)})
    with pytest.raises(native.error, match="303"):
        fire(handle, {"id": "f", **{f"p{number}": 1 for number in range(65)}})


def test_an_outlet_that_breaks_320_rules_at_once_is_reported_with_every_one():
    """No rule is lost, whether the rules read many terms or one and the same."""
    many = [at_least(f"数{number}", 5) for number in range(160)]
    same = [at_least("数0", 1000 + number) for number in range(160)]
    broken = outlet(**{f"数{number}": 0 for number in range(160)})
    assert verdicts(book(*many, *same), broken) == [Verdict.FAIL] * 320


def test_512_conditions_in_one_ruleset_never_answer():
    """511 register and answer; with 512 the process has to be stopped."""
    program = (
        "import json, durable_rules_engine as native\n"
        "rules = {f'r{n}': {'all': [{'m': {'$and': [{f'p{n}': 1}]}}]} for n in range(SIZE)}\n"
        "handle = native.create_ruleset('r', json.dumps(rules))\n"
        "native.assert_fact(handle, json.dumps({'sid': '0', 'id': 'f', 'p0': 1})); print('answered')"
    )
    assert run_apart(program.replace("SIZE", "511")) == "answered"
    assert run_apart(program.replace("SIZE", "512"), seconds=2) is None


def test_a_book_of_600_rules_loads_and_judges():
    """Six hundred rules over six hundred terms: 599 hold and one does not."""
    large = book(*(at_least(f"数{number}", 1) for number in range(600)))
    found = verdicts(large, outlet(**{f"数{number}": int(number != 77) for number in range(600)}))
    assert [number for number, verdict in enumerate(found) if verdict is Verdict.FAIL] == [77]
    assert found.count(Verdict.PASS) == 599


def test_more_than_16_antecedents_or_252_properties_are_refused_only_when_a_fact_comes():
    """The rules register; errors 304 and 302 come with the outlet."""
    joins = [{f"m{number}": {"$and": [{f"p{number}": 1}]}} for number in range(17)]
    with pytest.raises(native.error, match="304"):
        fire(register({"r": joins}), *({"id": f"f{number}", f"p{number}": 1} for number in range(17)))
    with pytest.raises(native.error, match="302"):
        fire(register({"r": one({"p0": 1})}), {"id": "f", **{f"p{number}": 1 for number in range(253)}})


def test_the_same_limits_are_checked_when_a_ruleset_is_made():
    """Antecedents, properties and conditions past the wall are refused before any outlet is judged."""
    joins = [{f"m{number}": {"p": number}} for number in range(17)]
    wide = {"$and": [{f"p{number}": 1} for number in range(241)]}
    many = {f"r{number}": {"all": [{"m": {f"p{number}": 1}}]} for number in range(51)}
    for document in ({"r": {"all": joins}}, {"r": {"all": [{"m": wide}]}}, many):
        with pytest.raises(BookTooLargeError):
            check_limits(document)


def test_a_rule_over_300_terms_at_once_is_judged():
    """A requirement larger than any condition, fact or ruleset of the engine holds, fails and stays unknown."""
    parts = tuple(at_least(f"数{number}", 1) for number in range(300))
    either = tuple(Any((parts[number], parts[number - 1])) for number in range(300))
    large = book(All(parts), Any(parts), All(either))
    values = {f"数{number}": 1 for number in range(300)}
    assert verdicts(large, outlet(**values)) == [Verdict.PASS] * 3
    assert verdicts(large, outlet(**values | {"数7": 0})) == [Verdict.FAIL, Verdict.PASS, Verdict.PASS]
    assert verdicts(large, outlet(**dict.fromkeys(values, 0))) == [Verdict.FAIL] * 3
    del values["数7"]
    assert verdicts(large, outlet(**values)) == [Verdict.UNDETERMINED, Verdict.PASS, Verdict.PASS]


# --- 6: a 32-bit hash


def test_facts_and_states_with_the_same_hash_are_taken_for_one():
    """The second fact counts as observed; the second outlet finds the first one's facts in its state."""
    for first, second in (OUTLET_IDS, EVENT_IDS, FACT_IDS):
        assert hash_of(first) == hash_of(second)
    rules = {"r": one({"p": 1}), "both": [{"a": {"$and": [{"p": 1}]}}, {"b": {"$and": [{"q": 1}]}}]}
    codes, fired = fire(register(rules), {"id": FACT_IDS[0], "p": 1}, {"id": FACT_IDS[1], "p": 1})
    assert codes == [0, 2]
    assert fired == ["r"]
    states = (
        {"sid": sid, "id": f"f{place}", name: 1}
        for place, (sid, name) in enumerate(zip(OUTLET_IDS, "pq", strict=True))
    )
    assert fire(register(rules), *states)[1] == ["r", "both"]


def test_outlets_and_events_whose_ids_collide_get_verdicts_of_their_own():
    """Two outlets and two events with colliding ids: each is judged by its own facts."""
    both = book(at_least("数", 5), preceded(key=("编号甲",)))
    first, second = EVENT_IDS
    trace = [event(first, "批准", -2, 编号甲="甲"), event(second, "批准", -2, 编号甲="乙")]
    cases = [outlet(OUTLET_IDS[0], 数=9), outlet(OUTLET_IDS[1], trace, 数=1)]
    findings = list(Durable().evaluate(both, cases))
    assert [one.verdict for one in findings] == [
        Verdict.PASS,
        Verdict.NOT_APPLICABLE,
        Verdict.FAIL,
        Verdict.FAIL,
    ]
    assert findings[3].evidence.violated == tuple(sorted(EVENT_IDS))


def test_keys_of_facts_never_collide():
    """The first 20,000 keys have 20,000 hashes."""
    assert len({hash_of(FACT_KEYS[number]) for number in range(20_000)}) == 20_000


def test_a_fact_that_counts_as_observed_is_an_error_and_leaves_the_ruleset_usable():
    """A key used twice is never ignored, and the next question is answered as if nothing had been."""
    ruleset = Ruleset({"r": {"all": [{"m": {"p": 1}}]}})
    twice = fact(FACT_KEYS[0], '"p":1')
    with pytest.raises(EngineFaultError):
        ruleset.ask((twice, twice))
    assert ruleset.ask((twice,)) == [f'{{"r":{{"m":{twice}}}}}']


# --- 7: absence fires early


def test_absence_fires_as_soon_as_the_rest_is_there_even_inside_one_batch():
    """ "a and no b" fires although b comes in the same batch."""
    handle = register({"r": [{"a": {"$and": [{"k": "a"}]}}, {"b$not": {"$and": [{"k": "b"}]}}]})
    assert fire(handle, {"id": "f1", "k": "a"}, {"id": "f2", "k": "b"})[1] == ["r"]


def test_an_answer_later_in_the_trace_is_an_answer():
    """随后有 and 应有 wait until all events are there."""
    trace = [
        event("E1", "申请", -9),
        event("E2", "批准", -8),
        event("E3", "申请", -7),
        event("E4", "批准", -1),
    ]
    (found,) = Durable().evaluate(book(answered(within=30)), [outlet(trace=trace)])
    assert (found.verdict, found.evidence.met) == (Verdict.PASS, 2)


# --- 8, 9: missing values


def test_a_missing_property_matches_nothing_and_an_empty_one_exists():
    """`$neq` does not see a missing property, and `$ex` sees one that is null."""
    handle = register({"differs": one({"$neq": {"p": 1}}), "is_there": one({"$ex": {"p": 1}})})
    assert fire(handle, {"id": "f1", "q": 1})[1] == []
    assert "is_there" in fire(handle, {"id": "f2", "p": None})[1]


def test_a_missing_value_is_unknown_in_every_comparison():
    """≠, its negation and 未填报 over a missing term: unknown, unknown, known."""
    differs = Compare(Comparator.UNEQUAL, TermRef("数", INTEGER), Constant(1, INTEGER))
    three = book(differs, Negation(differs), Negation(Filled(TermRef("数", INTEGER))))
    found = list(Durable().evaluate(three, [outlet()]))
    assert [one.verdict for one in found] == [Verdict.UNDETERMINED, Verdict.UNDETERMINED, Verdict.PASS]
    assert [one.missing for one in found] == [("数",), ("数",), ()]


def test_absence_alone_hangs():
    """A rule whose only condition is `$nex` keeps the process until it is stopped."""
    program = (
        "import json, durable_rules_engine as native\n"
        "handle = native.create_ruleset('r', json.dumps({'r': {'all': [{'m': {'$and': [{'$nex': {'p': 1}}]}}]}}))\n"
        "code, state = native.assert_fact(handle, json.dumps({'sid': '0', 'id': 'f', 'q': 1}))\n"
        "message = native.start_action_for_state(handle, state)\n"
        'while message: native.update_state(handle, \'{"sid":"0","$s":1}\'); message = native.complete_and_start_action(handle, state)\n'
        "print('done')"
    )
    assert run_apart(program, seconds=2) is None


def test_absence_alone_is_never_registered():
    """The ruleset refuses such a condition, also inside `$or`."""
    nowhere = {"$nex": {"p": 1}}
    for condition in (nowhere, {"$and": [nowhere]}, {"$or": [nowhere, {"$nex": {"q": 1}}]}):
        with pytest.raises(BookTooLargeError):
            Ruleset({"r": {"all": [{"m": condition}]}})


# --- 10: alternatives


def test_alternatives_fire_once_for_each_branch():
    """`$or` with two true branches fires twice."""
    handle = register({"r": [{"m": {"$or": [{"p": 1}, {"q": 1}]}}]})
    assert fire(handle, {"id": "f", "p": 1, "q": 1})[1] == ["r", "r"]


def test_alternatives_that_all_hold_make_one_finding():
    """A rule of which both alternatives hold passes once."""
    either = book(Any((at_least("数", 1), at_least("数", 2), at_least("量", 1))))
    assert verdicts(either, outlet(数=9, 量=9)) == [Verdict.PASS]


# --- 11: numbers and types


def test_exponents_are_refused_and_types_run_together():
    """1e20 is error 204; the text "1" equals the number 1, and True equals 1."""
    with pytest.raises(native.error, match="204"):
        native.assert_fact(register({"r": one({"p": 1})}), '{"sid":"0","id":"f","p":1e20}')
    for value in ("1", True):
        assert fire(register({"r": one({"p": 1})}), {"id": "f", "p": value})[1] == ["r"]


def test_numbers_past_64_bits_and_odd_texts_compare_right():
    """Products past the engine's integers keep their sign and order; texts with quotes, signs and digits are themselves."""
    number = TermRef("数", INTEGER)
    square = Arithmetic(ArithmeticOperator.TIMES, number, number, INTEGER)
    cube = Arithmetic(ArithmeticOperator.TIMES, square, number, INTEGER)
    large = book(
        Compare(Comparator.GREATER, cube, Constant(10**60 - 1, INTEGER)),
        Compare(Comparator.EQUAL, cube, Constant(10**60, INTEGER)),
        Compare(Comparator.LESS, cube, Constant(0, INTEGER)),
    )
    assert verdicts(large, outlet(数=10**20)) == [Verdict.PASS, Verdict.PASS, Verdict.FAIL]
    assert verdicts(large, outlet(数=-(10**20))) == [Verdict.FAIL, Verdict.FAIL, Verdict.PASS]
    text = TermRef("文", TEXT)
    odd = [
        "1",
        "true",
        "null",
        "",
        '"',
        "\\",
        "it's",
        "}",
        "a,b",
        "网点",
        "\n",
        "\x00",
        "\ud800",
        "甲" * 70_000,
    ]
    same = book(*(Compare(Comparator.EQUAL, text, Constant(one, TEXT)) for one in odd))
    for place, value in enumerate(odd):
        expected = [Verdict.PASS if number == place else Verdict.FAIL for number in range(len(odd))]
        assert verdicts(same, outlet(文=value)) == expected


# --- 12, 13: what the package's host does


def test_no_match_is_an_exception_for_the_host_and_an_ordinary_outcome_here():
    """The host raises for a fact that matches nothing; the engine says that the rule cannot be decided."""
    from durable.engine import MessageNotHandledException

    from unit.engines.durable.raw import QuietHost

    host = QuietHost()
    host.register_rulesets({"r": {"r": {"all": [{"m": {"$and": [{"p": 1}]}}], "run": lambda _: None}}})
    with pytest.raises(MessageNotHandledException):
        host.assert_fact("r", {"id": "f", "q": 1})
    assert verdicts(book(at_least("数", 5)), outlet(别的=1)) == [Verdict.UNDETERMINED]


def test_a_host_starts_threads_and_swallows_exceptions_of_actions():
    """Host() leaves two timer threads; an action that fails is only noted in the state."""
    from unit.engines.durable.raw import QuietHost

    program = "import threading\nfrom durable.engine import Host\nHost(); print(threading.active_count())"
    assert int(run_apart(program)) > 1

    def fails(c):
        raise ValueError("lost")

    host = QuietHost()
    host.register_rulesets({"x": {"r": {"all": [{"m": {"$and": [{"p": 1}]}}], "run": fails}}})
    state = host.assert_fact("x", {"id": "f", "p": 1})
    assert "lost" in state["exception"]


def test_judging_starts_no_thread_and_runs_no_action():
    """An evaluation leaves the threads as they were and does not even import the package's host."""
    before = threading.active_count()
    assert verdicts(book(at_least("数", 5)), outlet(数=1)) == [Verdict.FAIL]
    assert threading.active_count() == before
    program = "import sys, policyengine.engines.durable.judge\nprint('durable.engine' in sys.modules)"
    assert run_apart(program) == "False"


# --- 14: what stays


def test_facts_that_stay_take_kilobytes_each():
    """Two thousand small facts left in one state take over 10 MB."""
    program = _MEMORY + (
        "import json, durable_rules_engine as native\n"
        "handle = native.create_ruleset('r', json.dumps({'r': {'all': [{'m': {'$and': [{'p': 1}]}}]}})); before = now()\n"
        "for n in range(2000): native.assert_fact(handle, json.dumps({'sid': '0', 'id': f'f{n}', 'p': 1}))\n"
        "print(now() - before)"
    )
    assert int(run_apart(program)) > 10


def test_threads_do_not_find_each_others_facts():
    """Four threads judge by one engine; every outlet gets its own verdicts."""
    engine, ten_rules = Durable(), book(*(at_least(f"数{number}", 5) for number in range(10)))

    def count(amount):
        outlets = [outlet(f"W{n}", **{f"数{k}": amount for k in range(10)}) for n in range(300)]
        return {one.verdict for one in engine.evaluate(ten_rules, outlets)}

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(count, (1, 9, 2, 8)))
    assert found == [{Verdict.FAIL}, {Verdict.PASS}, {Verdict.FAIL}, {Verdict.PASS}]


def test_nothing_stays_after_a_question():
    """After facts and closing facts were asked about, the state holds none of them."""
    ruleset = Ruleset({"r": {"all": [{"m": {"p": 1}}]}})
    ruleset.ask([fact(FACT_KEYS[0], '"p":1'), fact(FACT_KEYS[1], '"p":2')], [fact(FACT_KEYS[2], '"p":1')])
    assert "f0" not in native.get_facts(ruleset._handle, "0")
    assert "f2" not in native.get_facts(ruleset._handle, "0")


# --- what is in no list yet


def test_a_join_that_may_fail_at_its_end_is_never_registered():
    """The engine reads past such a condition's end; a ruleset takes only joins that end with what cannot fail."""
    second = {"$and": [{"k": "b"}, {"g": {"a": "g"}}, {"$gte": {"t": {"a": "t"}}}]}
    with pytest.raises(BookTooLargeError):
        check_limits({"r": {"all": [{"a": {"k": "a"}}, {"b": second}]}})


def test_a_ruleset_that_never_fired_can_be_closed():
    """Closing frees a state in which no rule fired; the engine alone would free memory that it never set."""
    for _ in range(50):
        ruleset = Ruleset({"r": {"all": [{"m": {"p": 1}}]}})
        assert ruleset.ask((fact(FACT_KEYS[0], '"p":2'),)) == []
        ruleset.close()
