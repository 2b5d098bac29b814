"""Files made to exhaust whoever opens them are refused early, and nothing is left."""

from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from datetime import date
from pathlib import Path

import pytest

from registry.interchange.errors import SheetTooLarge, SheetUnreadable
from registry.interchange.sheets import limits, workbook
from registry.interchange.sheets.opening import Source, open_book
from registry.interchange.sheets.reading import LedgerReading, read_ledger
from registry.interchange.sheets.unpacking import check_package
from registry.kernel.errors import Refused
from tests.registry.interchange.messy import delimited
from tests.registry.interchange.messy import workbook as written
from tests.registry.interchange.packages import (
    HEADER,
    ROW,
    ledger,
    package,
    parts,
    text_cell,
)

TODAY = date(2026, 9, 1)


def read(source: Source) -> LedgerReading:
    return read_ledger(source, today=TODAY)


def code_of(source: Source) -> str:
    with pytest.raises((SheetTooLarge, SheetUnreadable)) as refused:
        read(source)
    return refused.value.code


def zeros(size: int) -> bytes:
    return b"0" * size


def random_like(size: int) -> bytes:
    """Bytes that hardly pack, the same every time."""
    return b"".join(zlib.crc32(b"%d" % n).to_bytes(4) for n in range(size // 4))


def test_a_part_that_unpacks_to_far_more_than_it_is_is_refused() -> None:
    bomb = package({**parts(HEADER + ROW), "xl/media/x.bin": zeros(30_000_000)})
    assert len(bomb) < 100_000
    assert code_of(bomb) == "workbook_too_dense"


def test_a_part_that_lies_about_its_size_is_refused_while_unpacking() -> None:
    bomb = package({**parts(HEADER + ROW), "xl/media/x.bin": zeros(30_000_000)})
    lying = bomb.replace(struct.pack("<I", 30_000_000), struct.pack("<I", 3_000))
    assert lying != bomb
    assert code_of(lying) == "workbook_too_dense"


def test_a_small_lie_about_a_size_is_damage() -> None:
    honest = package({**parts(HEADER + ROW), "xl/x.bin": random_like(40_000)})
    lying = honest.replace(struct.pack("<I", 40_000), struct.pack("<I", 39_999))
    assert lying != honest
    assert code_of(lying) == "workbook_damaged"


def test_parts_that_are_too_large_together_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    half = random_like(300_000)
    file = io.BytesIO(package({"a": half, "b": half, "c": half}))
    check_package(file)
    monkeypatch.setattr("registry.interchange.sheets.unpacking.MOST_UNPACKED", 800_000)
    with pytest.raises(SheetTooLarge) as refused:
        check_package(file)
    assert refused.value.code == "workbook_unpacks_too_large"


def test_the_limits_are_the_documented_ones() -> None:
    assert limits.MOST_ENTRIES == 1_000
    assert limits.MOST_UNPACKED == 200 * 2**20
    assert limits.MOST_RATIO == 100
    assert limits.MOST_COLUMNS == 200
    assert limits.MOST_ROWS == 200_000
    assert limits.MOST_CELL == 32_767
    assert limits.READER_SECONDS == 120
    assert limits.MOST_BYTES == 50 * 2**20


def test_too_many_parts_are_refused_before_they_are_listed() -> None:
    many = package({f"xl/{n}.txt": "" for n in range(1_001)}, zipfile.ZIP_STORED)
    assert code_of(many) == "workbook_too_many_parts"
    allowed: dict[str, str | bytes] = {f"xl/{n}.txt": "" for n in range(900)}
    assert read(package({**parts(HEADER + ROW), **allowed})).data_rows == 1


def test_a_directory_that_lies_about_its_length_is_refused() -> None:
    content = bytearray(package({f"xl/{n}": "" for n in range(1_001)}))
    end = content.rindex(b"PK\x05\x06")
    content[end + 8 : end + 12] = struct.pack("<HH", 3, 3)
    assert code_of(bytes(content)) == "workbook_too_many_parts"


def test_a_directory_that_promises_too_much_is_not_even_listed() -> None:
    content = bytearray(ledger())
    end = content.rindex(b"PK\x05\x06")
    content[end + 8 : end + 12] = struct.pack("<HH", 5_000, 5_000)
    assert code_of(bytes(content)) == "workbook_too_many_parts"


def test_a_stray_cell_in_the_last_row_and_column_does_not_take_the_memory() -> None:
    far = f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>'
    assert code_of(ledger(far)) == "sheet_too_large"


def test_a_stray_cell_in_the_last_row_is_no_million_rows() -> None:
    far = f'<row r="1048576">{text_cell("A1048576", "ZC9")}</row>'
    reading = read(ledger(far))
    assert reading.tally.assets == 3
    assert reading.rejected[0].row == 1_048_576


def test_a_sheet_that_lies_about_its_extent_is_read() -> None:
    lying = ledger(before='<dimension ref="A1:XFD1048576"/>')
    assert read(lying).tally.assets == 3


def test_merged_cells_over_a_whole_sheet_cost_nothing() -> None:
    spans = "".join(f'<mergeCell ref="A{n}:XFD1048576"/>' for n in range(3, 3_000))
    reading = read(ledger(after=f"<mergeCells>{spans}</mergeCells>"))
    assert reading.tally.assets == 3


def test_entities_are_refused_and_never_expanded() -> None:
    lol = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10)
    )
    laughs = ledger(doctype=f"<!DOCTYPE x [{lol}]>")
    assert code_of(laughs) == "workbook_with_entities"
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    assert code_of(ledger(doctype=outside)) == "workbook_with_entities"
    shared = package(
        {**parts(HEADER + ROW), "xl/sharedStrings.xml": f"{outside}<sst/>"}
    )
    assert code_of(shared) == "workbook_with_entities"


