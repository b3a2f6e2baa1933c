"""What the two processes of the product hold, over many turns of several people who begin new talks all the time.

    .arkas/product/bin/python -m benchmarks.turns_memory [--turns 20000] [--talkers 8] [--questions FILE]

Linux only: /proc tells. PSS counts each page once over all processes that share it. "Own" is anonymous memory: heaps
and stacks, without files that are mapped; it says what grows, for other processes come and go on a machine and change
what is shared. FILE holds a question a line; without it, the twelve of benchmarks/turns.py are asked.
"""

import argparse
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import httpx

from benchmarks.turns_sides import Product, Side

QUESTIONS = (
    "min tolong tutup bku ko ga bs ya", "kapan dana bos tahap 2 cair", "kode aktivasi salah terus",
    "pagu belum muncul di arkas", "gimana cara pengesahan kertas kerja", "kenapa saldo bku minus terus",
    "cara melakukan pergeseran anggaran", "pesanan siplah ganda gimana", "berapa batas honor dari dana bos",
    "cara pindah arkas ke laptop baru", "pajak apa saja yang dihitung di arkas", "gagal sinkronisasi data",
)  # fmt: skip
TURNS_PER_TALK = 10
SETTLED_AFTER = 0.25  # of all turns: before that, caches fill


class Held(NamedTuple):
    """What a process holds, in megabytes."""

    pss: float
    own: float


Looks = list[tuple[int, dict[str, Held]]]  # after how many turns, and what each process held then


def held(pid: int) -> Held:
    """What a process holds now."""
    lines = (line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    found = {words[0]: int(words[1]) / 1024 for words in lines}
    return Held(found["Pss:"], found["Anonymous:"])


def talk(side: Side, name: str, turns: int, questions: Sequence[str]) -> None:
    """Have one person ask questions, in a new talk every ten turns."""
    for turn in range(turns):
        if turn % TURNS_PER_TALK == 0:
            side.begin(name)
        side.ask(name, random.choice(questions))  # noqa: S311


def all_talk(side: Side, talkers: int, turns: int, questions: Sequence[str]) -> None:
    """Have several people talk at once; `turns` of all together. Raises what one of them met."""
    failed: list[Exception] = []

    def one(name: str) -> None:
        try:
            talk(side, name, turns // talkers, questions)
        except Exception as error:  # noqa: BLE001 - told by the thread that waits for all
            failed.append(error)

    threads = [threading.Thread(target=one, args=(f"m{place}",)) for place in range(talkers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def watch(
    product: Product, turns: int, talkers: int, questions: Sequence[str], looks: int, tell: Callable[[str], None]
) -> Looks:
    """Look at both processes `looks` times over these turns, each time when all people are silent."""
    seen: Looks = []
    each = max(1, turns // looks // talkers) * talkers
    for look in range(1, looks + 1):
        began = time.perf_counter()
        all_talk(product, talkers, each, questions)
        found = {name: held(pid) for name, pid in product.pids().items()}
        seen.append((look * each, found))
        cells = " | ".join(f"{one.pss:.1f} | {one.own:.1f}" for one in found.values())
        tell(f"| {look * each} | {cells} | {each / (time.perf_counter() - began):.0f} |")
    return seen


def slope(looks: Sequence[tuple[int, float]]) -> float:
    """By how many megabytes a process grows in 1,000 turns: the line of least squares.

    >>> slope([(1000, 200.0), (2000, 201.0), (3000, 202.0)])
    1.0
    """
    return statistics.linear_regression(*zip(*((turns / 1000, held) for turns, held in looks), strict=True)).slope


def report_memory(product: Product, turns: int, talkers: int, questions: Sequence[str] = QUESTIONS) -> None:
    """Print what both processes hold at twenty moments, and how fast that grows once caches are filled."""
    names = list(product.pids())
    print(f"\n{talkers} people at once, {len(questions)} questions, load {os.getloadavg()[0]:.1f}; megabytes")
    print("| turns | " + " | ".join(f"{name} PSS | {name} own" for name in names) + " | turns/s |")
    print("| --- |" + " --- |" * (2 * len(names) + 1), flush=True)
    looks = watch(product, turns, talkers, questions, 20, lambda line: print(line, flush=True))
    late = [look for look in looks if look[0] >= turns * SETTLED_AFTER]
    for name in names:
        own = [(done, found[name].own) for done, found in late]
        grown = f"{slope(own):+.3f} MB in 1,000 turns, {own[-1][1] - own[0][1]:+.1f} MB in all"
        print(f"{name}, own, from turn {own[0][0]} to {own[-1][0]}: {grown}")


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=20_000)
    parser.add_argument("--talkers", type=int, default=8)
    parser.add_argument("--questions", type=Path, help="a file with a question a line")
    return parser.parse_args()


def main() -> None:
    """Start the product, let people talk, print."""
    chosen = options()
    questions = chosen.questions.read_text().splitlines() if chosen.questions else QUESTIONS
    with (
        tempfile.TemporaryDirectory() as folder,
        httpx.Client(timeout=60) as http,
        Product(Path(folder) / "product", http) as product,
    ):
        report_memory(product, chosen.turns, chosen.talkers, [each for each in questions if each.strip()])


if __name__ == "__main__":
    main()
