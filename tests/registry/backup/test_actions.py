"""What is kept comes back as it was, and what is not whole does not come back."""

from __future__ import annotations

import errno
import json
import random
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry.backup.actions import (
    create,
    creating,
    drill,
    move,
    proving,
    restore,
    verify,
)
from registry.backup.archive import opened
from registry.backup.errors import (
    InUse,
    NoDatabase,
    NoneThere,
    NoRoom,
    NotEmpty,
    TooNew,
    Unreadable,
)
from registry.backup.queries import last_run
from registry.backup.states import RunKind
from registry.organisation.models import Institution
from registry.store import migrations
from registry.store.copying import Reading, Row, Shape
from registry.store.db import apart, make_engine
from tests.factories.ledger import make_assets
from tests.factories.organisation import make_institution
from tests.registry.backup.conftest import (
    contents,
    engine_on,
    entries_in,
    fill,
    names_in,
    run_sql,
)


def test_what_is_restored_is_what_was_backed_up(
    school: Institution, database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    before = contents(database_url)
    assert [len(before[name]) for name in ("photos", "institutions")] == [3, 2]
    made = create(database_url, tmp_path)
    assert made.path.stat().st_mode & 0o777 == 0o600
    report = restore(made.path, empty_database_url)
    assert (report.findings, report.passed_over, report.set_aside) == ((), (), "")
    assert contents(empty_database_url) == before == contents(database_url)
    with pytest.raises(DBAPIError):
        run_sql(empty_database_url, "UPDATE entries SET verb = 'move'")
    with pytest.raises(DBAPIError):
        run_sql(empty_database_url, "UPDATE assets SET institution_id = 99")
    with apart(empty_database_url):
        make_assets(school, 3)
    assert proving.findings_of(empty_database_url) == []


def test_nobody_is_signed_in_by_an_old_backup(
    school: Institution,
    database_url: str,
    empty_database_url: str,
    tmp_path: Path,
    signed_in_as: Any,
) -> None:
    signed_in_as()
    assert run_sql(database_url, "SELECT count(*) FROM sessions") == [(1,)]
    restore(create(database_url, tmp_path).path, empty_database_url)
    assert run_sql(empty_database_url, "SELECT count(*) FROM sessions") == [(0,)]


class _Meanwhile(Reading):
    """Somebody enters a thing before each table is read, and has the answer."""

    write: Callable[[], None] = staticmethod(lambda: None)

    def rows(self, shape: Shape) -> Iterator[Row]:
        if shape.name in {"assets", "codes", "entries", "positions", "search_tokens"}:
            type(self).write()
        return super().rows(shape)


class _Loose(_Meanwhile):
    """The mistake that is looked for: each table is read as of another moment."""

    def _read(self, *arguments: Any, **options: Any) -> Iterator[Row]:
        engine = make_engine(self._connection.engine.url.render_as_string(False))
        with engine.connect() as self._connection:
            yield from super()._read(*arguments, **options)
        engine.dispose()


@pytest.mark.parametrize("read_by", [_Meanwhile, _Loose])
def test_a_backup_made_while_others_write_is_of_one_moment(
    school: Institution,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    read_by: type[_Meanwhile],
) -> None:
    acknowledged = entries_in(database_url)

    def write() -> None:
        with apart(database_url):
            make_assets(school, 2)

    @contextmanager
    def reading(engine: Engine) -> Iterator[Reading]:
        with original(engine) as honest:
            yield read_by(honest._connection)

    original = creating.reading
    monkeypatch.setattr(read_by, "write", write)
    monkeypatch.setattr(creating, "reading", reading)
    made = create(database_url, tmp_path)
    monkeypatch.undo()
    assert entries_in(database_url) > acknowledged
    findings = verify(made.path).findings
    if read_by is _Loose:
        assert findings, "the planted mistake was not seen"
        return
    assert findings == ()
    assert made.manifest.rows_of("entries") == acknowledged
    assert sum(head.position for head in made.manifest.heads) == acknowledged


def _is_found(path: Path) -> bool:
    try:
        return bool(verify(path, quick=True).findings)
    except (Unreadable, TooNew):
        return True


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_changed_byte_anywhere_and_a_cut_anywhere_is_found(
    school: Institution,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_sealed: bool,
) -> None:
    whole = create(database_url, tmp_path).path.read_bytes()
    if not is_sealed:
        monkeypatch.setattr(proving, "seal_of", lambda path: ("", True))
    dice = random.Random(6)
    ends = [*range(50), *range(len(whole) - 100, len(whole))]
    spoilt = tmp_path / "spoilt.zip"
    missed = []
    for at in [*ends, *dice.sample(range(len(whole)), 50)]:
        changed = bytearray(whole)
        changed[at] ^= 1 << dice.randrange(8)
        spoilt.write_bytes(changed)
        if not _is_found(spoilt):
            missed.append(at)
    assert bool(missed) != is_sealed
    for length in (
        () if not is_sealed else (0, 1, 63, 64, len(whole) // 2, len(whole) - 1)
    ):
        spoilt.write_bytes(whole[:length])
        assert _is_found(spoilt)


def test_a_damaged_backup_is_named_and_touches_nothing(
    school: Institution, database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    made = create(database_url, tmp_path)
    with opened(made.path) as archive:
        photos = next(t for t in archive.manifest.tables if t.name == "photos")
    whole = made.path.read_bytes()
    marked = whole.index(b"front")
    made.path.write_bytes(whole[:marked] + b"F" + whole[marked + 1 :])
    report = restore(made.path, empty_database_url)
    told = [(each.code, each.subject) for each in report.findings]
    assert told == [
        ("backup_changed", made.path.name),
        ("backup_part_damaged", photos.parts[1].name),
    ]
    with engine_on(empty_database_url) as engine:
        assert migrations.current(engine) is None
    assert verify(made.path).findings == report.findings


def test_a_ledger_tampered_with_before_the_backup_is_found_by_verify(
    school: Institution, database_url: str, tmp_path: Path
) -> None:
    run_sql(database_url, "UPDATE assets SET serial = 'SN-1'")
    run_sql(database_url, "UPDATE photos SET image = thumbnail")
    made = create(database_url, tmp_path)
    assert verify(made.path, quick=True).findings == ()
    found = {each.code for each in verify(made.path).findings}
    assert found == {"row_differs", "photo_changed"}


def test_a_full_disk_leaves_no_half_file_and_the_old_backups(
    school: Institution,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create(database_url, tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in names_in(tmp_path)}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for most in (0, 10_000, 30_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, limits[1]))
        try:
            with pytest.raises(NoRoom) as refused:
                create(database_url, tmp_path, keep=1)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert refused.value.code == "disk_became_full"
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000))
    with pytest.raises(NoRoom) as refused:
        create(database_url, tmp_path, keep=1)
    assert refused.value.code == "no_room_on_disk"
    after = {name: (tmp_path / name).read_bytes() for name in names_in(tmp_path)}
    assert after == before


def test_a_disk_that_fails_only_when_it_must_be_certain_leaves_nothing(
    school: Institution,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, "the disk is dying")

    monkeypatch.setattr(creating.os, "fsync", fail)
    with pytest.raises(OSError, match="dying"):
        create(database_url, tmp_path)
    assert names_in(tmp_path) == set()


def test_only_so_many_are_kept_and_nothing_else_is_removed(
    school: Institution, database_url: str, tmp_path: Path
) -> None:
    other = tmp_path / "registry-notes.backup.zip"
    other.write_text("mine")
    made = [create(database_url, tmp_path, keep=2) for _ in range(3)]
    assert made[2].removed == (made[0].path.name,)
    assert names_in(tmp_path) == {other.name, made[1].path.name, made[2].path.name}


def test_a_database_that_holds_something_is_not_overwritten(
    school: Institution,
    context: Session,
    database_url: str,
    empty_database_url: str,
    tmp_path: Path,
) -> None:
    made = create(database_url, tmp_path / "backups")
    before = contents(database_url)
    with pytest.raises(InUse):
        restore(made.path, database_url, replace_it=True)
    restore(made.path, empty_database_url)
    with apart(empty_database_url):
        make_assets(school, 1)
    later = contents(empty_database_url)
    with pytest.raises(NotEmpty):
        restore(made.path, empty_database_url)
    assert contents(empty_database_url) == later
    report = restore(made.path, empty_database_url, replace_it=True)
    assert contents(empty_database_url) == before
    assert contents(_aside(empty_database_url, report.set_aside)) == later


def _aside(database_url: str, name: str) -> str:
    """Where what was there before is now: another file, or another schema."""
    url = sa.make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{name}"
    url = url.update_query_dict({"options": f"-csearch_path={name}"})
    return url.render_as_string(hide_password=False)


def test_an_older_backup_is_brought_up_to_date_and_a_newer_one_refused(
    empty_database_url: str, tmp_path: Path
) -> None:
    old = f"sqlite:///{tmp_path / 'old.db'}"
    with engine_on(old) as engine:
        migrations.upgrade(engine, "0004")
    run_sql(
        old,
        "INSERT INTO throttle_buckets VALUES ('tried', 1, 1)",
        "INSERT INTO duties VALUES ('seal', '2024-01-01 00:00:00', NULL, NULL)",
    )
    made = create(old, tmp_path)
    assert made.manifest.schema == "0004"
    assert verify(made.path).findings == ()
    assert restore(made.path, empty_database_url).findings == ()
    with engine_on(empty_database_url) as engine:
        assert migrations.current(engine) == migrations.head()
    assert run_sql(empty_database_url, "SELECT name FROM duties") == [("seal",)]
    run_sql(old, "UPDATE alembic_version SET version_num = '9999'")
    newer = create(old, tmp_path)
    for refused in (
        lambda: verify(newer.path),
        lambda: drill(old, newer.path),
        lambda: restore(newer.path, f"sqlite:///{tmp_path / 'new.db'}"),
    ):
        with pytest.raises(TooNew):
            refused()
    assert not (tmp_path / "new.db").exists()


def test_a_drill_leaves_nothing_behind_and_is_remembered(
    school: Institution, context: Session, database_url: str, tmp_path: Path
) -> None:
    with pytest.raises(NoneThere):
        drill(database_url, tmp_path)
    assert last_run(RunKind.BACKUP) is None
    made = create(database_url, tmp_path)
    before = contents(database_url), _schemas(database_url)
    assert drill(database_url, tmp_path).findings == ()
    assert (contents(database_url), _schemas(database_url)) == before
    assert names_in(tmp_path) == {made.path.name}
    context.rollback()
    assert last_run(RunKind.DRILL) is not None
    made.path.write_bytes(made.path.read_bytes()[:-1])
    passed = last_run(RunKind.DRILL)
    assert drill(database_url, tmp_path).findings
    assert last_run(RunKind.DRILL) == passed


def _schemas(database_url: str) -> list[str]:
    with engine_on(database_url) as engine:
        return sorted(sa.inspect(engine).get_schema_names())


def test_a_ledger_moves_from_sqlite_into_another_database(
    empty_database_url: str, tmp_path: Path
) -> None:
    small = f"sqlite:///{tmp_path / 'small.db'}"
    with pytest.raises(NoDatabase):
        move(small, empty_database_url, tmp_path)
    with engine_on(small) as engine:
        migrations.upgrade(engine)
    with apart(small):
        fill(make_institution("school"))
    before = contents(small)
    with engine_on(small) as engine, closing(engine.raw_connection()) as held:
        held.cursor().execute("SELECT 1 FROM assets")
        with pytest.raises(InUse):
            move(small, empty_database_url, tmp_path)
    report = move(small, empty_database_url, tmp_path)
    assert report.findings == ()
    assert contents(empty_database_url) == before == contents(small)
    with apart(empty_database_url):
        make_institution("next")
    assert proving.findings_of(empty_database_url) == []


def test_what_is_in_a_backup_can_be_read_without_us(
    school: Institution, database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "unpacked"
    made = create(database_url, tmp_path)
    shutil.unpack_archive(made.path, folder, "zip")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    table = next(each for each in manifest["tables"] if each["name"] == "institutions")
    [first, _] = (folder / table["parts"][0]["name"]).read_text("utf-8").splitlines()
    row = dict(zip(table["columns"], json.loads(first), strict=True))
    assert row["name"] == "育才中学"
    assert "secret" not in json.dumps(manifest["settings"]).replace("***", "")