def test_one_shared_text_used_very_often_ends_at_the_memory_limit() -> None:
    text = random_like(60_000).hex()[:32_000]
    row = "".join(f'<c r="{_letters(n)}{{0}}" t="s"><v>0</v></c>' for n in range(100))
    rows = "".join(f'<row r="{n}">{row.format(n)}</row>' for n in range(3, 900))
    started = time.monotonic()
    bomb = ledger(rows, shared=f"<si><t>{text}</t></si>")
    assert len(bomb) < 2_000_000
    assert code_of(bomb) == "sheet_too_large"
    assert time.monotonic() - started < limits.READER_SECONDS


def _letters(column: int) -> str:
    letters = ""
    while column >= 0:
        letters = chr(65 + column % 26) + letters
        column = column // 26 - 1
    return letters


def test_too_many_rows_are_refused_in_text() -> None:
    line = "A,桌,1\n" * (limits.MOST_RECORDS + 1)
    content = ("资产编号,资产名称,数量\n" + line).encode()
    assert code_of(content) == "too_many_rows"


@pytest.mark.slow
def test_too_many_rows_are_refused_in_a_workbook() -> None:
    row = '<row r="{0}"><c r="A{0}"><v>{0}</v></c></row>'
    rows = "".join(row.format(n) for n in range(3, limits.MOST_RECORDS + 3))
    assert code_of(ledger(rows)) == "too_many_rows"


@pytest.mark.parametrize("form", [written, lambda rows: delimited(rows, "utf-8")])
def test_too_many_columns_and_too_long_cells_are_refused(form: object) -> None:
    header = ["资产编号", "资产名称", "数量"]
    assert callable(form)
    wide = [header, ["A", "桌", 1, *[""] * 200, "x"]]
    assert code_of(form(wide)) == "too_many_columns"
    edge = [header, ["A", "桌", 1, *[""] * 196, "x"]]
    assert read(form(edge)).data_rows == 1
    if form is not written:
        assert code_of(form([header, ["A", "长" * 32_768, 1]])) == "cell_too_long"
        assert code_of(form([header, ["A", "长" * 200_000, 1]])) == "cell_too_long"


def test_a_long_cell_of_a_workbook_is_refused() -> None:
    long = f'<row r="3">{text_cell("B3", "x" * 32_768)}</row>'
    with pytest.raises(SheetTooLarge) as refused:
        read(ledger(long))
    assert refused.value.code == "cell_too_long"
    assert (refused.value.facts["row"], refused.value.facts["column"]) == (3, 2)


def test_a_file_larger_than_allowed_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(limits.MOST_BYTES + 1)
    assert code_of(path) == "file_too_large"


def test_a_reader_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "READER_SECONDS", 0.0)
    started = time.monotonic()
    assert code_of(ledger()) == "workbook_too_hard"
    assert time.monotonic() - started < 20


def test_a_reader_that_dies_is_a_refusal() -> None:
    with open_book(written([["资产编号", "资产名称"], ["A", "桌"]])) as book:
        assert isinstance(book, workbook.Workbook)
        book._process.kill()
        book._process.wait()
        with pytest.raises(Refused):
            list(book.rows(0))


def test_a_reader_that_hangs_does_not_hang_us() -> None:
    with open_book(ledger()) as book:
        assert isinstance(book, workbook.Workbook)
        reader = book._process
        reader.send_signal(signal.SIGSTOP)
        closing = threading.Thread(target=book.close)
        closing.start()
        closing.join(20)
        hangs = closing.is_alive()
        reader.kill()
    assert not hangs


def test_no_process_is_left_behind() -> None:
    before = children()
    read(ledger())
    code_of(ledger()[:-300])
    reading = read(
        written([["资产编号", "资产名称"], *([f"A{n}", "桌"] for n in range(9))])
    )
    rows = reading.rows()
    next(rows)
    rows.close()
    assert children() == before


def children() -> set[str]:
    me = str(os.getpid())
    return {
        entry.name
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _parent(entry) == me
    }


def _parent(entry: Path) -> str:
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()[1]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_the_reader_knows_nothing_of_the_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REGISTRY_SECRET_KEY", "not for you")
    given: list[dict[str, str]] = []
    start = subprocess.Popen

    def watched(*args: object, **options: dict[str, str]) -> object:
        given.append(options["env"])
        return start(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", watched)
    assert read(ledger()).data_rows == 1
    assert "not for you" not in str(given)
    assert set(given[0]) <= {
        "PYTHONPATH",
        "PYTHONUTF8",
        "PYTHONDONTWRITEBYTECODE",
        "LD_LIBRARY_PATH",
    }


def test_the_reader_cannot_write_files_and_is_bounded() -> None:
    script = (
        "import resource as r\n"
        "from registry.interchange.sheets.reader import limit_this_process\n"
        "limit_this_process()\n"
        "print(r.getrlimit(r.RLIMIT_FSIZE)[1], r.getrlimit(r.RLIMIT_AS)[1],\n"
        "      r.getrlimit(r.RLIMIT_CPU)[0])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[3],
    ).stdout
    size, memory, seconds = map(int, told.split())
    assert (size, memory, seconds) == (0, limits.READER_MEMORY, limits.READER_SECONDS)
