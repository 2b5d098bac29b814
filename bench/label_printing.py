"""Labels per second and peak memory: sheets as PDF, pictures, printer bytes.

Each line of the table is a process of its own, so that its peak memory is its own.

    python bench/label_printing.py [--json]
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO

import labels
from labels.fonts import face

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NAMES = ["多媒体投影仪", "台式计算机", "学生课桌椅（可升降）", "激光打印机", "实验台"]
MODELS = ["EB-X06", "OptiPlex 7090-MT", "HL-2260D", "定制 1200×600×760", "P1108"]
DEPARTMENTS = ["教务处", "信息技术中心", "物理实验室", "总务处", "图书馆"]
KEEPERS = ["王芳", "欧阳𬭎翃", "李建国", "张䶮", "陈静怡"]
SHEET = "L7160"
ROLL = labels.Roll(60, 40)
RUNS = [
    ("sheet_pdf", 24),
    ("sheet_pdf", 1_000),
    ("sheet_pdf", 10_000),
    ("roll_pdf", 1_000),
    ("roll_pdf", 10_000),
    ("preview_png", 24),
    ("png", 24),
    ("zpl", 1_000),
    ("tspl", 1_000),
]


def made(count: int) -> Iterator[labels.Label]:
    """Labels as a school prints them, no two alike."""
    chance = random.Random(738)
    for number in range(count):
        code = "".join(chance.choices(ALPHABET, k=9))
        yield labels.Label(
            payload=f"HTTPS://ZC.SCHOOL.EDU.CN/A/{code}",
            code=f"{code[:4]}-{code[4:8]}-{code[8]}",
            title=chance.choice(NAMES),
            lines=(
                ("型号", chance.choice(MODELS)),
                ("资产编号", f"JZ-2026-{number:06}"),
                ("部门", chance.choice(DEPARTMENTS)),
                ("保管人", chance.choice(KEEPERS)),
            ),
            institution="江州市第三中学",
        )


def sheet_pdf(count: int) -> int:
    out = BytesIO()
    labels.draw_sheet_pdf(made(count), labels.sheets()[SHEET], out=out)
    return len(out.getvalue())


def roll_pdf(count: int) -> int:
    out = BytesIO()
    labels.draw_roll_pdf(made(count), ROLL, out=out)
    return len(out.getvalue())


def preview_png(count: int) -> int:
    return len(labels.draw_preview_png(made(count), labels.sheets()["3474"]))


def each(draw: Callable[[labels.Label, labels.Roll], bytes], count: int) -> int:
    return sum(len(draw(label, ROLL)) for label in made(count))


WAYS: dict[str, Callable[[int], int]] = {
    "sheet_pdf": sheet_pdf,
    "roll_pdf": roll_pdf,
    "preview_png": preview_png,
    "png": lambda count: each(labels.draw_png, count),
    "zpl": lambda count: each(labels.draw_zpl, count),
    "tspl": lambda count: each(labels.draw_tspl, count),
}


def measure(way: str, count: int) -> dict[str, float | int | str]:
    """One run in this process, the font measured beforehand."""
    face()
    started, worked = time.perf_counter(), time.process_time()
    size = WAYS[way](count)
    seconds = time.perf_counter() - started
    worked = time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "way": way,
        "labels": count,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(worked, 2),
        "labels_per_second": round(count / seconds),
        "peak_mb": round(peak),
        "kilobytes": round(size / 1024),
    }


def in_own_process(way: str, count: int) -> dict[str, float | int | str]:
    command = [sys.executable, __file__, "--one", way, str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float | int | str] = json.loads(done.stdout)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "COUNT"))
    wanted = parser.parse_args()
    if wanted.one:
        print(json.dumps(measure(wanted.one[0], int(wanted.one[1]))))
        return
    results = [in_own_process(way, count) for way, count in RUNS]
    if wanted.json:
        print(json.dumps(results, indent=2))
        return
    print("| way | labels | s | cpu s | labels/s | peak MB | kB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in results:
        print("| " + " | ".join(str(value) for value in row.values()) + " |")


if __name__ == "__main__":
    main()
