"""The committed clause tree and ledger are the text of 编制说明, all of it, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.diagnostics import Problems
from policyengine.standard import Standard, load_standard
from policyengine.standard.ledger import ReasonKind
from policyengine.standard.quotation import locate, nearest
from policyengine.standard.rebuild import rebuild
from policyengine.standard.wording import REASON_MEANINGS

FOLDER = Path(__file__).resolve().parents[2] / "data" / "standard"


@cache
def standard() -> Standard:
    """Read the committed folder once."""
    problems = Problems()
    read = load_standard(FOLDER, problems)
    problems.stop_if_any()
    return read


def raw() -> str:
    """Read the text without our own reader."""
    return (FOLDER / "编制说明.txt").read_bytes().decode("utf-8")


def test_the_text_is_the_one_that_was_received() -> None:
    """Not a byte of the source is changed."""
    digest = sha256((FOLDER / "编制说明.txt").read_bytes()).hexdigest()
    assert digest == "c9300c44dee350ff5271f350ef2a111e6e2a9f33182d9fe450065e4509a25167"


def test_the_committed_files_are_what_rebuild_writes() -> None:
    """Nobody edited a place or a fingerprint by hand."""
    for name, content in rebuild(FOLDER).items():
        assert content == (FOLDER / name).read_text(encoding="utf-8"), name


def test_every_chapter_of_the_standard_is_a_clause() -> None:
    """The keys that rules cite are all there, written in full width."""
    keys = standard().clauses
    numerals = "一二三四五六七八九"
    assert [key for key in keys if "（" not in key and "·" not in key] == list(numerals[:7])
    assert list(keys["五"].children) == [f"五（{one}）" for one in [*numerals, "十", "十一"]]
    assert list(keys["六"].children) == [f"六（{one}）" for one in numerals[:5]]
    assert list(keys["四"].children) == [f"四·第{one}阶段" for one in numerals[:5]]
    assert all(re.fullmatch(r"[一二三四五六七](（[一二三四五六七八九十]+）|·第.阶段)?", key) for key in keys)


def test_fingerprints_and_texts_match_the_raw_file() -> None:
    """Each sentence is the raw text at its place, less its line ends."""
    text = raw()
    for one in standard().sentences.values():
        piece = text[slice(*one.range)]
        assert sha256(piece.encode()).hexdigest().startswith(one.fingerprint)
        assert one.text == piece.replace("\n", "")
        assert text.count("\n", 0, one.range[0]) + 1 == one.lines[0]


def test_every_character_belongs_to_one_sentence_or_one_heading() -> None:
    """From the first heading on, nothing but blanks is left out and nothing is in two sentences."""
    text = raw()
    owners: Counter[int] = Counter()
    for clause in standard().clauses.values():
        owners.update(range(*clause.heading))
    for sentence in standard().sentences.values():
        owners.update(offset for offset in range(*sentence.range) if text[offset] != "\n")
    start = standard().clauses["一"].heading[0]
    visible = {offset for offset in range(start, len(text)) if text[offset] != "\n"}
    assert {offset for offset in visible if owners[offset] != 1} == {
        offset for offset in visible if text[offset] == " " and owners[offset] == 0
    }
    assert set(owners) <= visible


def test_sentences_end_as_sentences_do() -> None:
    """A sentence ends with a full stop, or with the colon that opens a list; it holds no second full stop."""
    for one in standard().sentences.values():
        assert re.search(r"(。[”’]*|：)$", one.text), one.id
        assert one.text.rstrip("”’").count("。") <= 1, one.id


def test_every_sentence_of_parts_one_to_four_but_the_plea_has_its_reason() -> None:
    """Drafting history excuses itself, save the banks' plea for few posts at township outlets."""
    open_ones = [
        one.id for one in standard().sentences.values() if one.id[0] in "1234" and one.reason is None
    ]
    assert open_ones == ["4.3-4"]
    assert "人员岗位设置上不建议设置过多岗位" in standard().sentences["4.3-4"].text


def test_requirements_are_not_excused() -> None:
    """The sentences of 五（四）to（十一）and 六（二）to（五）are for rules; at most a part gives a reason."""
    for one in standard().sentences.values():
        if one.id.startswith("6.") and not one.id.startswith("6.1"):
            assert one.reason is None, one.id
        if re.match(r"5\.([4-9]|1\d)-", one.id):
            assert one.reason is None, one.id
            assert one.parts, one.id


def test_the_numbers_of_parts_are_those_that_the_text_counts() -> None:
    """Where the text says how many aspects a chapter has, the ledger lists as many."""
    counted = 0
    for one in standard().sentences.values():
        if found := re.search(r" (\d+) 个(?:方面|环节)", one.text):
            assert len(one.parts) == int(found[1]), one.id
            counted += 1
    assert counted >= 6


def test_every_type_of_reason_is_explained() -> None:
    """The closed list and its wording are the same list."""
    assert set(REASON_MEANINGS) == set(ReasonKind)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_quotation_cut_anywhere_from_a_clause_is_found(data: st.DataObject) -> None:
    """Any stretch of a clause's joined text is located, and reads the same at the place found."""
    clause = data.draw(st.sampled_from([one for one in standard().clauses.values() if one.body]))
    assert clause.body is not None
    joined = raw()[slice(*clause.body)].replace("\n", "")
    start = data.draw(st.integers(0, len(joined) - 1))
    end = data.draw(st.integers(start + 1, len(joined)))
    wanted = joined[start:end].strip()
    found = locate(standard(), clause.key, wanted)
    if not wanted:
        assert found is None
        return
    assert found is not None
    assert raw()[slice(*found.range)].replace("\n", "") == wanted
    assert found.sentences


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_quotation_with_a_foreign_character_is_refused(data: st.DataObject) -> None:
    """One character that the text does not have makes a quotation not verbatim; a long one still finds its sentence."""
    sentence = data.draw(st.sampled_from(list(standard().sentences.values())))
    at = data.draw(st.integers(1, len(sentence.text) - 1))
    wrong = f"{sentence.text[:at]}囍{sentence.text[at:]}"
    assert locate(standard(), sentence.clause, wrong) is None
    if len(sentence.text) > 20:
        near = nearest(standard(), sentence.clause, wrong)
        assert near
        assert near in sentence.text or any(piece in near for piece in sentence.text.split("，"))
