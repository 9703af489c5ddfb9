"""A released book is trusted only if nobody altered it and it was signed with the right key."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from policyengine.rulebook import read_shelf
from policyengine.rulebook.fingerprint import fingerprint
from policyengine.rulebook.release import ReleaseRefusedError, check_signed, new_keys, pack, verify

ROOT = Path(__file__).parents[3]
DAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def shelf():
    return read_shelf(ROOT)


@pytest.fixture(scope="module")
def keys():
    return new_keys()


@pytest.fixture(scope="module")
def released(shelf, keys):
    return pack(shelf.book(DAY, "320000"), "江苏省", keys[0])


def test_an_unaltered_release_is_accepted(released, keys, shelf):
    """Signature and fingerprint hold, and the fingerprint is that of the book."""
    found = verify(released, keys[1])
    assert found.layer == "320000"
    assert found.fingerprint == shelf.book(DAY, "320000").fingerprint


@pytest.mark.parametrize("field", ["layer", "as_of", "fingerprint", "meaning", "layer_name"])
def test_any_altered_field_is_refused(released, keys, field):
    """Changing any text of the release breaks its signature."""
    content = json.loads(released)
    content[field] += " "
    with pytest.raises(ReleaseRefusedError, match="签名不符"):
        verify(json.dumps(content).encode(), keys[1])


def test_an_altered_rule_is_refused(released, keys):
    """Changing what a rule says breaks the signature."""
    content = json.loads(released)
    content["rules"][0]["modality"] = "宜"
    with pytest.raises(ReleaseRefusedError, match="签名不符"):
        verify(json.dumps(content).encode(), keys[1])


def test_another_key_is_refused(released):
    """A release is bound to its key."""
    with pytest.raises(ReleaseRefusedError, match="签名不符"):
        verify(released, new_keys()[1])


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"\xff\xfe", b'{"signature": "x"}', base64.b64encode(b"a")]
)
def test_what_is_no_release_is_refused(data, keys):
    """Any other bytes are refused in words."""
    with pytest.raises(ReleaseRefusedError, match="不是规则书发布件"):
        verify(data, keys[1])


@pytest.mark.parametrize("key", [b"", b"-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----\n"])
def test_what_is_no_key_is_refused(released, key):
    """A broken key file is told as one."""
    with pytest.raises(ReleaseRefusedError, match="公钥"):
        verify(released, key)


def test_a_signed_book_may_run(shelf, released, keys):
    """The book of a layer that was released unaltered passes."""
    check_signed(shelf, DAY, ["320000"], [released], keys[1])


def test_a_layer_without_a_release_is_named(shelf, released, keys):
    """Every layer in use needs its release."""
    with pytest.raises(ReleaseRefusedError, match="没有签发件"):
        check_signed(shelf, DAY, ["320000", "000000"], [released], keys[1])


def test_a_book_altered_after_its_release_is_named(shelf, keys):
    """A book that now says something else than what was signed is refused."""
    book = shelf.book(DAY, "320000")
    weaker = replace(book, rules=book.rules[1:])
    signed = pack(replace(weaker, fingerprint=fingerprint(weaker)), "江苏省", keys[0])
    with pytest.raises(ReleaseRefusedError, match=r"江苏省.*可能被改动过"):
        check_signed(shelf, DAY, ["320000"], [signed], keys[1])


def test_a_book_has_one_fingerprint_on_two_days_of_one_meaning(shelf):
    """The day does not count where nothing changes."""
    assert shelf.book(date(2026, 6, 29)).fingerprint == shelf.book(DAY).fingerprint
