"""Where the server listens: never in clear for others without somebody saying so."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from registry.cli.frame import NotSetUp
from registry.cli.serve import doubts, is_loopback, require_free, require_safe
from registry.cli.server import Address
from registry.config import Settings
from tests.registry.cli.conftest import Run

OWN = ["127.0.0.1", "127.8.9.1", "::1", "localhost"]
OTHERS = ["0.0.0.0", "::", "192.168.1.10", "10.0.0.1", "registry.school.example"]
PAIR: dict[str, Any] = {"certificate": Path("c.pem"), "key": Path("k.pem")}


@pytest.mark.parametrize("host", OWN)
def test_this_machine_alone_may_be_served_in_clear(host: str) -> None:
    assert is_loopback(host)
    require_safe(Address(host, 80), behind_proxy=False, plain_allowed=False)


@pytest.mark.parametrize("host", OTHERS)
def test_others_are_not_served_in_clear_unless_somebody_says_so(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(NotSetUp, match="--allow-plain-http"):
        require_safe(Address(host, 80), behind_proxy=False, plain_allowed=False)
    require_safe(Address(host, 80), behind_proxy=True, plain_allowed=False)
    require_safe(Address(host, 80), behind_proxy=False, plain_allowed=True)
    require_safe(Address(host, 443, **PAIR), behind_proxy=False, plain_allowed=False)


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        with pytest.raises(NotSetUp, match=f"127.0.0.1:{port}"):
            require_free(Address("127.0.0.1", port))


def test_a_name_is_turned_into_a_number() -> None:
    free = require_free(Address("localhost", 0))
    assert is_loopback(free.host)
    assert free.host != "localhost"


@pytest.mark.parametrize(
    ("public_url", "address", "behind_proxy", "doubted"),
    [
        ("http://127.0.0.1:8000", Address("127.0.0.1", 8000), False, 0),
        ("https://zc.example", Address("127.0.0.1", 8000), True, 0),
        ("https://zc.example", Address("0.0.0.0", 443, **PAIR), False, 0),
        ("https://zc.example", Address("127.0.0.1", 8000), False, 1),
        ("http://zc.example", Address("127.0.0.1", 8000), True, 1),
        ("http://zc.example", Address("0.0.0.0", 8000), False, 1),
    ],
)
def test_what_will_not_work_is_said_before_people_find_out(
    public_url: str, address: Address, behind_proxy: bool, doubted: int
) -> None:
    settings = Settings(secret_key="s" * 40, public_url=public_url)
    assert len(doubts(settings, address, behind_proxy=behind_proxy)) == doubted


def test_half_a_pair_is_a_wrong_call(registry: Run) -> None:
    ran = registry("serve", "--certificate", "c.pem")
    assert ran.code == 2
    assert "--key" in ran.err


def test_files_that_are_no_pair_are_refused(registry: Run, tmp_path: Path) -> None:
    for name in ("c.pem", "k.pem"):
        (tmp_path / name).write_text("nothing of the sort", encoding="ascii")
    pair = ["--certificate", str(tmp_path / "c.pem"), "--key", str(tmp_path / "k.pem")]
    ran = registry("serve", *pair)
    assert ran.code == 3
    assert "证书" in ran.err


def test_a_database_that_is_not_ready_is_not_served(
    bare: Run, empty_database_url: str
) -> None:
    ran = bare(
        "serve",
        REGISTRY_DATABASE_URL=empty_database_url,
        REGISTRY_SECRET_KEY="s" * 40,
    )
    assert ran.code == 3
    assert "registry db upgrade" in ran.err


def test_everything_is_checked_before_anything_is_asked_of_the_database(
    bare: Run,
) -> None:
    ran = bare("serve", "--host", "0.0.0.0")
    assert "--behind-proxy" in ran.err
