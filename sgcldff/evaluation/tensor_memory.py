"""The memory that torch's tensors take while something is computed, counted as they come and go.

Unlike the resident memory of a process it holds neither Python nor the images of a dataset, is the same number whenever
it is measured, and means the same on a CPU and a GPU. The workspaces inside a single operation are not in it.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class TensorMemory(TorchDispatchMode):
    """Counts within `with TensorMemory() as memory`, of every operation that torch runs there."""

    def __init__(self) -> None:
        super().__init__()
        self._held, self._alive, self._most = 0, 0, 0
        self._seen: set[int] = set()

    @property
    def peak(self) -> int:
        """Bytes of the tensors that were there before (weights, images), and the most that was computed at a time."""
        return self._held + self._most

    def __torch_dispatch__(
        self, operation: Callable[..., Any], types: Sequence[type], args: Any = (), kwargs: Mapping | None = None
    ) -> Any:
        kwargs = kwargs or {}
        for storage in self._new((args, kwargs)):
            self._held += storage.nbytes()
        result = operation(*args, **kwargs)
        for storage in self._new(result):
            self._alive += storage.nbytes()
            # A view shares the storage of its tensor, which goes when the last of them does.
            weakref.finalize(storage, self._gone, storage._cdata, storage.nbytes()).atexit = False
        self._most = max(self._most, self._alive)
        return result

    def _new(self, tree: Any) -> list[torch.UntypedStorage]:
        """The storages of tensors that were not seen yet."""
        found = []
        for tensor in tree_leaves(tree):
            if isinstance(tensor, torch.Tensor) and (storage := tensor.untyped_storage())._cdata not in self._seen:
                self._seen.add(storage._cdata)
                found.append(storage)
        return found

    def _gone(self, key: int, size: int) -> None:
        self._seen.discard(key)
        self._alive -= size
