"""architecture.csv: the blocks of the built network of SG-CLDFF, in the order of the paper's Figure 1.

block: `input`, `prior`, `saliency`, `cnn<i>`, `gate<i>` (or `gate`, at the image), `swin<i>`, `fusion` (or `deepest`,
where it was taken away), `segment`, `classify`. reads: the blocks whose output it takes, with spaces between. shape: of
its output for one image, channels first. parameters, multiply_adds: NaN where a block has none to count.
"""

from __future__ import annotations

from sgcldff.tables.contract import Contract

ARCHITECTURE = Contract(
    ("block", "reads", "shape", "parameters", "multiply_adds"),
    text=("block", "reads", "shape"),
)
