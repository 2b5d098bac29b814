"""What sheets cost: reading and checking a ledger, writing one, memory on both sides.

    python bench/sheets.py [rows]

Each file is read three times and the best time counts; the peak of the process that
reads workbooks is its own. Reading checks every row, as a preview does.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from registry.interchange.sheets.exports import cells_of, ledger_columns
from registry.interchange.sheets.reading import LedgerReading, read_ledger
from registry.interchange.sheets.writing import CSV, XLSX, Value, write_table

ROWS = 20_000
NAMES = ("投影仪", "学生课桌", "笔记本电脑", "空调", "实验台", "显微镜")
FIRST = date(2008, 1, 1)


def ledger(count: int) -> Iterator[list[Value]]:
    """A ledger of this many rows in all 27 columns of our own export."""
    columns = ledger_columns()
    for number in range(count):
        record = {
            "asset_number": f"ZC{2008 + number % 18}{number:07d}",
            "name": NAMES[number % len(NAMES)],
            "class_code": "2010104",
            "brand": f"品牌{number % 40}",
            "model": f"X-{number % 900}",
            "unit": "台",
            "quantity": 1 + number % 7 // 6 * 29,
            "cost": number * 37 % 9_000_000,
            "acquired_on": FIRST + timedelta(days=number % 6_500),
            "method": "购置",
            "department": f"部门{number % 60}",
            "custodian": f"王{number % 300}",
            "place": f"教学楼A{100 + number % 400}",
            "status": ("在用", "闲置", "维修中")[number % 3],
            "serial": f"SN{number:010d}",
            "note": "附发票复印件" if number % 5 == 0 else "",
        }
        yield cells_of(columns, record)


def best(work: Callable[[], object]) -> tuple[float, float]:
    """The shortest of three times and the least processor time, in seconds."""
    times, used = [], []
    for _ in range(3):
        start, before = time.perf_counter(), processor()
        work()
        times.append(time.perf_counter() - start)
        used.append(processor() - before)
    return min(times), min(used)


def processor() -> float:
    """Processor seconds used so far, by us and by the readers that have ended."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def told(what: str, count: int, times: tuple[float, float]) -> None:
    """Say how many rows a second that is."""
    wall, used = (f"{count / seconds:>9,.0f}" for seconds in times)
    print(f"{what:<22}{wall} rows/s{used} rows per processor second")


def drain(reading: LedgerReading) -> int:
    """Take every row of a reading."""
    return sum(1 for _ in reading.rows())


def peak(who: int) -> str:
    """The most memory held so far, in MiB."""
    return f"{resource.getrusage(who).ru_maxrss / 1024:.0f} MiB"


def main(count: int) -> None:
    """Write and read a ledger in both formats and say what it took."""
    with tempfile.TemporaryDirectory() as folder:
        for form in (XLSX, CSV):
            path = Path(folder) / f"ledger.{form}"

            def write(path: Path = path, form: str = form) -> None:
                with path.open("wb") as out:
                    write_table(out, form, ledger_columns(), ledger(count))

            told(f"write {form}", count, best(write))
            print(f"{'':<22}{path.stat().st_size / 2**20:9.1f} MiB")
        for form in (CSV, XLSX):
            path = Path(folder) / f"ledger.{form}"
            reading = read_ledger(path)
            assert reading.tally.valid_rows == count, reading.rejected[:3]
            told(f"check {form}", count, best(partial(read_ledger, path)))
            told(f"rows of {form} again", count, best(partial(drain, reading)))
        print(f"peak here {peak(resource.RUSAGE_SELF)}")
        print(f"peak of the reader {peak(resource.RUSAGE_CHILDREN)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
