"""The configuration of the finished run: three datasets, eight methods, of which six have runs."""

from __future__ import annotations

from typing import Any

CLASSES = ["neutrophil", "lymphocyte", "monocyte", "eosinophil"]
# Method with runs -> its true score.
SKILL = {"full": 0.93, "no_fusion": 0.9, "thresholding": 0.8, "unetpp": 0.88, "oracle": 1.0, "chance": 0.5}
NETWORKS = ("full", "no_fusion", "unetpp")
TRAINING = {
    **{"epochs": 25, "batch_size": 32, "learning_rate": 4e-4, "decay_factor": 0.1, "decay_every": 10},
    **{"patience": 10, "precision": "float32"},
    "augmentation": {"rotation": 15, "flips": True, "contrast": 0.2, "noise": 5},
}


def dataset(title: str, **changes: Any) -> dict[str, Any]:
    return {"class": "data.Class", "title": title, "space": "subtypes", "labels": {}} | changes


def method(title: str, role: str, **changes: Any) -> dict[str, Any]:
    return {"class": "methods.Class", "title": title, "role": role} | changes


def configuration() -> dict[str, Any]:
    return {
        "name": "fake",
        "synthetic": False,
        "scale": None,
        "results": "results",
        "reports": "reports",
        "raw": "raw",
        "mirror": None,
        "device": "cpu",
        "fit_threads": 1,
        "fits_per_gpu": 1,
        "split": {"train": 0.7, "validation": 0.1, "test": 0.2},
        "leakage": None,
        "equivalence": 1.0,
        "families": {},
        "label_spaces": {"subtypes": {"names": CLASSES, "classes": CLASSES}},
        "seeds": [0, 1, 2],
        "size": 96,
        "training": TRAINING,
        "datasets": {
            "bccd": dataset("BCCD"),
            "jtsc": dataset("JTSC"),
            "cellavision": dataset("CellaVision"),
        },
        "pools": {},
        "perturbations": {},
        "methods": {
            "full": method("SG-CLDFF", "reference", paper="SG-CLDFF"),
            "no_saliency": method("Without saliency", "ablation", paper="Without saliency-guided preprocessing"),
            "no_fusion": method("Without fusion", "ablation", paper="Without cross-layer fusion"),
            "neither": method("Without both", "ablation"),
            "thresholding": method("Thresholding", "baseline"),
            "unetpp": method("UNet++", "baseline"),
            "oracle": method("Control: oracle", "control"),
            "chance": method("Control: chance", "control"),
        },
        "scenarios": {
            "in_domain": [["bccd", "bccd"], ["jtsc", "jtsc"], ["cellavision", "cellavision"]],
            "cross_stain": [["jtsc", "cellavision"], ["cellavision", "jtsc"]],
            "domain_shift": [
                [a, b] for a in ("bccd", "jtsc", "cellavision") for b in ("bccd", "jtsc", "cellavision") if a != b
            ],
        },
        "hypotheses": {
            "alignment": {
                "title": "Alignment helps across stains",
                "reference": "full",
                "against": "no_alignment",
                "metric": "iou",
                "scenario": "cross_stain",
                "margin": 2.0,
                "direction": "greater",
                "family": "robustness",
            },
            "fusion": {
                "title": "Fusion helps under domain shift",
                "reference": "full",
                "against": "no_fusion",
                "metric": "f1",
                "scenario": "domain_shift",
                "margin": 1.5,
                "direction": "greater",
                "family": "robustness",
            },
        },
        "interactions": {
            "components": {
                "title": "Both parts contribute independently",
                "full": "full",
                "without_first": "no_saliency",
                "without_second": "no_fusion",
                "neither": "neither",
                "first": "saliency module",
                "second": "fusion",
                "metrics": ["f1", "iou"],
                "scenario": "in_domain",
                "family": "components",
            },
        },
    }


def stain_axes() -> dict[str, Any]:
    """Two axes of the stain shift, as the configuration declares them."""
    hue = {"kind": "hue", "title": "hue of the stain", "strongest": 30, "levels": [0.5, 1.0]}
    density = {"kind": "concentration", "title": "concentration of the stain", "strongest": 2.0, "levels": [0.5, 1.0]}
    return {"hue": hue, "concentration": density}
