"""What a mask of the cell keeps at a quarter of its size, where SG-CLDFF and SegFormer decode: IoU of the annotated
mask with itself, averaged over 4x4 pixels and brought back (bilinear, above a half), mean over a dataset's images.

    python benchmarks/quarter.py results/reference/data/*
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from sgcldff.method import CYTOPLASM, NUCLEUS

FACTOR = 4


def kept(masks: np.ndarray) -> float:
    """Mean IoU of masks uint8 [N, H, W] of the codes of `sgcldff.method`; images without a cell are left out."""
    cells = torch.from_numpy(np.isin(masks, (CYTOPLASM, NUCLEUS)))
    cells = cells[cells.any(dim=(1, 2))]
    small = functional.avg_pool2d(cells[:, None].float(), FACTOR)
    back = functional.interpolate(small, scale_factor=FACTOR, mode="bilinear", align_corners=False)[:, 0] > 0.5
    return float(((back & cells).sum((1, 2)) / (back | cells).sum((1, 2))).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prepared", type=Path, nargs="+", help="folders of prepared datasets")
    for folder in parser.parse_args().prepared:
        if (file := folder / "masks.npy").exists():
            print(f"{folder.name}: {kept(np.load(file)):.3f}")


if __name__ == "__main__":
    main()
