"""Tables in LaTeX (booktabs), to paste."""

from __future__ import annotations

from collections.abc import Sequence

_ESCAPED = {"\\": r"\textbackslash{}", "−": "$-$", "±": r"$\pm$", "≥": r"$\geq$", "<": "$<$", "—": "---", "–": "--"}
_ESCAPED |= {sign: f"\\{sign}" for sign in "&%$#_{}"} | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def escaped(text: object) -> str:
    """Any text as LaTeX shows it.

    >>> escaped("no_fusion, 5 % −1")
    'no\\\\_fusion, 5 \\\\% $-$1'
    """
    return "".join(_ESCAPED.get(sign, sign) for sign in str(text)).replace("\n", " ")


def table(headers: Sequence[str], rows: Sequence[Sequence[object]], text_columns: int = 1) -> str:
    """A tabular of ready cells; the first `text_columns` are set left, the others right."""
    columns = "l" * text_columns + "r" * (len(headers) - text_columns)
    lines = [" & ".join(map(escaped, row)) + r" \\" for row in [headers, *rows]]
    head = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", lines[0], r"\midrule"]
    return "\n".join([*head, *lines[1:], r"\bottomrule", r"\end{tabular}"])
