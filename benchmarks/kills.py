"""Kill the graph at random moments, go on with the same command, and compare the end with that of an undisturbed run.

    python benchmarks/kills.py FOLDER [--rounds 200] [--seed 0]

A small graph on generated smears runs once undisturbed and is then killed again and again (SIGKILL) while it makes what
was killed least so far: Snakemake and all its jobs as when a machine goes down, Snakemake alone, or one job alone. No
hand is laid on between: neither `--unlock` nor anything removed. A run that comes to its end is compared byte for byte,
removed, and begun anew. FOLDER keeps the log (kills.jsonl, a line a kill or finished run), from which the same command
goes on. Exits with 1 where a run fails that nobody killed, or where an end differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from base64 import urlsafe_b64decode
from collections import Counter
from pathlib import Path
from typing import Any

import psutil
import yaml

ROOT = Path(__file__).resolve().parents[1]
GENERATED = {"arguments": {"images": 30, "size": 64}}
CONFIGURATION = {
    "name": "kills",
    "results": "run/results",
    "reports": "run/reports",
    "raw": "run/raw",
    "synthetic": True,
    "device": "cpu",
    "fit_threads": 1,
    "size": 64,
    "seeds": [0, 1],
    "training": {"epochs": 4, "batch_size": 8},
    "datasets": ["rapid", "standard"],
    "catalogue": {"datasets": {"rapid": GENERATED, "standard": GENERATED}},
    "methods": ["full", "chance"],
    "perturbations": {"hue": {"levels": [1.0]}, "concentration": None},
    "scenarios": {
        **dict.fromkeys(("leukaemia", "cross_stain", "other_cells", "leave_one_out", "pooled", "stain_concentration")),
        "in_domain": "each of rapid",
        "domain_shift": "from rapid to standard",
        "stain_hue": "each of rapid along hue",
    },
}
# What holds measured times, or the moment at which it was made; of the tables, those of the costs. The claim on costs
# has ranks, which hang on latencies where a baseline has a network: none of this graph has.
MEASURED = ("logs", "fit.json", "cost.json", "provenance.json", "costs.csv", "costs.md", "report.html")
TARGETS = ("everything", "snakemake", "job")
WAIT = 8.0  # seconds after which a kill no longer waits for the stage that it is meant for


class Run:
    """Snakemake in a folder of its own and in a process group of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--cores", "2"]
        command += ["--configfile", "kills.yaml", "--scheduler", "greedy", "--directory", str(folder)]
        programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.screen = (folder / "screen.txt").open("w+")
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | {"PATH": programs, "OMP_NUM_THREADS": "1"},
            start_new_session=True,
            stdout=self.screen,
            stderr=subprocess.STDOUT,
        )

    def being_made(self) -> set[str]:
        """The folders of results (fits, predictions, ...) that running jobs write to, by Snakemake's own markers."""
        markers = self.folder / ".snakemake/incomplete"
        names = ["".join(p.removeprefix("@") for p in m.relative_to(markers).parts) for m in markers.rglob("*")]
        found = set()
        for name in names:
            try:
                parts = Path(urlsafe_b64decode(name).decode()).parts
            except ValueError:  # a folder of a name that is too long for one file
                continue
            found.add(parts[2] if parts[:2] == ("run", "results") and len(parts) > 3 else parts[1])
        return found

    def kill(self, target: str, draw: random.Random) -> str | None:
        """SIGKILL, and wait for Snakemake's end; what was killed, or None where it had ended before."""
        if self.process.poll() is not None:
            return None
        jobs = [each for each in psutil.Process(self.process.pid).children(recursive=True) if _is_job(each)]
        if target == "job" and jobs:
            draw.choice(jobs).kill()
        elif target == "everything":
            os.killpg(self.process.pid, signal.SIGKILL)
        else:
            target = "snakemake"
            self.process.kill()
        self.process.wait()
        return target

    def output(self) -> str:
        self.screen.seek(0)
        return self.screen.read()


