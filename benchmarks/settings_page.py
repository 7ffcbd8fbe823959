"""The tables and curves of docs/settings.md, from settings.jsonl.

    python benchmarks/settings_page.py

writes what stands between the marks `<!-- name -->` and `<!-- /name -->` of the page, and its figures.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from tabulate import tabulate

HERE = Path(__file__).parent
STUDIES, PAGE = HERE / "settings.jsonl", HERE.parent / "docs/settings.md"
FIGURES = PAGE.parent / "figures"
TITLES = {
    "full": "SG-CLDFF",
    "no_saliency": "without saliency",
    "unetpp_classes": "UNet++ + class head",
    "deep_features_mask": "Deep features + mask head",
    "resnext_cc_mask": "ResNeXt-CC + mask head",
    "unet": "U-Net",
    "transunet": "TransUNet",
    "swin_unet": "Swin-Unet",
    "segformer": "SegFormer",
}
FROM_RANDOM = ("resnext_cc_mask", "unet", "transunet", "swin_unet", "segformer")  # no hub was at hand
DATASETS = {"bccd": "BCCD", "jtsc": "JTSC"}
SAME_LENGTH = ("noise", "idea")  # studies in which every fit has the same epochs and size
REFERENCE_EPOCHS = 15  # of workflow/configs/reference.yaml
SETTLED = 4  # epochs after which jumps are counted

Row = dict[str, Any]
Epochs = list[dict[str, float]]


def read_studies(file: Path = STUDIES) -> list[Row]:
    """A row a fit, with its epochs."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    lengths = {(row["study"], row["training"]["epochs"], row["size"]) for row in rows if row["study"] in SAME_LENGTH}
    if len(lengths) > len(SAME_LENGTH):
        raise SystemExit(
            f"{file}: fits of one study have other lengths or sizes, which no table may average: {lengths}"
        )
    return rows


def chosen(epochs: Epochs) -> dict[str, float]:
    """The epoch that the loop chooses: the best macro-F1 on validation, then IoU, the earliest of those."""
    return max(epochs, key=lambda row: (round(row.get("validation_f1", 0), 9), round(row["validation_iou"], 9)))


def smoothed(epochs: Epochs) -> dict[str, float]:
    """The epoch with the best mean of its own macro-F1 and that of the two before."""
    scores = [row["validation_f1"] for row in epochs]
    means = [round(float(np.mean(scores[max(0, end - 2) : end + 1])), 9) for end in range(len(scores))]
    return epochs[int(np.argmax(means))]


def least_loss(epochs: Epochs) -> dict[str, float]:
    return min(epochs, key=lambda row: row["validation_loss"])


def last(epochs: Epochs) -> dict[str, float]:
    return epochs[-1]


def jumps(epochs: Epochs, metric: str) -> float:
    """Mean change of a score from one epoch to the next, once the first few are over."""
    return float(np.abs(np.diff([row[metric] for row in epochs[SETTLED:]])).mean())


def spread(values: Sequence[float], decimals: int = 3) -> str:
    """Mean ± SD over seeds; the mean alone of one; a dash where nothing was measured."""
    kept = [value for value in values if value is not None and not np.isnan(value)]
    if not kept:
        return "—"
    mean = f"{np.mean(kept):.{decimals}f}"
    return mean if len(kept) == 1 else f"{mean} ± {np.std(kept, ddof=1):.{decimals}f}"


def table(rows: Sequence[dict[str, str]]) -> str:
    return tabulate(pd.DataFrame(rows), headers="keys", showindex=False, tablefmt="github", disable_numparse=True)


