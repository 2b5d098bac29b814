"""Whatever a photo does to the process that decodes it, the server goes on."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from registry.images import PhotoTooHard, isolation
from registry.images.isolation import Child
from registry.kernel.errors import Busy
from tests.registry.images.photographs import encoded, jpeg

FINE = jpeg(Image.new("RGB", (60, 40), "teal"))


@pytest.fixture
def child():
    child = Child(seconds=30)
    yield child
    child.close()


def _pid(child):
    return child._process.pid


def _asked(child, data=FINE):
    return child.ask("clean", data)[0]


def test_one_process_serves_many_photos(child):
    pids = {_asked(child) and _pid(child) for _ in range(5)}
    assert len(pids) == 1
    assert os.getpid() not in pids


def test_a_photo_that_needs_too_much_memory_is_refused_and_the_next_is_taken():
    child = Child(seconds=30, memory=200 * 2**20)
    with pytest.raises(PhotoTooHard):
        _asked(child, encoded(Image.new("RGBA", (7000, 5000)), "PNG"))
    assert _asked(child) == {"width": 60, "height": 40}
    child.close()


def test_a_process_that_cannot_even_start_is_a_refusal():
    child = Child(seconds=30, memory=1 * 2**20)
    for _ in range(2):
        with pytest.raises(PhotoTooHard):
            _asked(child)
    child.close()


def test_a_process_killed_between_photos_is_replaced(child):
    _asked(child)
    first = _pid(child)
    os.kill(first, signal.SIGKILL)
    child._process.wait()
    assert _asked(child) == {"width": 60, "height": 40}
    assert _pid(child) != first


def test_a_process_killed_over_a_photo_costs_that_photo_alone(child):
    _asked(child)
    os.kill(_pid(child), signal.SIGSTOP)
    threading.Timer(0.2, os.kill, [_pid(child), signal.SIGKILL]).start()
    with pytest.raises(PhotoTooHard):
        _asked(child)
    assert _asked(child) == {"width": 60, "height": 40}


def test_a_process_that_hangs_is_ended_in_time(child):
    _asked(child)
    child.seconds = 0.2
    hung = _pid(child)
    os.kill(hung, signal.SIGSTOP)
    with pytest.raises(PhotoTooHard):
        _asked(child, FINE + b"\x00" * 2_000_000)
    assert not Path(f"/proc/{hung}").exists()
    child.seconds = 30
    assert _asked(child) == {"width": 60, "height": 40}


def test_photos_sent_at_once_are_not_mixed_up(child):
    answers = {}

    def send(width):
        picture = Image.new("RGB", (width, 50))
        answers[width] = _asked(child, jpeg(picture))["width"]

    threads = [threading.Thread(target=send, args=[50 + n]) for n in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {50 + n: 50 + n for n in range(24)}


def test_who_would_wait_too_long_is_told_to_come_back(child, monkeypatch):
    monkeypatch.setattr(isolation, "QUEUE_SECONDS", 0.05)
    with child._turn(), pytest.raises(Busy):
        _asked(child)
    assert _asked(child)


def test_a_process_long_unused_is_not_trusted_to_be_there(child, monkeypatch):
    _asked(child)
    first = _pid(child)
    monkeypatch.setattr(isolation, "_FRESH_SECONDS", 0)
    _asked(child)
    assert _pid(child) != first
    assert not Path(f"/proc/{first}").exists()


def test_the_process_knows_no_secret_of_ours(child, monkeypatch):
    monkeypatch.setenv("REGISTRY_SECRET_KEY", "hunter2")
    _asked(child)
    known = Path(f"/proc/{_pid(child)}/environ").read_bytes()
    assert b"PYTHONPATH" in known
    assert b"hunter2" not in known
    assert b"REGISTRY" not in known


def test_the_process_may_not_write_files_nor_take_all_memory(child):
    _asked(child)
    table = Path(f"/proc/{_pid(child)}/limits").read_text()
    limits = {
        line[:25].strip(): line[26:].split()[1] for line in table.splitlines()[1:]
    }
    assert limits["Max file size"] == "0"
    assert limits["Max core file size"] == "0"
    assert int(limits["Max address space"]) == child.memory


def test_the_process_ends_with_its_server(child):
    _asked(child)
    process = child._process
    process.stdin.close()
    assert process.wait(timeout=5) == 0


def test_ctrl_c_at_the_server_leaves_a_photo_in_work_alone(child):
    _asked(child)
    os.kill(_pid(child), signal.SIGINT)
    time.sleep(0.05)
    first = _pid(child)
    assert _asked(child)
    assert _pid(child) == first


def test_a_forked_server_has_a_process_of_its_own(child, monkeypatch):
    monkeypatch.setattr(isolation, "QUEUE_SECONDS", 1)
    _asked(child)
    ours = _pid(child)
    with child._turn():
        forked = os.fork()
        if not forked:
            done = _asked(child) == {"width": 60, "height": 40}
            done = done and _pid(child) != ours
            child.close()
            os._exit(0 if done else 1)
    assert os.waitpid(forked, 0)[1] == 0
    assert _asked(child)
    assert _pid(child) == ours
