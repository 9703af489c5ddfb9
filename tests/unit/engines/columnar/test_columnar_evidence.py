"""Evidence is JSON text that people can read and that reads back to the same values."""

import json

import polars as pl
import pytest

from policyengine.engines.columnar import evidence
from policyengine.engines.columnar.expressions import stored_type, stored_value
from policyengine.engines.findings import Due, Evidence
from policyengine.values import Kind, Type, day_number, parse_date, show

MANY = tuple(f"项{place}" for place in range(70))
COLUMNS = [
    (Type(Kind.BOOLEAN), [True, False, None]),
    (Type(Kind.INTEGER, "人"), [0, -12, 10**12, None]),
    (Type(Kind.DECIMAL, "分", places=2), [0, 5, -5, 100, 1050, -123456, None]),
    (Type(Kind.DECIMAL, places=0), [7, None]),
    (Type(Kind.DATE), [day_number(parse_date("1900-01-01")), day_number(parse_date("2199-12-31")), None]),
    (Type(Kind.CHOICE, members=("甲", "乙")), ["甲", None]),
    (Type(Kind.CHOICES, members=("甲", "乙")), [frozenset(), frozenset({"乙", "甲"}), None]),
    (Type(Kind.CHOICES, members=MANY), [frozenset(), frozenset({"项3"}), None]),
    (Type(Kind.TEXT), ["普通", "", '带"引号"、\\、\n和\t', "\x00", None]),
]


@pytest.mark.parametrize(("of", "values"), COLUMNS)
def test_values_are_shown_and_read_back(of, values):
    """Columns are written as `values.show` writes, leave out what is missing, and read back equal."""
    frame = pl.DataFrame({"词": pl.Series([stored_value(one, of) for one in values], dtype=stored_type(of))})
    texts = frame.select(evidence.joined(evidence.fact_entries({"词": of})).alias("text"))["text"].to_list()
    assert [json.loads(text) for text in texts] == [
        {} if one is None else {"词": show(one, of)} for one in values
    ]
    assert [evidence.read(text, {"词": of}).values for text in texts] == [
        {} if one is None else {"词": one} for one in values
    ]


def test_what_events_say_is_read_back():
    """Violated ids, the number met and due days come back as they were."""
    text = '{"人数": "1", "违反": ["E1", "E2"], "满足": 3, "待办": [["E7", "2025-07-01"]]}'
    due = (Due(day_number(parse_date("2025-07-01")), "E7"),)
    assert evidence.read(text, {"人数": Type(Kind.INTEGER)}) == Evidence({"人数": 1}, ("E1", "E2"), 3, due)
