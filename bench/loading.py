"""A closed loop of clients against a server on this machine, and what it costs.

Each client keeps one connection and asks again as soon as it has its answer. Clients
and server share the machine's cores, as on a small school's server.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import socket
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROCESSES = 2


@dataclass(frozen=True)
class Figures:
    """What a loop came to; times in milliseconds."""

    clients: int
    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float
    failures: int
    cpu_ms: float
    """Processor time of the server for each request."""

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def requests_for(
    port: int, paths: Sequence[str], headers: dict[str, str] | None = None
) -> list[bytes]:
    """The requests of a loop, ready to be sent."""
    lines = "".join(f"{key}: {value}\r\n" for key, value in (headers or {}).items())
    return [
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{lines}\r\n".encode()
        for path in paths
    ]


def run(
    port: int, asked: Sequence[bytes], *, clients: int, seconds: float, server: int
) -> Figures:
    """Let clients ask at random for some seconds; ``server`` is its process id."""
    shares = [clients // PROCESSES] * min(PROCESSES, clients)
    if clients < PROCESSES:
        shares = [clients]
    else:
        shares[0] += clients % PROCESSES
    pipes, workers = [], []
    for share in shares:
        mine, theirs = multiprocessing.Pipe()
        worker = multiprocessing.Process(
            target=_work, args=(port, asked, share, seconds, theirs)
        )
        worker.start()
        pipes.append(mine)
        workers.append(worker)
    before, begun = cpu_seconds(server), time.perf_counter()
    found = [pipe.recv() for pipe in pipes]
    took = time.perf_counter() - begun
    used = cpu_seconds(server) - before
    for worker in workers:
        worker.join()
    times = sorted(each for times, _ in found for each in times)
    failures = sum(count for _, count in found)
    if len(times) < 2:
        raise RuntimeError(f"nothing was answered, {failures} failures")
    cuts = statistics.quantiles(times, n=100)
    return Figures(
        clients=clients,
        requests=len(times),
        seconds=min(took, seconds),
        p50=cuts[49] * 1_000,
        p95=cuts[94] * 1_000,
        p99=cuts[98] * 1_000,
        failures=failures,
        cpu_ms=used / len(times) * 1_000,
    )


def _work(
    port: int, asked: Sequence[bytes], share: int, seconds: float, out: Connection
) -> None:
    times: list[float] = []
    failures: list[int] = []
    end = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=_ask, args=(port, asked, end, seed, times, failures))
        for seed in range(share)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.send((times, len(failures)))


def _ask(
    port: int,
    asked: Sequence[bytes],
    end: float,
    seed: int,
    times: list[float],
    failures: list[int],
) -> None:
    chance = random.Random(f"{os.getpid()} {seed}")
    with socket.create_connection(("127.0.0.1", port)) as talk:
        talk.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (begun := time.perf_counter()) < end:
            talk.sendall(chance.choice(asked))
            if _is_good(talk):
                times.append(time.perf_counter() - begun)
            else:
                failures.append(1)


def _is_good(talk: socket.socket) -> bool:
    """Read one whole answer; whether it was 200."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += _more(talk)
    head, _, body = read.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    missing = length - len(body)
    while missing > 0:
        missing -= len(_more(talk))
    return head.startswith(b"HTTP/1.1 200")


def _more(talk: socket.socket) -> bytes:
    part = talk.recv(262_144)
    if not part:
        raise ConnectionError("the server hung up")
    return part


def family(process: int) -> list[int]:
    """A process and all that have come from it."""
    found = [process]
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = each.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == process:
            found += family(int(each.parent.name))
    return found


def cpu_seconds(process: int) -> float:
    """Processor time of a process and all that have come from it."""
    total = 0
    for each in family(process):
        try:
            words = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(words[11]) + int(words[12])
    return total / TICKS


def memory_mb(process: int) -> list[float]:
    """Memory of a process and of each that has come from it, in megabytes.

    What several of them share is divided among them (the kernel's proportional set
    size), so that the sum is what the machine gives.
    """
    found = []
    for each in family(process):
        for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                found.append(int(line.split()[1]) / 1024)
    return found


def wait_for(port: int, patience: float = 60) -> float:
    """Seconds until a server takes connections."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < patience:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return time.perf_counter() - begun
    raise TimeoutError(f"nobody listens on {port}")


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
