"""Runs a command and writes its wall and CPU seconds, including children, to a file as one line of JSON.

With --memory it also samples, every 200 ms, the memory of the command and all its descendants (PSS, so that
shared memory counts once), in MiB.
"""

import argparse
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path


def descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(folder.name))
    found, open_ = [], [root]
    while open_:
        found.append(open_.pop())
        open_ += children.get(found[-1], [])
    return found


def pss(pid: int) -> int:
    """In KiB; 0 for a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--memory", action="store_true")
    arguments.add_argument("command", nargs=argparse.REMAINDER)
    options = arguments.parse_args()
    started = time.monotonic()
    process = subprocess.Popen(options.command)
    # The command ends before this program: whoever waits for it may stop the servers then.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda number, _: process.send_signal(number))
    samples: list[float] = []
    over = threading.Event()

    def sample() -> None:
        while not over.wait(0.2):
            samples.append(sum(pss(pid) for pid in descendants(process.pid)) / 1024)

    sampler = threading.Thread(target=sample)
    if options.memory:
        sampler.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    over.set()
    if options.memory:
        sampler.join()
    took = {"wallSeconds": wall, "cpuSeconds": usage.ru_utime + usage.ru_stime, "memory": samples}
    Path(options.out).write_text(json.dumps(took), encoding="utf-8")
    raise SystemExit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
