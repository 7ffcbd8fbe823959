"""A process that holds the libraries that jobs import for seconds, and forks itself for each job that asks.

Run by its path, so that it imports nothing of this package: what is edited during a run is read anew by every job.
`warm_start` starts it and asks.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

# What the stages import from others; what is not installed is passed over.
LIBRARIES = (
    *("numpy", "pandas", "pyarrow.parquet", "cv2", "scipy.stats", "sklearn.metrics", "PIL.Image", "tqdm", "pydantic"),
    *("safetensors.torch", "torch.optim", "torch.utils.data", "torch.utils.flop_counter", "torchvision", "timm"),
    *("captum.attr", "segmentation_models_pytorch", "psutil", "threadpoolctl", "matplotlib.figure", "seaborn"),
)
LOOK = 0.05  # seconds between two looks at the jobs
LENGTH, STATUS = 8, 4  # bytes that say how long a request is, and how a job ended


def serve(address: str, parent: int) -> None:
    """Answer requests until the parent is gone. Nobody is heard before the libraries are loaded: jobs of that time do
    not wait for them.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    for name in LIBRARIES:
        with suppress(ImportError):
            importlib.import_module(name)
    if os.getppid() != parent:  # it ended meanwhile, and its folder with it
        return
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    jobs: dict[int, socket.socket] = {}  # process -> the connection that waits for its end
    while os.getppid() == parent:
        ready, _, _ = select.select([listener], [], [], LOOK)
        if ready:
            connection, _ = listener.accept()
            jobs[_fork(connection, [listener, *jobs.values()])] = connection
        for process in list(jobs):
            if _is_gone(jobs[process]):
                _kill(process)
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                _answer(jobs.pop(process), os.waitstatus_to_exitcode(status))
    for process in jobs:
        _kill(process)
    shutil.rmtree(os.path.dirname(address), ignore_errors=True)  # a parent that was killed could not


def _is_gone(connection: socket.socket) -> bool:
    """Whether the other end is closed; what it sent is for the job to read."""
    try:
        return not connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _answer(connection: socket.socket, status: int) -> None:
    with connection, suppress(OSError):  # whoever asked may be gone
        connection.sendall(status.to_bytes(STATUS, "big", signed=True))


def _kill(process: int) -> None:
    import psutil

    with suppress(psutil.NoSuchProcess):
        job = psutil.Process(process)
        for each in [*job.children(recursive=True), job]:
            with suppress(psutil.NoSuchProcess):
                each.kill()


def _fork(connection: socket.socket, others: list[socket.socket]) -> int:
    """Start a job as the request says; the number of its process."""
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        for each in others:
            each.close()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        status = _job(connection)
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    _end(status)
    return 0  # not reached


def _job(connection: socket.socket) -> int:
    message, streams, _, _ = socket.recv_fds(connection, LENGTH, 2)
    request = json.loads(_received(connection, int.from_bytes(message, "big")))
    connection.close()
    for number, stream in enumerate(streams, start=1):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.path[:] = request["path"]
    _use_threads(request["threads"])
    module = importlib.import_module(request["module"])
    return getattr(module, request["function"])(request["given"])


def _received(connection: socket.socket, length: int) -> bytes:
    parts = []
    while length and (part := connection.recv(min(length, 1 << 20))):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _use_threads(count: int) -> None:
    """What the environment of a fresh process says to the libraries that are loaded here already."""
    import threadpoolctl

    threadpoolctl.threadpool_limits(count)


def _end(status: int) -> None:
    """As an interpreter ends, but for what the forking process registered to be done at its own end."""
    from multiprocessing import util

    util._exit_function()
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(status)


def asked(request: Mapping[str, Any], address: str) -> int | None:
    """The exit status of a request's job; None where nobody listens. Minus the signal where one ended it."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(address)
        except OSError:
            return None
        content = json.dumps(request).encode()
        socket.send_fds(connection, [len(content).to_bytes(LENGTH, "big")], [1, 2])
        connection.sendall(content)
        status = _received(connection, STATUS)
    # It was killed with the job: as if a signal had ended that.
    return int.from_bytes(status, "big", signed=True) if len(status) == STATUS else -signal.SIGKILL


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
