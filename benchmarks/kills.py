"""Kill the graph at random moments, go on with the same command, and compare the end with that of an undisturbed run.

    python benchmarks/kills.py FOLDER [--rounds 200] [--seed 0]

A small graph on generated smears runs once undisturbed, which says how long each of its stages takes, and is then
killed again and again (SIGKILL): as soon as it makes one of those that were killed least so far, and a random part of
that time later. Snakemake and all its jobs as when a machine goes down, Snakemake alone, or one job alone. No hand is
laid on between: neither `--unlock` nor anything removed. A run that comes to its end is compared byte for byte,
removed, and begun anew. FOLDER keeps the log (kills.jsonl, a line a kill or finished run), from which the same
command goes on; at the end stands how often each stage was hit. Exits with 1 where a run fails that nobody killed, or
an end differs.
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
LOOK = 0.01  # seconds between two looks at what is being made


class Run:
    """Snakemake in a folder of its own and in a process group of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--cores", "2"]
        command += ["--configfile", "kills.yaml", "--scheduler", "greedy", "--directory", str(folder)]
        programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.screen, self.begun = (folder / "screen.txt").open("w+"), time.time()
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
        names = [
            "".join(part.removeprefix("@") for part in marker.relative_to(markers).parts)
            for marker in markers.rglob("*")
            if _written(marker) > self.begun  # those of jobs that were killed before stand there, too
        ]
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


def _written(file: Path) -> float:
    """When; 0.0 where it is gone by now."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


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


def undisturbed(folder: Path) -> dict[str, Any]:
    """The digests of a run that nobody kills, and for each of its stages the longest that it was seen at work."""
    run, begun, seconds = Run(folder), {}, Counter()
    while run.process.poll() is None:
        made = run.being_made()
        for stage in made | begun.keys():
            start = begun.setdefault(stage, time.monotonic())
            seconds[stage] = max(seconds[stage], time.monotonic() - start)
            if stage not in made:
                del begun[stage]
        time.sleep(LOOK)
    if run.process.returncode:
        _fail(run.output())
    return {"files": digests(folder), "seconds": seconds}


def kill_once(
    folder: Path, aims: set[str], seconds: dict[str, float], target: str, draw: random.Random
) -> dict[str, Any] | str:
    """Start the graph and kill it while it makes one of `aims`; what was done, or what it printed at its end."""
    run, start = Run(folder), time.monotonic()
    while run.process.poll() is None and not (met := sorted(aims & run.being_made())):
        time.sleep(LOOK)
    if run.process.poll() is None:
        aim = draw.choice(met)
        time.sleep(draw.uniform(0, seconds[aim]))
        made, after = sorted(run.being_made()), time.monotonic() - start
        if killed := run.kill(target, draw):
            return {"aimed_at": aim, "killed": killed, "after_seconds": round(after, 2), "while_making": made}
    return run.output() if run.process.returncode == 0 else _fail(run.output())


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
        reference.write_text(json.dumps(undisturbed(folder), indent=1))
        shutil.rmtree(folder / "run")
    expected, seconds = json.loads(reference.read_text()).values()

    lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    kills = sum("killed" in line for line in lines)
    # How often each was hit, or came and went in a run that nothing killed.
    counts = dict.fromkeys(seconds, 0) | Counter(made for line in lines for made in line.get("counted", []))
    while kills < given.rounds:
        draw = random.Random(f"{given.seed} {len(lines)}")
        aims = {stage for stage, count in counts.items() if count == min(counts.values())}
        done = kill_once(folder, aims, seconds, TARGETS[kills % len(TARGETS)], draw)
        if isinstance(done, dict):
            kills, line = kills + 1, {"kill": kills + 1, **done, "counted": done["while_making"] or [done["aimed_at"]]}
        else:  # nothing that was aimed at is left in this run, or it was over between two looks
            line = compared(digests(folder), expected) | {"counted": sorted(aims)}
            shutil.rmtree(folder / "run")
        for stage in line["counted"]:
            counts[stage] += 1
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
    print(summary([*lines, line]))
    sys.exit(bool(line["different"]))


def compared(found: dict[str, str], expected: dict[str, str]) -> dict[str, Any]:
    """The line of the log on a run that came to its end."""
    names = sorted(found.keys() | expected.keys())
    return {"finished": True, "files": len(found), "different": [n for n in names if found.get(n) != expected.get(n)]}


def summary(lines: list[dict[str, Any]]) -> str:
    """How many of the kills met the stage that they aimed at, how often each stage was hit, and how the runs ended."""
    kills, ends = [line for line in lines if "killed" in line], [line for line in lines if "finished" in line]
    met = sum(line["aimed_at"] in line["while_making"] for line in kills)
    hits = Counter(stage for line in kills for stage in line["while_making"])
    return (
        f"{len(kills)} kills, {met} met the stage that they aimed at; {len(ends)} runs came to their end, "
        f"{sum(not line['different'] for line in ends)} with the same bytes. "
        f"Hits: {', '.join(f'{stage} {count}' for stage, count in sorted(hits.items()))}."
    )


if __name__ == "__main__":
    main()
