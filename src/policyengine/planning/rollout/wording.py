"""What is said about lists and batches."""

from __future__ import annotations

UNKNOWN = "未填报"
PROVINCE = "本省"
STATE_UNKNOWN = "没有填报“开展情形”，分批次的规则无法判定；在 provinces 表中填写，或用 --state 指明"
BEGUN_WITH_BATCHES = "本省已开展，清单一次公布即可，批次不适用分批次的各项要求"
NO_ITEMS = "没有事项表，只按登记的批次数据判断，未与事项核对"


def batch(number: int | None, identifier: str) -> str:
    """Name a batch."""
    return f"第 {number} 批" if number is not None else f"批次 {identifier}"


def item(name: str) -> str:
    """Name an item."""
    return f"事项“{name}”"


def differs(what: str, name: str, recorded: str, own: str) -> str:
    """Say that a recorded fact is not what the items say."""
    return f"{what}登记的“{name}”为 {recorded}，按事项推算为 {own}"


def batch_twice(number: int) -> str:
    """Say that two batches have one number."""
    return f"第 {number} 批有两行，批次序号不得重复"


def no_number(identifier: str) -> str:
    """Say that a batch has no number."""
    return f"批次 {identifier} 没有填批次序号，不能排出先后"


def gap(number: int) -> str:
    """Say that a batch is missing between others."""
    return f"缺少第 {number} 批：批次序号应当连续"


def stray(name: str, number: int) -> str:
    """Say that an item refers to a batch that is not there."""
    return f"事项“{name}”注明随第 {number} 批公布，但没有这一批（或已撤销）"


def empty_batch(number: int) -> str:
    """Say that a batch adds nothing."""
    return f"第 {number} 批没有一个事项"


def not_yet_public(name: str, number: int) -> str:
    """Say that an item is on the list before its batch is published."""
    return f"事项“{name}”已列为在册，但所在的第 {number} 批尚未公布"


def kept_out(title: str, rule: str, reasons: tuple[str, ...], advice: str) -> str:
    """Say which rule keeps an item off the list, and what may be done."""
    return f"不符合“{title}”（{rule}）：{'；'.join(reasons)}" + (f"。处理：{advice}" if advice else "")


def cannot_tell(title: str, missing: tuple[str, ...]) -> str:
    """Say what must be filled before an item may be listed."""
    return f"缺少“{'”“'.join(missing)}”，不能判定“{title}”，补填后再列入"


def item_twice(name: str, first: str, second: str) -> str:
    """Say that an item stands on a list twice."""
    return f"事项“{name}”列了两次（{first}、{second}）"


def too_many_batches(batches: int, items: int) -> str:
    """Refuse more batches than items."""
    return f"要分 {batches} 批，但可列入的事项只有 {items} 项，每批至少要有一项；最多可分 {items} 批"


def nothing_to_list(kept_out: int) -> str:
    """Refuse a plan without items."""
    why = f"，{kept_out} 项都因不符合事项规则未列入" if kept_out else ""
    return f"没有可列入清单的事项{why}"


def already_begun(batches: int) -> str:
    """Refuse batches to a province that has begun."""
    return f"本省已开展，清单由人力资源社会保障部门确定后一次公布，不分 {batches} 批；请用 --batches 1"


def published_already(published: int, batches: int) -> str:
    """Refuse fewer batches than are published."""
    return f"已公布 {published} 批，不能改为共 {batches} 批；--batches 是总批数，含已公布的"


def no_room(left: int, published: int) -> str:
    """Refuse items without a batch to go into."""
    return f"已公布 {published} 批，还有 {left} 项未列入，请把 --batches 增加到 {published + 1} 以上"


def too_small(batches: int, most: int, items: int) -> str:
    """Refuse a limit that cannot hold all items."""
    return f"每批至多 {most} 项，{batches} 批放不下 {items} 项；至少要 {-(-items // most)} 批，或放宽 --most"


def too_few_new(batches: int, left: int) -> str:
    """Refuse more new batches than new items."""
    return f"还要分 {batches} 批，但未公布的事项只有 {left} 项，每批至少要有一项"


def no_lawful_way(conflicts: tuple[str, ...]) -> str:
    """Say that no order keeps the rules."""
    why = "；".join(conflicts) or "剩余事项排不出既不比已公布批次更简、又高频优先的次序"
    return f"排不出符合规则的批次：{why}。可减少批数、放宽 --most，或通过动态调整把这些事项补入已公布的批次"


def overtaken(number: int, name: str, cases: int, rarest: int) -> str:
    """Say that a new item should have stood in a published batch."""
    return f"事项“{name}”（年办件量 {cases} 件）与已公布的第 {number} 批繁简相当，而该批最低年办件量只有 {rarest} 件"


def place_in_order(complexity: int, rank: int, whole: int) -> str:
    """Say where an item stands from simple to complex."""
    return f"由简到繁：复杂度 {complexity} 分，在 {whole} 项中由简到繁居第 {rank} 位"


def place_among_equals(equals: int, rank: int, cases: int) -> str:
    """Say where an item stands among those as complex as it."""
    if equals == 1:
        return f"年办件量 {cases} 件，没有同等复杂的事项"
    return f"高频优先：同等复杂的 {equals} 项中，年办件量 {cases} 件居第 {rank} 位"


def handled(risk: int | None, mode: str) -> str:
    """Say how an item may be handled."""
    return f"风险 {risk} 级，可{mode}" if risk is not None else f"可{mode}"


def moved(before: int, after: int) -> str:
    """Say that an item moves."""
    return f"由原定第 {before} 批调整到第 {after} 批"


def stays(number: int) -> str:
    """Say that an item stays where it was."""
    return f"保持原定第 {number} 批"


FIXED = "所在批次已公布，不作变动"
NEWCOMER = "新列入的事项"
ONE_LIST = "本省已开展，随清单一次公布"
DROPPED = "动态调整：新的事项表不再列入"
STATE_ASSUMED = "未说明本省是否已开展，按未开展省份分批次安排；已开展的用 --state 已开展"
PROVINCE_ASSUMED = "未给出省份，表中省份代码暂填 000000；要供夜间评估使用，请用 --province 指明省级代码"
NOT_PROVED = "在限定的计算量内找到了可行方案，未能证明调整项数最少"


def dropped_for(reasons: tuple[str, ...]) -> str:
    """Say why an item leaves the list."""
    return f"动态调整：{'；'.join(reasons)}"


def moves(number: int, before: int) -> str:
    """Say how much a new plan changes."""
    return f"与原方案相比，{before} 项中调整批次 {number} 项"
