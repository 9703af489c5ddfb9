"""A PostgreSQL database as the input of a night: a real server, started for the test."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest

from acceptance.nights import FIRST, night, small_input, small_root
from policyengine.batch.nightly.database import DatabaseError, shown


def _programs():
    """Find the folder of the server's programs; Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    return [*found, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]


def _why_not():
    if find_spec("adbc_driver_postgresql") is None:
        return "adbc-driver-postgresql is not installed: pip install --require-hashes -r requirements.lock"
    if not any((folder / "initdb").exists() for folder in _programs()):
        return "no PostgreSQL server here: apt-get install postgresql"
    return ""


needs_server = pytest.mark.skipif(bool(_why_not()), reason=_why_not())


@contextmanager
def _server(folder):
    """Start a server on a free port of loopback, as a user that PostgreSQL accepts; gives its address."""
    programs = next(one for one in _programs() if (one / "initdb").exists())
    user = {}
    if os.geteuid() == 0:
        owner = pwd.getpwnam(
            "postgres" if any(one.pw_name == "postgres" for one in pwd.getpwall()) else "nobody"
        )
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        for parent in folder.parents:
            if parent.stat().st_uid == 0 and parent.stat().st_mode & 0o777 == 0o700:
                parent.chmod(0o711)
        user = {"user": owner.pw_uid, "group": owner.pw_gid}
    data = folder / "data"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "night", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
        check=True, capture_output=True, cwd=folder, **user,
    )  # fmt: skip
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
    control = [programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log"]
    subprocess.run([*control, "start"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)
    try:
        yield f"postgresql://night@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **user
        )


def _fill(address, source):
    """Put the tables of a folder into the database."""
    import adbc_driver_postgresql.dbapi as driver

    with driver.connect(address) as connection, connection.cursor() as cursor:
        for entry in sorted(source.iterdir()):
            if entry.name not in {"truth", "README.md"}:
                frame = pl.read_parquet(entry if entry.suffix else entry / "*.parquet")
                lists = [
                    pl.col(name).list.join("、")
                    for name, of in frame.schema.items()
                    if of == pl.List(pl.String)
                ]
                cursor.adbc_ingest(entry.stem, frame.with_columns(lists).to_arrow(), mode="create")
        connection.commit()


@needs_server
def test_a_database_gives_the_verdicts_of_the_files_it_was_filled_with(tmp_path):
    """Tables read through ADBC from a real server are judged as the files are."""
    root = small_root(tmp_path / "book")
    source = small_input(tmp_path / "input", outlets=12)
    night(source, tmp_path / "files", root, FIRST, sample=0)
    place = tmp_path / "server"
    place.mkdir()
    with _server(place) as address:
        _fill(address, source)
        outcome = night(address, tmp_path / "base", root, FIRST, sample=1)
    for table in ("verdicts", "outlets", "due"):
        by_files, by_base = (
            pl.read_parquet(tmp_path / one / FIRST.isoformat() / table / "*.parquet")
            for one in ("files", "base")
        )
        assert by_base.equals(by_files)
        assert by_files.height > 0
    named = outcome.manifest["input"]["files"]
    assert {one["file"] for one in named} >= {"outlets", "institutions", "events"}


@pytest.mark.skipif(
    find_spec("adbc_driver_postgresql") is None, reason="adbc-driver-postgresql is not installed"
)
def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path):
    """The message of a failed connection has the address but never the password."""
    root = small_root(tmp_path / "book")
    with pytest.raises(DatabaseError) as refused:
        night("postgresql://night:geheim@127.0.0.1:1/none", tmp_path / "runs", root, FIRST)
    assert "127.0.0.1:1" in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_an_address_is_shown_without_its_password():
    """Reports and messages show who and where, not the secret."""
    assert shown("postgresql://a:b@c:5/d") == "postgresql://a:***@c:5/d"
    assert shown("postgresql://a@c:5/d") == "postgresql://a@c:5/d"
