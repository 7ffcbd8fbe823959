"""Names of perturbed test sets: `bccd@hue@0.5` at one level, `bccd@hue` the area under the whole curve."""

from __future__ import annotations

SEPARATOR = "@"


def variant_name(dataset: str, axis: str, level: float | None = None) -> str:
    """The name of a dataset's test images along an axis, at one level or (None) over all of them."""
    return SEPARATOR.join([dataset, axis] if level is None else [dataset, axis, f"{level:g}"])


def parse_variant(name: str) -> tuple[str, str | None, float | None]:
    """(dataset, axis, level) of such a name; axis and level None where it has none."""
    dataset, *rest = name.split(SEPARATOR)
    return dataset, (rest[0] if rest else None), (float(rest[1]) if len(rest) > 1 else None)
