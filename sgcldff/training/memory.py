"""A batch that does not fit into memory: how torch says so, of a GPU's memory and of the machine's."""

from __future__ import annotations

import torch

_HOST = ("can't allocate memory", "not enough memory")  # in the RuntimeError of torch's allocator for the CPU


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _HOST)
