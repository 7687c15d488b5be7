"""How quick the window is, in a real pseudo terminal, against the goals of the issue: an answer in 50 ms, the first
paint 0.5 s after what Python and Textual need, 1 % of a processor while nothing happens."""

from __future__ import annotations

import csv
import select
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.firm import Firm
from tests.tui.terminal import Terminal, wait_for
from tests.webshop.running import started_shop

STARTS = 7
RECORDS = 20_000
KEYS = 200
IDLE = 15.0  # seconds that are looked at
DOWN, UP, CURSOR = "\x1b[B", "\x1b[A", "▸".encode()


def bench_start(folder: Path) -> None:
    """From the command until the first company is on the screen."""
    with started_shop(folder / "shop") as shop:
        firm = Firm(folder, shop)
        firm.cycle()
        firm.close()
        floors, owns = [], []
        for _ in range(STARTS):
            floors.append(python_and_textual())
            owns.append(until_painted(folder, firm.paths.data))
    floor, own = statistics.median(floors), statistics.median(owns)
    print(f"start    first paint {own * 1000:.0f} ms, import of Textual {floor * 1000:.0f} ms: ", end="")
    print(f"{(own - floor) * 1000:.0f} ms beyond (goal 500)")


def python_and_textual() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import textual.app"], check=True)
    return time.perf_counter() - started


def until_painted(folder: Path, data: Path) -> float:
    started = time.perf_counter()
    terminal = Terminal("--data", str(data), home=folder)
    arrives(terminal, b"Northwind Traders", 0)
    took = time.perf_counter() - started
    stop(terminal)
    return took


def bench_keys(folder: Path) -> None:
    """Keys on Synchronization Progress while 20,000 new items are detected and sent, and the grid moves with them."""
    with started_shop(folder / "shop") as shop:
        firm = Firm(folder, shop)
        firm.cycle()
        terminal = Terminal("--data", str(firm.paths.data), home=folder)
        arrives(terminal, b"In step", 0)
        terminal.press("\r")
        arrives(terminal, b"Upload prices", 0)
        told("keys     while nothing happens", press_keys(terminal))
        write_items(firm.export)
        wait_for(lambda: firm.site().waiting > RECORDS // 2, "the records are in the queue")
        waits = press_keys(terminal)
        left = firm.site().waiting
        since = len(terminal.read())
        terminal.press("\x1b")
        arrives(terminal, b"Quit", since)
        stop(terminal)
        firm.close()
    assert left, "the engine was done before the keys were: nothing was measured"
    told(f"keys     while {RECORDS:,} records go ({left:,} left)", waits)


def press_keys(terminal: Terminal) -> list[float]:
    return [answer(terminal, DOWN if number % 8 < 4 else UP) for number in range(KEYS)]


def told(what: str, waits: list[float]) -> None:
    cuts = [cut * 1000 for cut in statistics.quantiles(waits, n=100)]
    print(f"{what:<56} p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms, max {max(waits) * 1000:.0f} ms (goal 50)")


def write_items(export: Path) -> None:
    """RECORDS items more, renamed into place as EBMS does."""
    path = export / "inventory.csv"
    with path.open(encoding="cp1252", newline="") as stream:
        rows = list(csv.reader(stream))
    head, first = rows[0], rows[1]
    for number in range(RECORDS):
        row = dict(zip(head, first, strict=True)) | {"ID": f"BENCH-{number:05}", "DESCR_1": f"Bench {number}"}
        row |= {name: "" for name in ("AUTOID", "IMAGES", "DOCUMENTS") if name in row}
        rows.append([row[name] for name in head])
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="cp1252", newline="") as stream:
        csv.writer(stream).writerows(rows)
    temporary.replace(path)


def answer(terminal: Terminal, key: str) -> float:
    """Seconds from a key until the cursor is drawn in its new place."""
    since = len(terminal.read())
    started = time.perf_counter()
    terminal.press(key)
    arrives(terminal, CURSOR, since)
    took = time.perf_counter() - started
    time.sleep(0.05)  # as a person's next key
    return took


def arrives(terminal: Terminal, text: bytes, since: int) -> None:
    """Wait for a text, woken by the terminal itself."""
    while text not in terminal.read()[since:]:
        assert select.select([terminal.master], [], [], 20.0)[0], f"{text!r} did not come"


def bench_idle(folder: Path) -> None:
    """The whole process, engine and window, when shop and files are in step."""
    with started_shop(folder / "shop") as shop:
        firm = Firm(folder, shop)
        firm.cycle()
        firm.close()
        terminal = Terminal("--data", str(firm.paths.data), home=folder)
        arrives(terminal, b"In step", 0)
        time.sleep(5)
        process = psutil.Process(terminal.process.pid)
        before, wrote = process.cpu_times(), len(terminal.read())
        time.sleep(IDLE)
        after, wrote = process.cpu_times(), len(terminal.read()) - wrote
        stop(terminal)
    used = after.user + after.system - before.user - before.system
    print(f"idle     {used / IDLE:.2%} of a processor over {IDLE:.0f} s (goal 1 %), {wrote} bytes written")


def stop(terminal: Terminal) -> None:
    terminal.press("q")
    terminal.see("Close the window?")
    terminal.press("s")
    wait_for(terminal.ended, "the window closes")
    terminal.close()