def noise_table(studies: list[Row]) -> str:
    """Held-out scores of the chosen epoch, and how far validation jumps, before and after."""
    rows = []
    for dataset, method, constant in product_of(studies):
        fits = [row["epochs"] for row in studies if is_of(row, "noise", dataset, method, constant)]
        picks = [chosen(epochs) for epochs in fits]
        rows.append(
            {
                "dataset": DATASETS[dataset],
                "method": TITLES[method],
                "noise": "always 5" if constant else "0 to 5",
                "seeds": str(len(fits)),
                "macro-F1": spread([pick.get("held_out_f1") for pick in picks]),
                "IoU": spread([pick["held_out_iou"] for pick in picks]),
                "F1 jumps by": spread([jumps(e, "validation_f1") for e in fits if "validation_f1" in e[0]]),
                "IoU jumps by": spread([jumps(epochs, "validation_iou") for epochs in fits]),
            }
        )
    return table(rows)


def product_of(studies: list[Row]) -> list[tuple[str, str, bool]]:
    """What the study of noise compares, in the order of the page."""
    keys = {(row["dataset"], row["method"], row["constant_noise"]) for row in studies if row["study"] == "noise"}
    order = list(TITLES)
    return sorted(keys, key=lambda key: (key[0], order.index(key[1]), not key[2]))


def is_of(row: Row, study: str, dataset: str, method: str, constant: bool) -> bool:
    return (row["study"], row["dataset"], row["method"], row["constant_noise"]) == (study, dataset, method, constant)


def statistics_table(studies: list[Row]) -> str:
    """What the same weights score with re-estimated statistics or averaged, mean of the last four epochs."""
    rows = []
    for dataset, method, constant in product_of(studies):
        for row in studies:
            if not is_of(row, "noise", dataset, method, constant) or "held_out_clean_f1" not in row["epochs"][0]:
                continue
            ends = pd.DataFrame(row["epochs"][-4:]).mean()
            cells = {
                f"{name}, {kind or 'as it is'}": spread([ends.get(f"held_out{suffix}_{metric}")])
                for metric, name in (("f1", "F1"), ("iou", "IoU"))
                for kind, suffix in (("", ""), ("re-estimated", "_clean"), ("averaged", "_average"))
            }
            about = {"dataset": DATASETS[dataset], "method": TITLES[method]}
            rows.append(about | {"noise": "always 5" if constant else "0 to 5"} | cells)
    return table(rows)


def choice_table(studies: list[Row]) -> str:
    """Held-out scores of the epoch that each rule chooses, over all fits of the study of noise with drawn noise."""
    fits = [
        row["epochs"]
        for row in studies
        if row["study"] == "noise" and not row["constant_noise"] and "validation_f1" in row["epochs"][0]
    ]
    rules: dict[str, Callable[[Epochs], dict[str, float]]] = {
        "best macro-F1 (taken)": chosen,
        "best mean of three epochs": smoothed,
        "least cross-entropy": least_loss,
        "last epoch": last,
    }
    rows = []
    for name, rule in rules.items():
        picks = [rule(epochs) for epochs in fits]
        scores = {score: spread([pick[f"held_out_{key}"] for pick in picks]) for score, key in SCORES.items()}
        rows.append({"epoch": name, "fits": str(len(fits))} | scores)
    return table(rows)


SCORES = {"macro-F1": "f1", "accuracy": "accuracy", "IoU": "iou"}


def settings_table(studies: list[Row], names: Sequence[str]) -> str:
    """SG-CLDFF on BCCD with one setting changed: held-out scores of the chosen epoch, and its saliency map."""
    seeds = {row["seed"] for row in studies if row["study"] in names}
    base = [row for row in studies if is_of(row, "noise", "bccd", "full", False) and row["seed"] in seeds]
    groups: dict[str, list[Row]] = {"as it is (λ = 0.5, gate S)": base}
    for row in studies:
        if row["study"] in names:
            groups.setdefault(described(row), []).append(row)
    rows = []
    for name, fits in groups.items():
        picks = [chosen(row["epochs"]) for row in fits]
        scores = {title: spread([pick.get(f"held_out_{key}") for pick in picks]) for title, key in SCORES.items()}
        rows.append(
            {"setting": name, "seeds": str(len(fits)), **scores}
            | {title: spread([pick.get(key) for pick in picks], 2) for title, key in MAPS.items()}
        )
    return table(rows)


MAPS = {"mean of S": "s_mean", "SD of S": "s_sd", "S with A": "s_correlation"}


