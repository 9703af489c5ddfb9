"""Which layers there are and how they lie over each other: city over province over nation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

NATION = "000000"
NATION_NAME = "全国"

# GB/T 2260, provincial level of the mainland, and the 兵团, which reports like a province.
PROVINCES = {
    "110000": "北京市", "120000": "天津市", "130000": "河北省", "140000": "山西省", "150000": "内蒙古自治区",
    "210000": "辽宁省", "220000": "吉林省", "230000": "黑龙江省", "310000": "上海市", "320000": "江苏省",
    "330000": "浙江省", "340000": "安徽省", "350000": "福建省", "360000": "江西省", "370000": "山东省",
    "410000": "河南省", "420000": "湖北省", "430000": "湖南省", "440000": "广东省", "450000": "广西壮族自治区",
    "460000": "海南省", "500000": "重庆市", "510000": "四川省", "520000": "贵州省", "530000": "云南省",
    "540000": "西藏自治区", "610000": "陕西省", "620000": "甘肃省", "630000": "青海省", "640000": "宁夏回族自治区",
    "650000": "新疆维吾尔自治区", "660000": "新疆生产建设兵团",
}  # fmt: skip

_CODE = re.compile(r"\d{6}")
_LAYER_NAME = re.compile(r"(\d{6})(-[a-z0-9]+)+")


def is_layer(code: str) -> bool:
    """Whether a code names a province or a city of one."""
    return bool(_CODE.fullmatch(code)) and province_of(code) in PROVINCES and code.endswith("00")


def province_of(code: str) -> str:
    """Give the province's code of any division code."""
    return f"{code[:2]}0000"


def above(layer: str, known: Collection[str]) -> str:
    """Give the layer that `layer` lies upon: its province if that has an overlay, else the nation."""
    province = province_of(layer)
    return province if province in known and province != layer else NATION


def chain(layer: str, known: Collection[str]) -> tuple[str, ...]:
    """Give the overlays to lay on the nation for a layer, the uppermost first; empty for the nation."""
    if layer == NATION or layer not in known:
        return ()
    return (*chain(above(layer, known), known), layer)


def layer_of(division: str, known: Collection[str]) -> str:
    """Give the deepest known layer that a division code of 6 to 12 digits lies in."""
    code = division.strip()
    for candidate in (f"{code[:4]}00", province_of(code)):
        if candidate in known:
            return candidate
    return NATION


def code_in_file_name(stem: str) -> str:
    """Give the code that a file name such as `320000-jiangsu` begins with; empty if it is not so written."""
    found = _LAYER_NAME.fullmatch(stem)
    return found[1] if found else ""
