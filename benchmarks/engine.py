"""Every measurement of the engine in one run, written as engine.json and quoted in README.md beside this file.

    python benchmarks/engine.py [--device cpu|cuda] [--quick]

Processor time of one core on a CPU, so that other work on the machine counts little; the clock on a GPU. About half an
hour on one core; --quick shows in minutes that everything works, and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import costs
import graph
import memory
import prediction
import scoring
import startup
import torch
import training
import training_memory
from tabulate import tabulate

from sgcldff.environment import commit

FOLDER = Path(__file__).resolve().parent
TRACED = ["full", "resnext_cc_mask", "unetpp_classes", "transunet", "swin_unet", "segformer"]
CHART = {  # name -> title and what it says
    "costs": (
        "What a run costs",
        f"A training subset is taken to hold {costs.TRAINING_IMAGES} images, the mean of the three datasets. Where "
        f"no GPU was at hand {costs.IMAGES_ON_A_GPU} images a second are assumed, and {costs.CONTEXT_ON_A_GPU} s to "
        "open a card in any case. The goal for graph, imports and start-up is 5 % on a CPU and 15 % on an H100. "
        "Where several share a card (`fits_per_gpu`) it waits only while none has work for it, which is worked out "
        "as for a queue. A job of the real graph takes Snakemake longer than one of a toy "
        "rule, and config.yaml has had methods added since: [scale.md](scale.md) has both.",
    ),
    "training": (
        "An epoch of training",
        "Milliseconds an image. Bare is forward, backward and step on a batch that is ready; Lightning the same "
        "network and losses with a DataLoader and torchvision's augmentation. Shares are of times. "
        "The goal is at most 0.7 of Lightning's time; about the least that any loop could take is what bare takes "
        "of it.",
    ),
    "prediction": (
        "Prediction, the masks written",
        "Milliseconds an image: the bare forward pass in batches of our size and of 64, and ours from images to the "
        "prediction file.",
    ),
    "startup": (
        "Start-up of a job",
        "Seconds of the processor before the work begins: in a process of its own, and forked from one that loads the "
        "libraries once a run.",
    ),
    "memory": (
        "Memory of a fit",
        "At config.yaml's size, batch and precision, traced before anything runs (`python benchmarks/memory.py`); "
        "measured where there is a GPU. Without names it lists every network.",
    ),
    "training_memory": (
        "Memory of training with more images",
        "1, 10 and 100 times as many training images of SG-CLDFF on a CPU, one epoch each "
        "(`python benchmarks/training_memory.py`): the peak of the whole process.",
    ),
    "scoring": (
        "Scoring and statistics with more images",
        "1, 10 and 100 times as many; milliseconds of scoring an image in a run, seconds of the statistics.",
    ),
    "graph": ("The graph", "`snakemake -n` of the default configuration in an empty folder."),
}


def measured(device: str, quick: bool) -> dict[str, list[dict[str, Any]]]:
    """Every chart's rows."""
    # On a CPU in bfloat16 at the smaller size alone, which takes a minute and not ten.
    precisions = [("float32", quick)] if quick else [("float32", False), ("bfloat16", device == "cpu")]
    graph_seconds, jobs, fits = graph.in_empty_folder(None)
    found = {
        "graph": [{"jobs": jobs, "fits": fits, "seconds": round(graph_seconds, 1)}],
        "startup": startup.measure(1 if quick else 3),
        "scoring": scoring.measure(60, [1, 10] if quick else [1, 10, 100]),
        "memory": memory.measure(224, 32, "bfloat16", TRACED[: 1 if quick else None]),
        "training_memory": training_memory.measure(60, 96, [1] if quick else [1, 10, 100]),
        "prediction": prediction.measure(device, 8 if quick else 64),
        "training": [
            row
            for precision, small in precisions
            for row in training.measure(device, precision, 1 if quick else 2, small)
        ],
    }
    return found | {"costs": costs.costs(found)}


def page(found: dict[str, Any]) -> str:
    """README.md of this folder."""
    of = found["of"]
    lines = [
        "# Benchmarks",
        "",
        "What is run by hand. `engine.py` runs what stands below and writes this page; `kills.py` kills the graph over "
        "and over and compares its end with that of an undisturbed run (135 times, each stage nine times or more, "
        "after 200 times of a first version: [kills.jsonl](kills.jsonl)); "
        "[preparation.py](preparation.md) measures the preparation, [compare.py](compare.md) the comparison of very "
        "many scores, `error_rates.py` the statistics, [scale.py](scale.md) thousands of fits, `cropped.py` frozen "
        "features of whole images and of cells, `quarter.py` what a mask keeps at a quarter of its size.",
        "",
        f"Measured {of['date']} at commit {of['commit'][:7]} on one core of {of['processor']}, {of['device']}, torch "
        f"{of['torch']}. `python benchmarks/engine.py`",
    ]
    for name, (title, text) in CHART.items():
        rows = found[name]
        lines += [
            "",
            f"## {title}",
            "",
            text,
            "",
            tabulate(rows, headers="keys", tablefmt="github", disable_numparse=True),
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    device = torch.cuda.get_device_name() if given.device == "cuda" else "no GPU"
    of = {"date": datetime.now(UTC).date().isoformat(), "commit": commit(FOLDER)["id"], "processor": costs.processor()}
    found = {"of": of | {"device": device, "torch": torch.__version__}} | measured(given.device, given.quick)
    text = page(found)
    if given.quick:
        print(text)
    else:
        (FOLDER / "engine.json").write_text(json.dumps(found, indent=1) + "\n")
        (FOLDER / "README.md").write_text(text)


if __name__ == "__main__":
    main()
