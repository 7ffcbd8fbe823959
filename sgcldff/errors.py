"""The one exception for input that a person can put right."""


class InputError(Exception):
    """Wrong input: one sentence that names the file (or key) and the remedy.

    The command line prints it without a traceback and exits with 2; anything else that escapes is a defect of ours and
    keeps its traceback.
    """
