"""What an overlay does to the book of its layer, and what it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise, permutations
from pathlib import Path

import pytest

from policyengine.diagnostics import BookRefusedError, Problems
from policyengine.documents import read_text
from policyengine.overlays.apply import apply
from policyengine.overlays.draft import SAMPLE_BEGINS, SAMPLE_ENDS
from policyengine.overlays.layers import PROVINCES, above, chain, code_in_file_name, is_layer, layer_of
from policyengine.overlays.read import read_overlay
from policyengine.rulebook.fingerprint import fingerprint
from policyengine.rulebook.overlay_files import read_overlays
from policyengine.rulebook.shelf import read_shelf
from policyengine.semantics.ir import All, Modality, Truth
from policyengine.semantics.lower import lower
from unit.overlays.small_shelf import BASE, PROVINCE, ROOT, laid, shelf_with, shelf_with_text, small_shelf

DAY = date(2025, 9, 1)
GROUND = "理由: 试\n    文件: 某文件\n"
HEAD = "覆盖层: 320000\n名称: 江苏省\n变更:\n"
RAISE = f"  - 升格: outlet.guides\n    自: 2025-06-01\n    {GROUND}"
SET = f"  - 设定: 最长步行时间\n    取值: {{2025-06-01: 12}}\n    依据: 地方规定\n    来源: 某文件第三条\n    {GROUND}"
TIGHTEN = f"  - 从严: outlet.staff-minimum\n    并且: 导办人员数 > 0\n    自: 2025-06-01\n    {GROUND}"
WAIVE = f"  - 不采用: outlet.walking\n    自: 2025-06-01\n    至: 2025-12-31\n    {GROUND}"


def _book(text, day=DAY, layer="320000"):
    problems = Problems()
    shelf = shelf_with_text(text, problems)
    assert not [one.render() for one in problems.found]
    return shelf.book(day, layer)


def _rule(book, name):
    return next(rule for rule in book.rules if rule.id == name)


def _meaning(book):
    return book.rules, book.definitions, {name: one.current for name, one in book.parameters.items()}


@pytest.fixture(scope="module")
def real_shelf():
    return read_shelf(ROOT)


def test_an_empty_overlay_changes_nothing():
    """The book of a layer that changes nothing means what the nation's means."""
    for day in (date(2025, 2, 1), DAY, date(2027, 1, 1)):
        assert _meaning(_book(HEAD.replace("变更:\n", ""), day)) == _meaning(small_shelf().book(day))


def test_before_its_day_a_change_does_nothing():
    """On the day before the first change, everything is as above; on the day itself, it is not."""
    for change in (RAISE, SET, TIGHTEN, WAIVE):
        before, after = date(2025, 5, 31), date(2025, 6, 1)
        assert _meaning(_book(HEAD + change, before)) == _meaning(small_shelf().book(before))
        assert _meaning(_book(HEAD + change, after)) != _meaning(small_shelf().book(after))


def test_an_addition_before_its_day_leaves_no_word_behind():
    """Rules, definitions and parameters of an addition are not in the book before its day."""
    text = (ROOT / "tests/golden/overlays/good/every-operation.yaml").read_text(encoding="utf-8")
    early = _book(text, date(2025, 5, 31), "330000")
    assert not {"忙碌网点"} & {one.name for one in early.definitions}
    assert not {"忙碌人数", "最少引导人数"} & set(early.parameters)
    late = _book(text, DAY, "330000")
    assert {"忙碌网点"} <= {one.name for one in late.definitions}
    assert _rule(late, "outlet.busy-guides").layer == "330000"


def test_the_order_of_changes_does_not_matter():
    """Whichever way the changes of a file are ordered, the book means the same."""
    books = [_book(HEAD + "".join(changes)) for changes in permutations((RAISE, SET, TIGHTEN, WAIVE))]
    assert all(one.fingerprint == other.fingerprint for one, other in pairwise(books))


def test_the_order_of_files_does_not_matter(tmp_path):
    """Overlays are known by their codes; the names and the order of files play no part."""
    folder = tmp_path / "rules" / "overlays"
    folder.mkdir(parents=True)
    for name in ("320000-a.yaml", "320000-b.yaml"):
        (folder / name).write_text(HEAD + RAISE, encoding="utf-8")
    problems = Problems()
    read_overlays(tmp_path, problems)
    assert [(one.code, one.span.file) for one in problems.found] == [
        ("O004", "rules/overlays/320000-b.yaml"),
        ("O004", "rules/overlays/320000-a.yaml"),
    ]


