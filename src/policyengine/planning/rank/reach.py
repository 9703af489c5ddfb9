"""How far each institution reaches in a county: real townships and villages where it has an outlet or service point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from policyengine.planning.layout.places import standing

if TYPE_CHECKING:
    from policyengine.planning.layout.places import Places


@dataclass(frozen=True, slots=True)
class Reached:
    """Distinct townships and villages reached, and outlets counted. An outlet in a village is in its township too."""

    townships: int = 0
    villages: int = 0
    outlets: int = 0
    note: str = ""


def reached(
    outlets: pl.DataFrame, places: Places, county: str, *, without: tuple[str, ...]
) -> dict[str, Reached]:
    """Count for each institution with an outlet in the county; outlets in the states `without` are left out.

    An outlet whose code names no real township is counted as an outlet and reaches nothing.
    """
    states = tuple(
        one for one in outlets["网点状态"].cast(pl.String).drop_nulls().unique().sort() if one not in without
    )
    here = standing(outlets.filter(pl.col("region").str.starts_with(county)), places, states)
    counted = here.group_by("institution_id").agg(
        pl.col("township").drop_nulls().n_unique(), pl.col("village").drop_nulls().n_unique(), pl.len()
    )
    return {str(one): Reached(*numbers) for one, *numbers in counted.iter_rows()}