def _is_job(process: psutil.Process) -> bool:
    try:
        return "stage.py" in " ".join(process.cmdline()) and process.name().startswith("python")
    except psutil.NoSuchProcess:
        return False


def digests(folder: Path) -> dict[str, str]:
    """Of every file of results and reports that holds no measured time: its path and SHA-256."""
    files = [each for each in (folder / "run").rglob("*") if each.is_file()]
    named = {str(each.relative_to(folder)): each for each in sorted(files)}
    return {
        name: hashlib.sha256(_bytes(file)).hexdigest()
        for name, file in named.items()
        if not any(part in MEASURED for part in file.parts)
    }


def _bytes(file: Path) -> bytes:
    """The file; a page of the report without its date and its sums of times."""
    content = file.read_bytes()
    if file.suffix != ".md":
        return content
    lines = [line for line in content.splitlines() if not line.startswith((b"| Date ", b"| Fits "))]
    return re.sub(rb"fits \([^()]+ in all", b"fits (", b"\n".join(lines))


def kill_once(folder: Path, aim: str, target: str, draw: random.Random) -> dict[str, Any] | str:
    """Start the graph and kill it while it makes `aim`; what was done, or what it printed where it came to its end."""
    run, start = Run(folder), time.monotonic()
    while run.process.poll() is None and aim not in run.being_made() and time.monotonic() - start < WAIT:
        time.sleep(0.02)
    until = time.monotonic() + draw.uniform(0, 4)
    while run.process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    made, seconds = sorted(run.being_made()), time.monotonic() - start
    killed = run.kill(target, draw)
    if killed is None:
        return run.output() if run.process.returncode == 0 else _fail(run.output())
    return {"killed": killed, "after_seconds": round(seconds, 2), "while_making": made}


def _fail(message: str) -> str:
    print(message, file=sys.stderr)
    sys.exit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kills.yaml").write_text(yaml.safe_dump(CONFIGURATION))
    log, reference = folder / "kills.jsonl", folder / "undisturbed.json"

    if not reference.exists():
        run = Run(folder)
        if run.process.wait():
            _fail(run.output())
        reference.write_text(json.dumps(digests(folder), indent=1))
        shutil.rmtree(folder / "run")
    expected = json.loads(reference.read_text())

    lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    kills = sum("killed" in line for line in lines)
    counts = Counter(made for line in lines for made in line.get("while_making", []))
    aims = sorted({Path(name).parts[2] if name.startswith("run/results") else "reports" for name in expected})
    while kills < given.rounds:
        draw = random.Random(f"{given.seed} {len(lines)}")
        aim = min(aims, key=lambda each: (counts[each], draw.random()))
        done = kill_once(folder, aim, TARGETS[kills % len(TARGETS)], draw)
        if isinstance(done, dict):
            kills, line = kills + 1, {"kill": kills + 1, "aimed_at": aim, **done}
            counts.update(done["while_making"])
            counts[aim] += aim not in done["while_making"]  # else an aim that is finished would be chosen for ever
        else:
            line = compared(digests(folder), expected)
            shutil.rmtree(folder / "run")
        lines.append(line)
        with log.open("a") as stream:
            stream.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)
        if line.get("different"):
            sys.exit(1)
    if Run(folder).process.wait():
        _fail("The run after the last kill failed.")
    line = compared(digests(folder), expected)
    with log.open("a") as stream:
        stream.write(json.dumps(line) + "\n")
    print(json.dumps(line))
    sys.exit(bool(line["different"]))


def compared(found: dict[str, str], expected: dict[str, str]) -> dict[str, Any]:
    """The line of the log on a run that came to its end."""
    names = sorted(found.keys() | expected.keys())
    return {"finished": True, "files": len(found), "different": [n for n in names if found.get(n) != expected.get(n)]}


if __name__ == "__main__":
    main()