def described(row: Row) -> str:
    """What a fit's setting is called."""
    changes = [WORDS[key].format(value) for key, value in row["arguments"].items()]
    changes += [f"{key} {value:g}" for key, value in row["training"].items() if key in ("batch_size", "learning_rate")]
    changes += ["scale and shift copied"] if row["copied"] else []
    return ", ".join([*([] if row["method"] == "full" else [TITLES[row["method"]]]), *changes])


WORDS = {
    "alignment": "λ = {:g}",
    "gate": "gate {}",
    "gate_at": "gate on the {}",
    "width": "width {}",
    "norm": "{} normalisation",
}


HEADS = {
    "mean": "a thirty-second: mean",
    "mean and maximum": "a thirty-second: mean, maximum",
    "deepest": "a thirty-second: SG-CLDFF's head",
    "": "a sixteenth: SG-CLDFF's head (taken)",
}


def class_head_table(studies: list[Row]) -> str:
    """Scores of UNet++ by its class head; some of its fits belong to the study of noise, too."""
    asked = [row for row in studies if row["study"] in ("noise", "class_head") and row["method"] == "unetpp_classes"]
    asked = [row for row in asked if not row["constant_noise"]]
    rows = []
    for dataset in DATASETS:
        for head, title in HEADS.items():
            fits = [row["epochs"] for row in asked if (row["dataset"], row["class_head"]) == (dataset, head)]
            if fits:
                picks = [chosen(epochs) for epochs in fits]
                scores = {title: spread([pick[f"held_out_{key}"] for pick in picks]) for title, key in SCORES.items()}
                scores["macro-F1, validation"] = spread([pick["validation_f1"] for pick in picks])
                rows.append({"dataset": DATASETS[dataset], "the head": title, "seeds": str(len(fits))} | scores)
    return table(rows)


def rates_table(studies: list[Row]) -> str:
    """Held-out macro-F1 and IoU of each network on BCCD by its learning rate."""
    of_study = [row for row in studies if row["study"] == "baselines"]
    rates = sorted({row["training"]["learning_rate"] for row in of_study})
    rows = []
    for method in dict.fromkeys(row["method"] for row in of_study):
        cells = {}
        for metric, title in (("f1", "macro-F1"), ("iou", "IoU")):
            for rate in rates:
                fits = [row for row in of_study if (row["method"], row["training"]["learning_rate"]) == (method, rate)]
                values = [chosen(row["epochs"]).get(f"held_out_{metric}") for row in fits]
                cells[f"{title}, {rate:g}"] = spread(values)
        starts = ", from random weights" if method in FROM_RANDOM else ""
        seeds = len({row["seed"] for row in of_study if row["method"] == method})
        rows.append({"network": f"{TITLES[method]}{starts}", "seeds": str(seeds)} | cells)
    return table(rows)


def size_table(studies: list[Row]) -> str:
    """Held-out scores of SG-CLDFF by the size of its images; the fits at 96 pixels are those of the study of noise."""
    rows = []
    for dataset, title in DATASETS.items():
        at_96 = [row for row in studies if is_of(row, "noise", dataset, "full", False)]
        larger = [row for row in studies if is_of(row, "size", dataset, "full", False)]
        seeds = {row["seed"] for row in at_96} & {row["seed"] for row in larger}
        for fits in (at_96, larger):
            picks = [chosen(row["epochs"]) for row in fits if row["seed"] in seeds]
            scores = {name: spread([pick[f"held_out_{key}"] for pick in picks]) for name, key in SCORES.items()}
            pixels = ", ".join(sorted({str(row["size"]) for row in fits}))
            rows.append({"dataset": title, "pixels": pixels, "seeds": str(len(picks))} | scores)
    return table(rows)


def draw_curves(axes: Axes, fits: Sequence[Epochs], metric: str, label: str, **look: str) -> None:
    """A score by epoch: a thin line a fit, a thick one their mean."""
    curves = np.array([[row[metric] for row in epochs] for epochs in fits])
    epochs = range(1, curves.shape[1] + 1)
    axes.plot(epochs, curves.T, linewidth=0.7, alpha=0.5, **look)
    axes.plot(epochs, curves.mean(axis=0), linewidth=2.2, label=label, **look)