def test_a_file_name_must_begin_with_the_code(tmp_path):
    """A file that is called after another layer is told, at the code inside."""
    folder = tmp_path / "rules" / "overlays"
    folder.mkdir(parents=True)
    (folder / "330000-jiangsu.yaml").write_text(HEAD + RAISE, encoding="utf-8")
    problems = Problems()
    read_overlays(tmp_path, problems)
    assert [(one.code, one.underlined) for one in problems.found] == [("O001", "320000")]


def test_a_setting_says_who_set_the_value_and_why():
    """The value in force carries its layer, source and reason; the nation's value stays in the history."""
    parameter = _book(HEAD + SET).parameters["最长步行时间"]
    assert (parameter.value, parameter.current.layer) == (12, "320000")
    assert (parameter.current.source, parameter.current.reason) == ("某文件第三条", "试")
    assert [one.layer for one in parameter.history] == ["000000", "320000"]


def test_a_raised_recommendation_is_an_obligation_and_says_so():
    """宜 becomes 应, with the layer, the day, the reason and the document on the rule."""
    rule = _rule(_book(HEAD + RAISE), "outlet.guides")
    assert rule.modality is Modality.SHALL
    (change,) = rule.changes
    assert (change.layer, change.operation, change.since) == ("320000", "升格", date(2025, 6, 1))
    assert (change.reason, change.document) == ("试", "某文件")


def test_a_tightened_rule_keeps_its_own_requirement():
    """What was required above is still required, and-ed with the new condition."""
    upper, rule = (
        _rule(small_shelf().book(DAY), "outlet.staff-minimum"),
        _rule(_book(HEAD + TIGHTEN), "outlet.staff-minimum"),
    )
    assert isinstance(rule.requires, All)
    assert rule.requires.parts[0] == upper.requires
    assert rule.applies == upper.applies
    assert rule.changes[0].text == "导办人员数 > 0"


def test_a_waived_recommendation_stays_in_the_book_and_comes_back():
    """Within its days it applies to nobody; on the day after 至 it is as it was, with no trace."""
    text = HEAD + WAIVE
    last, next_day = date(2025, 12, 31), date(2026, 1, 1)
    assert _rule(_book(text, last), "outlet.walking").applies == Truth(value=False)
    assert _rule(_book(text, next_day), "outlet.walking") == _rule(
        small_shelf().book(next_day), "outlet.walking"
    )


def test_a_waiver_ends_although_the_book_was_asked_for_earlier():
    """Books kept between turning days do not outlive the end of a waiver."""
    shelf = shelf_with_text(HEAD + WAIVE, Problems())
    during = _rule(shelf.book(date(2025, 12, 31), "320000"), "outlet.walking")
    after = _rule(shelf.book(date(2026, 1, 1), "320000"), "outlet.walking")
    assert during.applies != after.applies


def test_a_city_lies_over_its_province():
    """A city's book has the province's changes under its own."""
    problems = Problems()
    book = shelf_with(ROOT / "tests/golden/overlays/good/city-over-province.yaml", problems).book(
        DAY, "320100"
    )
    assert _rule(book, "outlet.guides").modality is Modality.SHALL
    assert {change.layer for change in _rule(book, "outlet.guides").changes} == {"320000", "320100"}
    assert book.parameters["江苏导办人数"].current.layer == "320100"
    assert book.parameters["最长步行时间"].current.layer == "320100"


def test_a_city_without_a_provincial_overlay_lies_on_the_nation():
    """The chain of layers holds only those that exist."""
    assert chain("320100", {"320100"}) == ("320100",)
    assert chain("320100", {"320100", "320000"}) == ("320000", "320100")
    assert chain("000000", {"320000"}) == ()
    assert above("320000", {"320000"}) == "000000"


