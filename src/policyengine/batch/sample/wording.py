"""What a sample says about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import polars as pl


def readme(as_of: date, seed: int, truth: pl.DataFrame, quarantined: pl.DataFrame, late: int) -> str:
    """Write the page that stands beside the tables."""
    verdicts = {
        word: int((truth["verdict"] == word).sum()) for word in ("fail", "undetermined", "not_applicable")
    }
    return f"""# 合成数据

本文件夹全部为合成数据：行政区划是真实的（国家统计局 2023 年统计用区划代码），机构、网点、人员、事项和事件都是编造的，
编号一律以 SYN- 开头，与任何真实的银行、网点和个人无关，不能用来评价任何单位。

- 评估日：{as_of.isoformat()}
- 随机种子：{seed}
- `truth/violations`：埋设的全部问题，按国家标准规则书应得的结论：不符合 {verdicts["fail"]} 条、无法判定 {verdicts["undetermined"]} 条、因豁免不适用 {verdicts["not_applicable"]} 条；除此之外都应符合或不适用
- `truth/quarantine`：读入时应当隔离的行，共 {quarantined.height} 条原因
- 事件中有 {late} 条到达较晚，排在文件末尾，时间仍然正确，应照常参与评估
"""
