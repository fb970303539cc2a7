"""A PostgreSQL server for tests: GROUNDWORK_TEST_POSTGRES, or a throw-away one of this machine's programs."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "GROUNDWORK_TEST_POSTGRES"
PLACES = ("usr/lib/postgresql/*/bin/initdb", "opt/homebrew/opt/postgresql*/bin/initdb", "usr/pgsql-*/bin/initdb")


class Unavailable(Exception):
    """Why there is no server; a test skips with it."""


@contextmanager
def server() -> Iterator[str]:
    """Yield the SQLAlchemy URL of a server, ending in a database that exists. Raises Unavailable."""
    if os.environ.get(VARIABLE):
        yield os.environ[VARIABLE]
        return
    found = sorted((path for place in PLACES for path in Path("/").glob(place)), key=_major) or [shutil.which("initdb")]
    if found[-1] is None or sys.platform == "win32":
        raise Unavailable(f"PostgreSQL is not installed, and {VARIABLE} names no server")
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise Unavailable("psycopg is not installed") from error
    with tempfile.TemporaryDirectory(prefix="gw-pg-", ignore_cleanup_errors=True) as folder:
        yield from _throw_away(Path(found[-1]).parent, Path(folder))


def _major(path: Path) -> int:
    digits = "".join(letter for letter in path.parent.parent.name if letter.isdigit())
    return int(digits or 0)


def _throw_away(programs: Path, folder: Path) -> Iterator[str]:
    user = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        try:
            shutil.chown(folder, "postgres", "postgres")
        except LookupError as error:
            raise Unavailable("PostgreSQL does not run as root, and there is no user postgres") from error
        user = {"user": "postgres", "group": "postgres", "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        # Not to a pipe: the server would inherit it, and reading would wait until the server ends.
        with (folder / "said.txt").open("a+b") as said:
            done = subprocess.run([programs / program, *arguments], stdout=said, stderr=said, cwd=folder, **user)
            if done.returncode:
                said.seek(0)
                raise Unavailable(f"{program} failed: {said.read()[-500:].decode(errors='replace')}")

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    # A socket in our folder, no port: nothing to collide with, nobody else gets in.
    run("pg_ctl", "-D", data, "-w", "-o", f"-k {folder} -c listen_addresses='' -c fsync=off", "start")
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")


@contextmanager
def database(server_url: str) -> Iterator[str]:
    """Yield the URL of a new, empty database on a server; it is dropped afterwards."""
    import sqlalchemy as sql

    place = sql.make_url(server_url)
    engine = sql.create_engine(place, isolation_level="AUTOCOMMIT", poolclass=sql.NullPool)
    name = f"groundwork_{os.urandom(6).hex()}"
    with engine.connect() as connection:
        connection.execute(sql.text(f"CREATE DATABASE {name}"))
    try:
        yield place.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(sql.text(f"DROP DATABASE {name} WITH (FORCE)"))
