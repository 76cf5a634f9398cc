#!/usr/bin/env python3
"""Measures what a second model costs: two models in one pass against two passes, and relabelling against consuming.

Usage: bench/versions.py [--rounds N] [--copies N] [--models A B]

Every round runs, each with a database of its own: consume A; consume B; consume A and B together; relabel B of what A has labelled, from the
topic. Prints seconds of CPU of mvs, and the ratios. Compare only values of one round. Needs a build (npm run build) and Linux.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

here = Path(__file__).resolve().parent.parent
videos = ["cat", "espresso", "rocket", "tripod"]


class Bench:
    def __init__(self, home: str):
        self.env = {**os.environ, "MVS_HOME": home, "NO_COLOR": "1"}

    def mvs(self, *args: str, **env: str) -> str:
        command = ["node", str(here / "bin/run.js"), *args]
        everything = {**self.env, **env}
        return subprocess.run(command, env=everything, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout

    def cpu(self, *args: str, **env: str) -> float:
        command = ["node", str(here / "bin/run.js"), *args]
        process = subprocess.Popen(command, env={**self.env, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            raise SystemExit(f"mvs {' '.join(args)} failed")
        return usage.ru_utime + usage.ru_stime


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--copies", type=int, default=3, help="how often each bundled clip is produced, under names of its own")
    arguments.add_argument("--models", nargs=2, default=["efficientnet-lite0", "efficientnet-lite0-int8"])
    options = arguments.parse_args()
    a, b = options.models
    with tempfile.TemporaryDirectory(prefix="mvs-versions-") as home:
        bench = Bench(home)
        servers = json.loads(bench.mvs("up", "--kafka-port", "0", "--mongo-port", "0", "--json"))
        server = "{0.scheme}://{0.netloc}".format(urlsplit(servers["store"]))
        try:
            bench.mvs("topic:create", "--partitions", "3")
            for copy in range(options.copies):
                for video in videos:
                    bench.mvs("produce", f"videos/{video}.webm", "--every", "1", "--name", f"{video}-{copy}")
            ratios: list[tuple[float, float]] = []
            for n in range(options.rounds):

                def consume(name: str, *models: str) -> float:
                    named = [f"--model={model}" for model in models]
                    group = f"{name}-{n}"
                    return bench.cpu("consume", "--until-drained", "--group", group, *named, MVS_STORE=f"{server}/{group}")

                first, second, both = consume("a", a), consume("b", b), consume("both", a, b)
                again = bench.cpu("relabel", "--model", b, "--frames-from", "topic", MVS_STORE=f"{server}/a-{n}")
                ratios.append((both / (first + second), again / second))
                print(f"CPU s: A {first:.1f}, B {second:.1f}, A and B in one pass {both:.1f}, relabel B {again:.1f}", flush=True)
            one_pass, relabel = (median(each) for each in zip(*ratios))
            print(f"one pass / two passes: {one_pass:.2f}    relabel / consume: {relabel:.2f}    (medians of {options.rounds} rounds)")
        finally:
            bench.mvs("down", "--wipe", "--yes")


if __name__ == "__main__":
    main()
