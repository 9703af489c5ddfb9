"""The one door to jinja2: pages from templates that lie beside the room that uses them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Templates:
    """The templates of a folder. Text is escaped; a name that is not given is an error, never an empty string."""

    folder: Path
    filters: tuple[tuple[str, Callable[..., object]], ...] = ()

    @cached_property
    def _environment(self) -> Environment:
        made = Environment(
            loader=FileSystemLoader(self.folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        made.filters.update(self.filters)
        return made

    def render(self, name: str, **given: object) -> str:
        """Draw one template with what it is given."""
        return self._environment.get_template(name).render(**given)
