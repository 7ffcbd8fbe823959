"""The exceptions that are no defects: input that a person can put right, and a fit that came to nothing."""

from __future__ import annotations

from collections.abc import Sequence


class InputError(Exception):
    """Wrong input: one sentence that names the file (or key) and the remedy.

    The command line prints it without a traceback and exits with 2; anything else that escapes is a defect of ours and
    keeps its traceback.
    """


class FitError(Exception):
    """A fit that came to nothing by its own numbers, and would again: one sentence says why.

    It is recorded as failed, and the others go on. history: of the epochs before, a row each.
    """

    def __init__(self, message: str, history: Sequence[dict[str, float]] = ()) -> None:
        super().__init__(message)
        self.history = list(history)