@pytest.mark.parametrize(
    ("division", "layer"),
    [
        ("320102", "320100"), ("320102003004", "320100"), ("320582", "320000"), ("320000", "320000"),
        ("330102", "000000"), ("000000", "000000"),
    ],
)  # fmt: skip
def test_a_division_belongs_to_its_deepest_layer(division, layer):
    """City before province before nation, from any code of 6 to 12 digits."""
    assert layer_of(division, {"320000", "320100"}) == layer


@pytest.mark.parametrize("code", ["32", "320001", "999900", "32000a", "000000", "", "３２００００"])
def test_a_code_that_is_no_province_or_city_is_no_layer(code):
    """Counties, unknown provinces and things that are no code are refused."""
    assert not is_layer(code)


def test_a_file_name_gives_its_code():
    """`320000-jiangsu` is a layer's file name; a name without code or word is not."""
    assert code_in_file_name("320000-jiangsu") == "320000"
    assert not code_in_file_name("320000")
    assert not code_in_file_name("jiangsu")


def test_an_overlay_given_by_hand_takes_the_place_of_the_shelfs_own(tmp_path):
    """A draft replaces the overlay of its code; a second draft of one code is refused."""
    draft = tmp_path / "draft.yaml"
    draft.write_text(HEAD + SET, encoding="utf-8")
    shelf = laid(
        read_overlay(read_text(HEAD + RAISE, "a.yaml", Problems()), "a.yaml", Problems()), Problems()
    )
    again = shelf.with_overlay(draft)
    assert again.book(DAY, "320000").parameters["最长步行时间"].value == 12
    assert _rule(again.book(DAY, "320000"), "outlet.guides").modality is Modality.SHOULD
    assert _rule(shelf.book(DAY, "320000"), "outlet.guides").modality is Modality.SHALL
    with pytest.raises(BookRefusedError) as refused:
        again.with_overlay(draft)
    assert [one.code for one in refused.value.diagnostics] == ["O004"]


def test_a_changed_province_is_held_against_its_cities(tmp_path):
    """A province's draft that overtakes a city's value refuses the city's book, not its own."""
    draft = tmp_path / "draft.yaml"
    draft.write_text(HEAD + SET.replace("12", "10"), encoding="utf-8")
    city = "覆盖层: 320100\n名称: 南京市\n变更:\n" + SET.replace("12", "11")
    shelf = laid(
        read_overlay(read_text(city, "city.yaml", problems := Problems()), "city.yaml", problems), problems
    )
    shelf = replace(shelf, overlays={"320100": shelf.overlays["320100"]}).with_overlay(draft)
    assert shelf.book(DAY, "320000").parameters["最长步行时间"].value == 10
    with pytest.raises(BookRefusedError) as refused:
        shelf.book(DAY, "320100")
    assert [(one.code, one.span.file) for one in refused.value.diagnostics] == [("O021", "city.yaml")]


def test_a_layer_that_is_not_there_is_told():
    """Asking for the book of an unknown layer names those there are."""
    with pytest.raises(BookRefusedError) as refused:
        small_shelf().book(DAY, "330000")
    assert [one.code for one in refused.value.diagnostics] == ["O050"]


def test_the_direction_shown_by_the_nation_is_not_turned_by_a_layer():
    """A rule added below may use a parameter the other way round; what only tightens stays the nation's word."""
    added = (
        "  - 新增:\n      - 规则: outlet.few\n        名称: 少\n        条款: 五（五）\n        引文: 场地要求\n"
        "        用语: 应\n        对象: 网点\n        要求: 导办人员数 <= 最少经办人员数\n"
        f"    自: 2025-06-01\n    {GROUND}"
    )
    assert str(_book(HEAD + added).parameters["最少经办人员数"].adjustable) == "只可调高"


def test_applying_all_changes_is_applying_them_on_a_day_when_all_count():
    """The whole text of a layer is its text on a day when every change has begun and none has ended."""
    overlay = read_overlay(
        read_text(HEAD + RAISE + SET + TIGHTEN + WAIVE, "a.yaml", p := Problems()), "a.yaml", p
    )
    assert overlay is not None
    national = small_shelf().national
    assert apply(national, overlay, None) == apply(national, overlay, DAY)


