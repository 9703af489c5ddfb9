"""What is said about places and sites."""

from __future__ import annotations

NO_CANDIDATES = "没有候选点：候选点表中没有一行数据"
CANDIDATES_HELP = "候选点表的列：候选点编号、候选点名称、行政区划代码（9 位或 12 位）、可覆盖区划、经度、纬度"
CODE_HELP = "填乡级（9 位）或村级（12 位）代码"
PLACE_OR_OUTLET = "每行应填行政区划代码或网点编号，二者填一个"
HALF_A_POINT = "经度和纬度要么都填，要么都不填"
NO_PEOPLE = "按人口选点需要各乡村的人口：用 --places 给出含“行政区划代码、人口”的表"
NO_MAP = "本结果为表格和条形，不含地图；公开使用地图须有审图号"
AS_THE_CROW_FLIES = "距离为直线距离，未计道路；步行时间按每分钟 {pace} 米折算"
BY = {"township": "乡镇（街道）", "village": "村（社区）", "people": "人口"}
UNIT = {"township": "个", "village": "个", "people": "人"}


def site_twice(identifier: str) -> str:
    """Refuse a site that stands twice."""
    return f"候选点“{identifier}”写了两次"


def place_twice(identifier: str) -> str:
    """Refuse a place that stands twice."""
    return f"“{identifier}”写了两次"


def not_a_township(code: str) -> str:
    """Refuse a code above the township."""
    return f"行政区划代码“{code}”不到乡级，不能确定候选点在哪个乡镇（街道）"


def unknown_county(code: str) -> str:
    """Refuse a county."""
    return f"没有代码为“{code}”的县（市、区）"


def none_in_county(name: str) -> str:
    """Say that no candidate lies in a county."""
    return f"{name}没有候选点：候选点表中没有一个位于该县（市、区）"


def too_few(pick: int, candidates: int, name: str) -> str:
    """Refuse more picks than candidates."""
    return f"要选 {pick} 个点，但{name}只有 {candidates} 个候选点"


def all_covered(name: str, by: str) -> str:
    """Say that there is nothing left to cover."""
    return f"{name}的{BY[by]}已全部覆盖，不需要新增"


def spare(left: int) -> str:
    """Say that more sites would add nothing."""
    return f"另 {left} 个名额没有能再增加覆盖的候选点，未用"


def gains(villages: int, townships: int, people: int | None) -> str:
    """Say what a site adds."""
    said = [f"新覆盖乡镇（街道）{townships} 个"] if townships else []
    said += [f"新覆盖村（社区）{villages} 个"] if villages else []
    said += [f"新覆盖人口 {people} 人"] if people else []
    return "，".join(said)


def gap(gained: int, bound: int, by: str) -> str:
    """Say how near the best an answer is."""
    unit = UNIT[by]
    if gained >= bound:
        return f"已证明最优：不可能覆盖得更多（{gained} {unit}）"
    return (
        f"在限定的计算量内覆盖 {gained} {unit}，上界 {bound} {unit}，差距至多 {(bound - gained) / bound:.1%}"
    )
