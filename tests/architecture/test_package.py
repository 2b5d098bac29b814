"""What is delivered: everything that runs, from a wheel, on the versions locked."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.harness.server import environment_for
from tests.harness.sources import ROOT, listed

LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
NOT_SOURCES = shutil.ignore_patterns(
    ".git", ".venv", "var", "build", "dist", "*.egg-info", "__pycache__", ".*_cache"
)
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
OFFLINE = ["--no-deps", "--no-build-isolation", "--no-index"]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources alone, so that building leaves nothing behind in the real ones."""
    copy = tmp_path_factory.mktemp("checkout") / "registry"
    shutil.copytree(ROOT, copy, ignore=NOT_SOURCES)
    return copy


def _pip(*arguments: str | Path) -> None:
    ran = subprocess.run(
        [*PIP, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def _delivered(folder: Path) -> set[str]:
    """Every source, template, script, table and catalogue below a folder."""
    return {
        str(path.relative_to(folder))
        for package in ("registry", "labels", "migrations")
        for path in (folder / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.slow
def test_the_wheel_holds_every_file_the_packages_are_made_of(checkout, tmp_path):
    _pip("wheel", *OFFLINE, "--wheel-dir", tmp_path, checkout)
    [wheel] = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    left_out = sorted(_delivered(checkout) - packed)
    assert not left_out, listed(left_out)
    assert "migrations/env.py" in packed
    assert "registry/words/en.po" in packed


@pytest.mark.slow
def test_what_is_installed_from_the_source_archive_runs(checkout, tmp_path):
    script = "from setuptools import build_meta; build_meta.build_sdist('dist')"
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=checkout,
        check=True,
        capture_output=True,
    )
    [archive] = (checkout / "dist").glob("*.tar.gz")
    place = tmp_path / "installed"
    _pip("install", *OFFLINE, "--target", place, archive)
    left_out = sorted(_delivered(checkout) - _delivered(place))
    assert not left_out, listed(left_out)
    subprocess.run(
        [sys.executable, "-c", "import labels, migrations, registry.store.migrations"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(place)},
        check=True,
    )


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_fixes_what_the_metadata_asks_for(lock):
    locked = _locked(lock)
    unmet = [
        str(wanted)
        for wanted in _wanted(lock.stem)
        if not wanted.specifier.contains(locked[canonicalize_name(wanted.name)])
    ]
    assert not unmet, listed(unmet)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_index_and_a_hash_for_everything(lock):
    text = lock.read_text("utf-8")
    assert not re.search(r"^--|://|file:", text, re.M)
    blocks = re.split(r"^(?=\S+==)", text, flags=re.M)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_all_locks_fix_the_same_versions():
    versions: dict[str, set[Version]] = {}
    for lock in LOCKS:
        for name, version in _locked(lock).items():
            versions.setdefault(name, set()).add(version)
    assert {name for name, found in versions.items() if len(found) > 1} == set()


def _locked(lock: Path) -> dict[str, Version]:
    pinned = re.findall(r"^([\w.-]+)==(\S+)", lock.read_text("utf-8"), re.M)
    return {canonicalize_name(name): Version(version) for name, version in pinned}


def _wanted(lock: str) -> list[Requirement]:
    """What setup.cfg and the hand-written lists ask of a lock."""
    metadata = configparser.ConfigParser()
    metadata.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = metadata["options"]["install_requires"].splitlines()
    if lock in {"postgres", "dev"}:
        lines += metadata["options.extras_require"]["postgres"].splitlines()
    for written in {"build", lock}:
        path = ROOT / "requirements" / f"{written}.in"
        lines += path.read_text("utf-8").splitlines() if path.exists() else []
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_a_wsgi_server_finds_the_application(tmp_path):
    environment = environment_for(f"sqlite:///{tmp_path}/registry.db")
    ran = subprocess.run(
        [sys.executable, "-c", "import wsgi; print(wsgi.app.name)"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.stdout.strip() == "registry", ran.stderr


def test_the_list_of_parts_names_all_that_a_lock_installs_and_what_needs_what():
    lock = ROOT / "requirements" / "postgres.lock"
    script = [sys.executable, str(ROOT / "requirements" / "sbom.py"), str(lock)]
    once, again = (
        subprocess.run(script, check=True, capture_output=True).stdout for _ in range(2)
    )
    assert once == again
    made = json.loads(once)
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    named = {each["bom-ref"] for each in made["components"]}
    locked = re.findall(
        r"^([\w.-]+)(?:\[.*?\])?==([^ ;\\]+)", lock.read_text("utf-8"), re.MULTILINE
    )
    assert named == {f"pkg:pypi/{canonicalize_name(name)}@{v}" for name, v in locked}
    own = made["metadata"]["component"]["bom-ref"]
    tree = {each["ref"]: each["dependsOn"] for each in made["dependencies"]}
    assert set(tree) == named | {own}
    reached, ahead = set(), [own]
    while ahead:
        ref = ahead.pop()
        reached.add(ref)
        ahead += [each for each in tree[ref] if each not in reached]
    assert reached == named | {own}
