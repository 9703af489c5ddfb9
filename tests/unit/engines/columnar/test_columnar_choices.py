"""多选 values in columns compare as sets do, whatever members each side knows."""

import polars as pl
import pytest

from policyengine.engines.columnar import choices

FEW = ("甲", "乙", "丙")
OTHER = ("丁", "丙", "甲")
MANY = tuple(f"项{place}" for place in range(choices.MOST_BITS + 1))
SETS = {
    FEW: [frozenset(), frozenset({"甲"}), frozenset({"甲", "丙"}), None],
    OTHER: [frozenset({"丁"}), frozenset({"甲"}), frozenset({"丙", "甲"}), frozenset()],
    MANY: [frozenset({"项0"}), frozenset(MANY), frozenset(), None],
}


def frame_of(members, other):
    def column(of):
        dtype = pl.Int64 if choices.fits(of) else pl.List(pl.String)
        return pl.Series([None if one is None else choices.stored(one, of) for one in SETS[of]], dtype=dtype)

    return pl.DataFrame({"one": column(members), "two": column(other)})


def join(members, other, ask):
    return [None if None in pair else ask(*pair) for pair in zip(SETS[members], SETS[other], strict=True)]


@pytest.mark.parametrize(
    ("members", "other"), [(FEW, FEW), (FEW, OTHER), (OTHER, FEW), (FEW, MANY), (MANY, MANY)]
)
def test_two_columns_compare_as_their_sets(members, other):
    """Equality and inclusion of columns over different members are those of the sets, and null where one is missing."""
    one, two = choices.column("one", members), choices.column("two", other)
    found = frame_of(members, other).select(
        equal=choices.equal(one, two), includes=choices.includes(one, two)
    )
    assert found["equal"].to_list() == join(members, other, frozenset.__eq__)
    assert found["includes"].to_list() == join(members, other, frozenset.__ge__)


@pytest.mark.parametrize("members", [FEW, OTHER, MANY])
@pytest.mark.parametrize("wanted", [frozenset(), frozenset({"甲"}), frozenset({"别处的"}), frozenset(MANY)])
def test_a_column_compares_with_a_constant_set(members, wanted):
    """A constant may have members that the column does not know."""
    column = choices.column("one", members)
    found = frame_of(members, members).select(
        equal=choices.equal(column, wanted), includes=choices.includes(column, wanted)
    )
    assert found["equal"].to_list() == [None if one is None else one == wanted for one in SETS[members]]
    assert found["includes"].to_list() == [None if one is None else one >= wanted for one in SETS[members]]


@pytest.mark.parametrize("members", [FEW, MANY])
def test_membership_is_unknown_if_either_side_is_missing(members):
    """A missing item is not in an empty set nor outside it: it is unknown."""
    items = [members[0], None, None, members[0]]
    frame = frame_of(members, members).with_columns(item=pl.Series(items, dtype=pl.String))
    found = frame.select(choices.member(pl.col("item"), choices.column("one", members)).alias("in"))[
        "in"
    ].to_list()
    assert found == [
        None if item is None or one is None else item in one
        for item, one in zip(items, SETS[members], strict=True)
    ]


@pytest.mark.parametrize("members", [FEW, OTHER, MANY])
def test_names_are_in_the_order_of_the_members(members):
    """A set is told in the order of its type."""
    listed = frame_of(members, members).select(choices.names(choices.column("one", members)).alias("names"))[
        "names"
    ]
    order = {name: place for place, name in enumerate(sorted(members) if members is MANY else members)}
    assert listed.to_list() == [
        None if one is None else sorted(one, key=order.__getitem__) for one in SETS[members]
    ]
