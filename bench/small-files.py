#!/usr/bin/env python3
"""Measures what a small file costs `mvs produce` and `mvs report`, for one or several builds of mvs in turn.

Usage: bench/small-files.py [--files N] [--rounds N] [--frames N] [TREE…]

A TREE is a checkout that is built (npm run build); the default is this one. To compare with an earlier commit:

    git worktree add ../before COMMIT && (cd ../before && npm ci && npm run build)
    bench/small-files.py ../before .

Prints milliseconds per file: wall time, CPU time of mvs, of its ffmpegs and ffprobes, and of the broker or the database. Compare only
values of one round, and CPU rather than wall time where other programs run. Needs Linux.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

here = Path(__file__).resolve().parent.parent
# Node writes its own CPU time, so that what is left is that of its children.
note = "process.on('exit', () => { const { user, system } = process.cpuUsage(); \
require('node:fs').writeFileSync(process.env.OWN_CPU, String((user + system) / 1e6)); });"


def ticks(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Bench:
    def __init__(self, folder: Path, files: int, frames: int):
        self.folder, self.files = folder, files
        self.env = {**os.environ, "MVS_HOME": str(folder / "home"), "NO_COLOR": "1"}
        (folder / "note.cjs").write_text(note, encoding="utf-8")
        self.clips = self.make_clips(frames)

    def mvs(self, tree: Path, *args: str) -> dict:
        command = ["node", str(tree / "bin/run.js"), *args, "--json"]
        done = subprocess.run(command, env=self.env, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return json.loads(done.stdout)

    def make_clips(self, frames: int) -> list[str]:
        """The same film in many files, each with a name and a comment of its own."""
        find = "console.log(require('@ffmpeg-installer/ffmpeg').path)"
        ffmpeg = subprocess.run(["node", "-e", find], cwd=here, check=True, capture_output=True, text=True).stdout.strip()
        film = self.folder / "film.mp4"
        source = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10", "-frames:v", str(frames)]
        quiet = [ffmpeg, "-v", "error"]
        subprocess.run([*quiet, *source, "-c:v", "libx264", "-pix_fmt", "yuv420p", str(film)], check=True)
        clips = [str(self.folder / f"clip{n:05}.mp4") for n in range(self.files)]
        for n, clip in enumerate(clips):
            # A free box at the end of the file, which readers skip.
            Path(clip).write_bytes(film.read_bytes() + (16).to_bytes(4, "big") + b"free" + n.to_bytes(8, "big"))
        return clips

    def measure(self, tree: Path, server: int, *args: str) -> str:
        own = self.folder / "own-cpu"
        env = {**self.env, "OWN_CPU": str(own), "NODE_OPTIONS": f"--require {self.folder / 'note.cjs'}"}
        before, started = ticks(server), time.monotonic()
        process = subprocess.Popen(
            ["node", str(tree / "bin/run.js"), *args], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        if status != 0:
            raise SystemExit(f"{tree}: mvs {args[0]} failed")
        mvs, all_ = float(own.read_text()), usage.ru_utime + usage.ru_stime
        served = ticks(server) - before
        names = ("wall", "mvs", "children", "server", "CPU in all")
        values = (wall, mvs, all_ - mvs, served, all_ + served)
        return "  ".join(f"{name} {value / self.files * 1000:6.1f}" for name, value in zip(names, values))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--files", type=int, default=300)
    arguments.add_argument("--frames", type=int, default=2, help="of each file; few, to see what a file costs")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("trees", nargs="*", type=Path, default=[here])
    options = arguments.parse_args()
    trees = [tree.resolve() for tree in options.trees]
    with tempfile.TemporaryDirectory(prefix="mvs-small-files-") as folder:
        bench = Bench(Path(folder), options.files, options.frames)
        bench.mvs(here, "up", "--kafka-port", "0", "--mongo-port", "0")
        try:
            # Whose records are reported.
            bench.mvs(here, "topic:create", "--partitions", "3")
            bench.mvs(here, "produce", *bench.clips, "--every", "1")
            bench.mvs(here, "consume", "--until-drained")
            pids = {server["name"]: server["pid"] for server in bench.mvs(here, "status")["servers"]}
            for n in range(options.rounds):
                for at, tree in enumerate(trees):
                    topic = f"round{n}-{at}"
                    bench.mvs(here, "topic:create", "--topic", topic, "--partitions", "3")
                    produced = bench.measure(tree, pids["kafka"], "produce", *bench.clips, "--every", "1", "--topic", topic)
                    print(f"produce  {produced}  {tree}", flush=True)
                for tree in trees:
                    reported = bench.measure(tree, pids["mongodb"], "report", "--out", f"{folder}/report.html")
                    print(f"report   {reported}  {tree}", flush=True)
        finally:
            bench.mvs(here, "down", "--wipe", "--yes")


if __name__ == "__main__":
    main()
