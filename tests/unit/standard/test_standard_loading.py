"""Reading data/standard tells whatever does not agree with the text, each at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policyengine.diagnostics import BookRefusedError, Problems
from policyengine.standard import Standard, load_standard
from policyengine.standard.clauses import normalise_key
from policyengine.standard.rebuild import rebuild, run

if TYPE_CHECKING:
    from pathlib import Path


def codes_after(folder: Path, name: str, old: str, new: str) -> list[str]:
    """Change one file and give the codes of what is told."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = Problems()
    load_standard(folder, problems)
    return [one.code for one in problems.found]


def test_a_good_folder_loads(small: Standard) -> None:
    """Clauses come by full-width key with their children, sentences by id with page breaks closed."""
    assert list(small.clauses) == ["一", "一（一）", "一（二）"]
    assert small.clauses["一"].children == ("一（一）", "一（二）")
    assert small.clauses["一"].body is None
    assert small.clauses["一（二）"].label == "一（二）评价"
    assert list(small.sentences) == ["1.1-1", "1.1-2", "1.2-1", "1.2-2"]
    broken = small.sentences["1.1-2"]
    assert broken.text == "网点应具备按照标准完成配备的能力。"
    assert broken.lines == (7, 9)
    assert [part.id for part in small.sentences["1.2-1"].parts] == ["1.2-1.1", "1.2-1.2", "1.2-1.3"]
    assert [slip.reading for slip in small.slips] == ["（二）"]


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("编制说明.txt", "场地要求", "场地条件", "ST08"),
        ("clauses.yaml", "标题: 要求", "标题: 请求", "ST07"),
        ("clauses.yaml", "上级: 一", "上级: 九", "ST06"),
        ("clauses.yaml", "条款: 一（二）", "条款: 一(二)", "ST06"),
        ("clauses.yaml", "条款: 一（二）", "条款: 一（一）", "ST05"),
        ("clauses.yaml", "标题位置: [", "标题位置: [9", "ST04"),
        ("clauses.yaml", "标题: 要求", "题目: 要求", "ST03"),
        ("sentences.yaml", "指纹: ", "指纹: 0", "ST08"),
        ("sentences.yaml", "行: [7, 9]", "行: [7, 8]", "ST08"),
        ("sentences.yaml", "条款: 一（一）", "条款: 一（二）", "ST09"),
        ("sentences.yaml", "条款: 一（一）", "条款: 一（九）", "ST06"),
        ("sentences.yaml", "句: 1.1-2", "句: 1.1-1", "ST05"),
        ("sentences.yaml", "项: 监督", "项: 督导", "ST10"),
        ("sentences.yaml", "类型: 定义", "类型: 定义义", "ST11"),
        ("sentences.yaml", "说明: '只介绍术语'", "说明: ''", "ST03"),
        ("sentences.yaml", "{类型: 定义, 说明: '只介绍术语'}", "定义", "ST02"),
        ("slips.yaml", "读作: '（二）'\n  位置: [", "读作: '（二）'\n  位置: [1, 2] #", "ST12"),
    ],
)
def test_what_does_not_agree_is_told(small_folder: Path, name: str, old: str, new: str, code: str) -> None:
    """Each way to be wrong has its diagnostic."""
    assert code in codes_after(small_folder, name, old, new)


def test_no_text_is_told_once(tmp_path: Path) -> None:
    """Without the text there is one diagnostic, and nothing else is checked."""
    problems = Problems()
    standard = load_standard(tmp_path, problems)
    assert [one.code for one in problems.found] == ["ST01"]
    assert standard.sentences == {}


def test_crlf_checkout_is_the_same_text(small_folder: Path) -> None:
    """Line ends turned into CRLF by a checkout move no place."""
    path = small_folder / "编制说明.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    problems = Problems()
    load_standard(small_folder, problems)
    assert problems.found == []


def test_rebuild_repeats_itself(small_folder: Path) -> None:
    """Building again from what was built changes no byte and keeps what people wrote."""
    for name, content in rebuild(small_folder).items():
        assert content == (small_folder / name).read_text(encoding="utf-8")
    assert "只介绍术语" in (small_folder / "sentences.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("监督、", "查看、", "ST08"), ("术语另行规定。", "", "ST08"), ("(二)", "（二）", "ST12")],
)
def test_rebuild_refuses_to_lose_what_people_wrote(small_folder: Path, old: str, new: str, code: str) -> None:
    """A changed or vanished sentence, or a slip that is gone, stops the rebuild."""
    path = small_folder / "编制说明.txt"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(BookRefusedError) as refused:
        rebuild(small_folder)
    assert code in {one.code for one in refused.value.diagnostics}


def test_the_rebuild_command_writes_or_explains(
    small_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It restores a broken place and answers 0; with nothing to read it writes nothing and answers 3."""
    before = (small_folder / "clauses.yaml").read_bytes()
    (small_folder / "clauses.yaml").write_text("", encoding="utf-8")
    assert run([str(small_folder)]) == 0
    assert (small_folder / "clauses.yaml").read_bytes() == before
    (small_folder / "编制说明.txt").unlink()
    assert run([str(small_folder)]) == 3
    assert "ST01" in capsys.readouterr().err
    assert (small_folder / "clauses.yaml").read_bytes() == before


def test_typed_keys_are_brought_to_full_width() -> None:
    """Half-width brackets and blanks in a clause key are a matter of typing."""
    assert normalise_key("五 (九)") == "五（九）"