CURVES = (("f1", "macro-F1", "#d55e00"), ("iou", "IoU", "#0072b2"))
SETS = {"validation": "-", "held_out": "--"}


def draw_length(studies: list[Row], file: Path) -> None:
    """Scores of long fits by epoch on both sets; a thin line a seed, a thick one their mean."""
    fits = [row for row in studies if row["study"] == "length"]
    panels = list(dict.fromkeys((row["method"], row["dataset"]) for row in fits))
    figure, grid = plt.subplots(1, len(panels), figsize=(10, 3), sharey=True, squeeze=False, layout="constrained")
    for axes, (method, dataset) in zip(grid.flat, panels, strict=True):
        of_panel = [row["epochs"] for row in fits if (row["method"], row["dataset"]) == (method, dataset)]
        for (metric, name, colour), (kind, style) in product(CURVES, SETS.items()):
            look = {"color": colour, "linestyle": style, "label": f"{name}, {kind.replace('_', ' ')}"}
            draw_curves(axes, of_panel, f"{kind}_{metric}", **look)
        axes.axvline(REFERENCE_EPOCHS, color="#8a8a8a", linestyle=":", linewidth=1.2)
        axes.set_title(f"{TITLES[method]}, {DATASETS[dataset]}", fontsize=9)
        axes.grid(alpha=0.3)
        axes.set_ylim(0, 1)
    grid[0, 0].legend(fontsize=8, frameon=False, loc="lower right")
    figure.supxlabel("epoch (dotted: where the reference run ends)", fontsize=9)
    figure.savefig(file, dpi=130)


def draw_noise(studies: list[Row], file: Path) -> None:
    """Validation curves by epoch, a panel a method and dataset; a thin line a seed, a thick one their mean."""
    panels = sorted({(row["dataset"], row["method"]) for row in studies if row["study"] == "noise"})
    figure, grid = plt.subplots(2, len(panels) // 2, figsize=(10, 5), sharex=True, sharey="row", layout="constrained")
    for axes, (dataset, method) in zip(grid.flat, panels, strict=True):
        for constant, colour in ((True, "#d55e00"), (False, "#0072b2")):
            fits = [row["epochs"] for row in studies if is_of(row, "noise", dataset, method, constant)]
            metric = "validation_f1" if "validation_f1" in fits[0][0] else "validation_iou"
            draw_curves(axes, fits, metric, color=colour, label="noise always 5" if constant else "noise 0 to 5")
        name = "macro-F1" if metric == "validation_f1" else "IoU"
        axes.set_title(f"{TITLES[method]}, {DATASETS[dataset]}: {name}", fontsize=9)
        axes.grid(alpha=0.3)
        axes.set_ylim(0, 1)
    grid[0, 0].legend(fontsize=8, frameon=False)
    figure.supxlabel("epoch", fontsize=9)
    file.parent.mkdir(exist_ok=True)
    figure.savefig(file, dpi=130)


def blocks(studies: list[Row]) -> dict[str, str]:
    """Mark of the page -> what stands there."""
    return {
        "noise": noise_table(studies),
        "statistics": statistics_table(studies),
        "choice": choice_table(studies),
        "idea": settings_table(studies, ("alignment", "gate", "width", "rate", "batch", "norm")),
        "class_head": class_head_table(studies),
        "rates": rates_table(studies),
        "size": size_table(studies),
    }


def filled(page: str, studies: list[Row]) -> str:
    """The page with its tables."""
    for name, text in blocks(studies).items():
        page = re.sub(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", rf"\g<1>\n{text}\n\n\g<2>", page, flags=re.DOTALL)
    return page


if __name__ == "__main__":
    found = read_studies()
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")
    draw_noise(found, FIGURES / "settings_noise.png")
    draw_length(found, FIGURES / "settings_length.png")
