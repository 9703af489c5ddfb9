"""Laws of planning over generated items, institutions and places."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise, product

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from policyengine.planning.rank.order import Applicant, positions
from policyengine.planning.rank.reach import Reached
from policyengine.planning.refusals import InfeasibleWishError
from policyengine.planning.rollout.check import Listing
from policyengine.planning.rollout.plan import Wish, plan
from policyengine.planning.rollout.segments import Piece, Sizes, cut
from policyengine.planning.solver import best_coverage, fewest_moves
from unit.planning.planning_cases import PROVINCE, book, check, item, shelf

_FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_pieces = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), min_size=1, max_size=7)


def _keeps_order(batches):
    """The rules of order, told once more from their words: a mean not lower, nothing comparable and more frequent left."""
    for number, mine in enumerate(batches):
        if not mine:
            return False
        if number:
            before = batches[number - 1]
            if sum(p.complexity for p in mine) * len(before) < sum(p.complexity for p in before) * len(mine):
                return False
        low, high = min(p.complexity for p in mine), max(p.complexity for p in mine)
        rarest = min(p.cases for p in mine)
        later = [p for rest in batches[number + 1 :] for p in rest]
        if any(low <= p.complexity <= high and p.cases > rarest for p in later):
            return False
    return True


def _tidy(batches):
    return all(
        min(p.complexity for p in later) >= max(p.complexity for p in before)
        for before, later in pairwise(batches)
    )


def _all_ways(pieces, count):
    for placing in product(range(count), repeat=len(pieces)):
        batches = [
            [p for p, at in zip(pieces, placing, strict=True) if at == number] for number in range(count)
        ]
        if _keeps_order(batches):
            yield placing, batches


@_FEW
@given(_pieces, st.integers(1, 4))
def test_cutting_finds_the_best_of_all_ways(given_items, count):
    """Among all placings that keep every rule and recommendation, none serves people sooner within the sizes."""
    assume(count <= len(given_items))
    pieces = [Piece(f"{n:02d}", c, f) for n, (c, f) in enumerate(given_items)]
    sizes = Sizes(count, -(-len(pieces) // count), 4)

    def cost(batches):
        return (
            int(len(batches[0]) > sizes.first),
            sum(max(0, len(some) - sizes.wished) ** 2 for some in batches),
            sum(p.cases * number for number, some in enumerate(batches, 1) for p in some),
        )

    found = cut(pieces, sizes)
    best = min(cost(batches) for _, batches in _all_ways(pieces, count) if _tidy(batches))
    assert found is not None
    assert _keeps_order(found)
    assert _tidy(found)
    assert cost(found) == best


@_FEW
@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6), st.integers(1, 3)), min_size=1, max_size=6),
    st.integers(1, 3),
)
def test_planning_again_moves_as_few_as_possible(given_items, count):
    """No lawful placing moves fewer items than the one found; where none is found there is none."""
    assume(count <= len(given_items))
    pieces = [Piece(f"{n:02d}", c, f, min(before, count)) for n, (c, f, before) in enumerate(given_items)]
    moves = [
        sum(at + 1 != p.before for at, p in zip(placing, pieces, strict=True))
        for placing, _ in _all_ways(pieces, count)
    ]
    found = fewest_moves(pieces, 0, Sizes(count, len(pieces), len(pieces)))
    assert (found is None) == (not moves)
    if found is not None:
        assert found.proved
        batches = [[p for p in pieces if found.batch_of[p.id] == number] for number in range(1, count + 1)]
        assert _keeps_order(batches)
        assert sum(found.batch_of[p.id] != p.before for p in pieces) == min(moves)


@_FEW
@given(
    st.lists(
        st.tuples(st.integers(1, 100), st.integers(0, 10**6), st.sampled_from((1, 1, 2, 3, 4))),
        min_size=1,
        max_size=12,
    ),
    st.integers(1, 5),
)
def test_the_checker_accepts_every_plan(given_items, count):
    """Whatever the items, a plan holds by the rules of the book, places each delegable item once, and stands when made again."""
    grades = {1: "查询打印", 2: "参保登记", 3: "关系转移", 4: "退费退款"}
    items = [
        item(f"事项{n:02d}", c, f, risk=r, category=grades[r]) for n, (c, f, r) in enumerate(given_items)
    ]
    wish = Wish(count, province=PROVINCE, state="未开展")
    allowed = {one.id for one in items if one.values["风险等级"] <= 3}
    try:
        made = plan(items, book(), shelf().layers, wish)
    except InfeasibleWishError:
        assert len(allowed) < count
        return
    assert made.check.holds
    assert check(made.listing.items, made.listing.batches).holds
    assert {one.case.id for one in made.placed} == allowed
    again = plan(
        items, book(), shelf().layers, wish, Listing(PROVINCE, made.listing.items, made.listing.batches)
    )
    assert again.moved == 0


_keys = st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(-5, 0), st.integers(-5, 0))


@given(st.lists(_keys, min_size=1, max_size=9))
def test_the_order_of_applicants_is_an_order(keys):
    """Antisymmetric, transitive and total: ranks follow keys, equal keys tie, and input order does not matter."""
    applicants = [
        Applicant(f"I{n}", f"机构{n}", str(key[0]), str(key[1]), Reached(-key[2], -key[3], 1), key)
        for n, key in enumerate(keys)
    ]
    found = positions(applicants)
    rank = {one.applicant.id: one.rank for one in found}
    for one, other in product(applicants, repeat=2):
        assert (rank[one.id] < rank[other.id]) == (one.key < other.key)
        assert (rank[one.id] == rank[other.id]) == (one.key == other.key)
    for one in found:
        assert one.rank == 1 + sum(other.key < one.applicant.key for other in applicants)
        assert len(one.tied) == sum(other.key == one.applicant.key for other in applicants) - 1
        assert one.reasons
    assert positions(list(reversed(applicants))) == found


@_FEW
@given(
    st.lists(st.sets(st.integers(0, 6), max_size=4), min_size=1, max_size=6),
    st.lists(st.integers(0, 9), min_size=7, max_size=7),
    st.integers(1, 4),
)
def test_no_choice_of_sites_covers_more(covers, gains, pick):
    """The sites chosen gain as much as the best of all choices, and the bound says so."""
    found = best_coverage([sorted(one) for one in covers], gains, [1] * 7, pick)

    def worth(chosen):
        return sum(gains[point] for point in {point for site in chosen for point in covers[site]})

    best = max(
        worth(some)
        for size in range(pick + 1)
        for some in combinations(range(len(covers)), min(size, len(covers)))
    )
    assert len(found.picked) <= pick
    assert (found.gained, found.bound, worth(found.picked)) == (best, best, best)


def test_the_generators_reach_what_must_move():
    """A plan made worthless by a change does move items, so that the law about moves is not empty."""
    pieces = [Piece("a", 9, 5, 1), Piece("b", 1, 5, 2)]
    found = fewest_moves(pieces, 0, Sizes(2, 1, 9))
    assert found is not None
    assert found.batch_of == {"a": 2, "b": 1}
    assert replace(pieces[0], before=2).before == found.batch_of["a"]
