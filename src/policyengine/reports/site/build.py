"""Write the site into a folder: whole, or not at all."""

from __future__ import annotations

import dataclasses
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from policyengine.reports.site import wording
from policyengine.reports.site.pages import navigation, pages
from policyengine.reports.site.search import search_index
from policyengine.reports.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.reports.site.model import SiteView
    from policyengine.reports.site.pages import Page

_HERE = Path(__file__).parent
# A folder with this file is a site of ours and may be replaced; any other that is not empty may not.
MARK = "site.json"


class NotOursError(Exception):
    """The folder to write into holds something else; the message is for people."""


def write_site(site: SiteView, out: Path, progress: Callable[[int, int], None] | None = None) -> int:
    """Write every page, its twin, the assets and the search index; give the number of pages.

    Raises:
        NotOursError: if `out` holds something that is no site of ours.

    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARK).is_file())):
        raise NotOursError(wording.not_ours(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        written = _write_all(site, beside, progress)
        beside.chmod(0o755)
        if out.exists():
            shutil.rmtree(out)
        beside.rename(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return written


def plain(thing: object) -> object:
    """Give a model object as plain data, for JSON.

    Raises:
        TypeError: if it is neither of the model nor plain.

    """
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return {one.name: getattr(thing, one.name) for one in dataclasses.fields(thing)}
    if isinstance(thing, Mapping):
        return dict(thing)
    raise TypeError(type(thing).__name__)


def _write_all(site: SiteView, folder: Path, progress: Callable[[int, int], None] | None) -> int:
    templates = Templates(_HERE / "templates")
    shared = {
        "site": site,
        "navigation": navigation(site),
        "engines": wording.ENGINES,
        "short": wording.SHORT_ENGINES,
        "operations": wording.OPERATIONS,
    }
    for name in ("chapters", "rules", "overlays", "assets"):
        (folder / name).mkdir()
    shutil.copytree(_HERE / "assets", folder / "assets", dirs_exist_ok=True)
    (folder / "assets" / "index.js").write_text(search_index(site), encoding="utf-8")
    drawn = list(pages(site))
    for number, page in enumerate(drawn, 1):
        _write_page(page, folder, templates, shared, site)
        if progress:
            progress(number, len(drawn))
    listed = {"title": site.title, "as_of": site.as_of, "fingerprint": site.fingerprint}
    listing = listed | {
        "pages": [{"path": page.path, "twin": page.twin, "title": page.title} for page in drawn]
    }
    (folder / MARK).write_text(_json(listing), encoding="utf-8")
    return len(drawn)


def _write_page(
    page: Page, folder: Path, templates: Templates, shared: dict[str, object], site: SiteView
) -> None:
    given = {"page": page.data, **shared, **page.given}
    twin = page.twin.rsplit("/", 1)[-1]
    text = templates.render(
        page.template, title=page.title, here=page.section, link=page.link, twin=twin, **given
    )
    (folder / page.path).write_text(text, encoding="utf-8")
    data = {
        "page": page.path,
        "title": page.title,
        "as_of": site.as_of,
        "fingerprint": site.fingerprint,
        "data": page.data,
    }
    (folder / page.twin).write_text(_json(data), encoding="utf-8")


def _json(thing: object) -> str:
    return json.dumps(thing, ensure_ascii=False, default=plain) + "\n"
