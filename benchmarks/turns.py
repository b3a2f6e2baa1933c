"""What a turn of the whole product costs, beside a turn of bare Rasa that ranks and stores nothing.

    .arkas/product/bin/python -m benchmarks.turns [--questions 200] [--talkers 8] [--rounds 4] [--memory 1000]

Both sides run at once and are asked in turn, so that what else the machine does hits both. The product: web process,
database, ranker, and Rasa as the product starts it. Bare: `rasa run` and `rasa_sdk` as they come, the same model, the
tracker store and validation that are the defaults, and one action that says one sentence. For memory alone, without the
bare side: `python -m benchmarks.turns_memory`.
"""

import argparse
import itertools
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx

from benchmarks.turns_memory import QUESTIONS, TURNS_PER_TALK, report_memory
from benchmarks.turns_sides import Bare, Product, Side


def timed(ask: Callable[[str], None], question: str) -> float:
    """The milliseconds that one question took."""
    began = time.perf_counter()
    ask(question)
    return (time.perf_counter() - began) * 1000


def latencies(sides: Sequence[Side], count: int) -> dict[str, list[float]]:
    """Ask both sides the same questions in turn, in fresh talks of ten turns."""
    took: dict[str, list[float]] = {side.name: [] for side in sides}
    for number, question in zip(range(count), itertools.cycle(QUESTIONS), strict=False):
        for side in sides:
            if number % TURNS_PER_TALK == 0:
                side.begin("main")
            took[side.name].append(timed(partial(side.ask, "main"), question))
    return took


def throughput(side: Side, talkers: int, seconds: float) -> float:
    """Questions a second while several people talk at once."""
    counts, until = [0] * talkers, time.perf_counter() + seconds

    def talk(place: int) -> None:
        while time.perf_counter() < until:
            if counts[place] % TURNS_PER_TALK == 0:
                side.begin(f"t{place}")
            side.ask(f"t{place}", random.choice(QUESTIONS))  # noqa: S311
            counts[place] += 1

    threads = [threading.Thread(target=talk, args=(place,)) for place in range(talkers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def growth(side: Side, length: int, samples: int) -> tuple[float, float]:
    """The median milliseconds of turn 5 of fresh talks, and of a turn of a talk that has `length` turns."""
    side.begin("long")
    for number in range(length):
        side.ask("long", QUESTIONS[number % len(QUESTIONS)])
    short, long = [], []
    for number in range(samples):
        question = QUESTIONS[number % len(QUESTIONS)]
        side.begin("short")
        for earlier in range(4):
            side.ask("short", QUESTIONS[(number + earlier + 1) % len(QUESTIONS)])
        short.append(timed(partial(side.ask, "short"), question))
        long.append(timed(partial(side.ask, "long"), question))
    return statistics.median(short), statistics.median(long)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of all lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def report_latency(sides: Sequence[Side], count: int) -> None:
    """Print what a question costs."""
    took = latencies(sides, count)
    print("\n| side | p50 ms | p95 ms |\n| --- | --- | --- |")
    for side in sides:
        print(f"| {side.name} | {percentile(took[side.name], 0.5):.1f} | {percentile(took[side.name], 0.95):.1f} |")
    ours, bare = (took[side.name] for side in sides)
    shares = [percentile(ours, share) / percentile(bare, share) for share in (0.5, 0.95)]
    print(f"| product / bare (at most 0.5) | {shares[0]:.2f} | {shares[1]:.2f} |")


def report_throughput(sides: Sequence[Side], talkers: int, rounds: int, seconds: float) -> None:
    """Print how many questions a second are answered; the sides take turns in rounds."""
    rates: dict[str, list[float]] = {side.name: [] for side in sides}
    for side in (side for _ in range(rounds) for side in sides):
        rates[side.name].append(throughput(side, talkers, seconds))
    ours, bare = (statistics.median(rates[side.name]) for side in sides)
    print(f"\n{talkers} people at once: product {ours:.1f} turns/s, bare {bare:.1f} turns/s")
    print(f"product / bare (at least 2.5): {ours / bare:.2f}")


def report_growth(sides: Sequence[Side], length: int, samples: int) -> None:
    """Print what a long talk costs."""
    for side in sides:
        short, long = growth(side, length, samples)
        print(f"{side.name}: turn 5 {short:.1f} ms, turn {length} {long:.1f} ms, {long / short:.2f} times")


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--talkers", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--length", type=int, default=300)
    parser.add_argument("--memory", type=int, default=1000, help="turns over which memory is watched; 20000 in full")
    return parser.parse_args()


def main() -> None:
    """Start both sides, measure, print."""
    chosen = options()
    with ExitStack() as opened:
        folder, http = Path(opened.enter_context(tempfile.TemporaryDirectory())), httpx.Client(timeout=60)
        product = opened.enter_context(Product(folder / "product", http))
        sides = (product, opened.enter_context(Bare(folder / "bare", http)))
        latencies(sides, 20)  # the first turns of a process fill its caches
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {chosen.questions} questions to each side")
        report_latency(sides, chosen.questions)
        report_throughput(sides, chosen.talkers, chosen.rounds, chosen.seconds)
        report_growth(sides, chosen.length, 20)
        report_memory(product, chosen.memory, chosen.talkers)


if __name__ == "__main__":
    main()
