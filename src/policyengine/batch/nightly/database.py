"""Tables of a PostgreSQL database as an input, through ADBC: the only door to the database driver.

All tables are read in one transaction that sees one instant, in the order of their first column, so that the same
contents give the same night.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import polars as pl

from policyengine.batch.files import Fingerprint
from policyengine.batch.layouts import layouts_of
from policyengine.batch.nightly import wording
from policyengine.batch.sources import read_frames
from policyengine.diagnostics import RefusedError

if TYPE_CHECKING:
    from datetime import date

    from policyengine.batch.sources import Input
    from policyengine.vocabulary.terms import Vocabulary

_SCHEMES = ("postgresql://", "postgres://")


class DatabaseError(RefusedError):
    """The database cannot be read; the message is for people and holds no password."""


def is_database(written: str) -> bool:
    """Whether an input names a database."""
    return written.startswith(_SCHEMES)


def shown(uri: str) -> str:
    """Give the address without its password."""
    parts = urlsplit(uri)
    if parts.password is None:
        return uri
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.split(':')[0]}:***@{host}"))


def read_database(uri: str, vocabulary: Vocabulary, *, as_of: date) -> Input:
    """Read the input tables that the database has.

    Raises:
        DatabaseError: if it cannot be read or has none of the tables.
        BookRefusedError: if a table has unknown columns.

    """
    names = list(layouts_of(vocabulary))
    frames = _frames(uri, names)
    if not frames:
        raise DatabaseError(wording.no_tables_in_database(shown(uri), names))
    data = read_frames(frames, vocabulary, as_of=as_of)
    return replace(data, fingerprints=tuple(_fingerprint(name, frame) for name, frame in frames.items()))


def _frames(uri: str, names: list[str]) -> dict[str, pl.DataFrame]:
    try:
        driver: Any = import_module("adbc_driver_postgresql.dbapi")
    except ImportError:
        raise DatabaseError(wording.no_driver()) from None
    found: dict[str, pl.DataFrame] = {}
    try:
        with driver.connect(uri) as connection, connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = ANY (current_schemas(false))"
            )
            there = {row[0] for row in cursor.fetchall()}
            for name in names:
                if name in there:
                    # Names come from the vocabulary, and only those that the database itself lists.
                    cursor.execute(f'SELECT * FROM "{name}" ORDER BY 1')  # noqa: S608
                    found[name] = pl.DataFrame(pl.from_arrow(cursor.fetch_arrow_table()))
    except driver.Error as error:
        reason = str(error).splitlines()[0].replace(uri, shown(uri))
        raise DatabaseError(wording.no_database(shown(uri), reason)) from None
    return found


def _fingerprint(name: str, frame: pl.DataFrame) -> Fingerprint:
    held = io.BytesIO()
    frame.write_ipc_stream(held, compat_level=pl.CompatLevel.oldest())
    content = held.getvalue()
    return Fingerprint(name, len(content), hashlib.sha256(content).hexdigest())