@pytest.mark.parametrize(
    "day", [date(2025, 2, 1), date(2025, 9, 1), date(2026, 6, 30), date(2026, 9, 1), date(2030, 1, 1)]
)
def test_a_book_taken_from_the_whole_is_the_book_of_the_day(day, real_shelf):
    """Books that are not made anew for a day say what they would say if they were."""
    for code in real_shelf.layers:
        real_shelf.layer(code)
        text = real_shelf._layering[0].text_on(code, day)
        made = lower(text, real_shelf.vocabulary, day, code, Problems())
        assert real_shelf.book(day, code).fingerprint == fingerprint(made)
        assert real_shelf.book(day, code).as_of == day


@pytest.mark.parametrize("code", sorted(PROVINCES))
def test_a_new_overlay_is_valid_at_once(code, real_shelf, tmp_path):
    """What `overlay new` writes for any province loads and changes nothing."""
    draft = tmp_path / f"{code}-draft.yaml"
    shelf = replace(real_shelf, overlays={})
    draft.write_text(shelf.new_overlay(code, date(2026, 6, 30)), encoding="utf-8")
    laid_on = shelf.with_overlay(draft)
    layer = laid_on.layer(code)
    assert not layer.found
    assert layer.text == laid_on.layer("000000").text


@pytest.mark.parametrize("code", ["320000", "320100", "370200"])
def test_the_samples_of_a_new_overlay_are_valid_when_used(code, real_shelf, tmp_path):
    """With the comment marks taken off, the samples load too, over the nation or over a province."""
    text = real_shelf.new_overlay(code, date(2026, 6, 30), "某市")
    head, rest = text.split(SAMPLE_BEGINS + "\n")
    samples, tail = rest.split(SAMPLE_ENDS + "\n")
    used = "".join(line.removeprefix("# ") + "\n" for line in samples.splitlines())
    draft = tmp_path / "draft.yaml"
    draft.write_text(head + used + tail, encoding="utf-8")
    shelf = replace(real_shelf, overlays={"370000": real_shelf.overlays["370000"]}).with_overlay(draft)
    assert not [one.render() for one in shelf.layer(code).found]
    assert len(shelf.overlays[code].changes) == 3


def test_a_new_overlay_lists_every_adjustable_parameter_of_the_book(real_shelf):
    """Whatever an overlay may set stands in the comments, with its value, basis and direction."""
    text = real_shelf.new_overlay("330000", date(2026, 6, 30))
    book = real_shelf.book(date(2026, 6, 30))
    missing = [
        one.name
        for one in book.parameters.values()
        if str(one.adjustable) != "不可" and f"#   {one.name}：" not in text
    ]
    assert not missing


def test_every_overlay_of_the_book_loads_and_says_where_its_values_come_from(real_shelf):
    """Each shipped overlay loads; each value it sets and each change it makes has source, reason and document."""
    for code in real_shelf.overlays:
        book = real_shelf.book(date(2026, 6, 30), code)
        own = [
            one for parameter in book.parameters.values() for one in parameter.history if one.layer == code
        ]
        assert all(one.source for one in own)
        changes = [change for rule in book.rules for change in rule.changes if change.layer == code]
        assert all(change.reason and change.document for change in changes)


def test_every_overlay_of_the_book_has_scenarios_for_every_rule_it_touches(real_shelf):
    """Each rule that an overlay raises, tightens, waives or adds is named, or judged whole, in its own feature file."""
    for path in sorted((ROOT / "rules" / "overlays").glob("*.yaml")):
        feature = (ROOT / "features" / "overlays" / f"{path.stem}.feature").read_text(encoding="utf-8")
        assert f'采用覆盖层"{path.stem}"' in feature
        code = path.stem[:6]
        book = real_shelf.book(date(2026, 6, 30), code)
        touched = {
            rule.id: rule.changes for rule in book.rules if any(one.layer == code for one in rule.changes)
        }
        for rule, changes in touched.items():
            raised = all(one.operation == "升格" for one in changes if one.layer == code)
            assert f'按规则"{rule}"' in feature or (raised and "评估全部规则" in feature), rule


def test_the_small_province_is_lawful():
    """The province that the golden city files lie on has nothing wrong itself."""
    problems = Problems()
    shelf_with(Path(PROVINCE), problems).check(DAY, problems)
    assert not problems.found
    assert BASE.is_dir()
