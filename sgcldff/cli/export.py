"""The verb `export`: a fit as one file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sgcldff.errors import InputError

EPILOG = "\n\n".join(
    [
        "Example: sgcldff export results/fits/jtsc/full/seed-0 --out model.onnx",
        "Input: images, RGB uint8 \\[batch, size, size, 3], resized as docs/predict.md says. Outputs: probabilities "
        "\\[batch, classes]; mask \\[batch, size, size], the probability that a pixel is the cell's. Class names and "
        "size stand in the file's metadata.",
        "Exit status: 0 where the file was written and gives the fit's answers in onnxruntime; 2 refused.",
    ]
)


def export(
    fit: Annotated[Path, typer.Argument(help="Folder of a fit: <results>/fits/<dataset>/<method>/seed-<s>.")],
    out: Annotated[Path, typer.Option(help="The ONNX file.")],
) -> None:
    """Export a fit to ONNX, with its normalisation, for onnxruntime and programs that read such files."""
    from sgcldff.evaluation.own_images import open_fit

    opened = open_fit(fit, "cpu", 1)
    try:
        from sgcldff.evaluation.onnx_file import export_fit

        gap = export_fit(opened, out)
    except OSError as error:
        raise InputError(f"{out} cannot be written ({error.strerror}): give another file to --out.") from error
    print(f"{out}: in onnxruntime its answers differ from the fit's by at most {gap:.1g}.")
