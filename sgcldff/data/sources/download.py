"""Fetch the files of a manifest from the network, or from a mirror folder laid out by URL, and check every one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from tqdm import tqdm
from urllib3.util.retry import Retry

from sgcldff.data.disk_room import FULL
from sgcldff.data.sources.manifest import Entry
from sgcldff.errors import InputError
from sgcldff.tables.checksum import file_sha256

WORKERS = 8
TIMEOUT = (10, 60)  # seconds to connect and seconds between two bytes


def fetch_files(base_url: str, entries: Sequence[Entry], raw: Path, mirror: str | None) -> None:
    """Bring every entry to `raw`/path, complete and with the right bytes.

    base_url: ends with a slash; a file stands at base_url + path, and in a mirror at <mirror>/<host>/<path of the URL>.
    A file that is already there and right is kept, a wrong one is fetched again. What is under way has the suffix
    .part, so that a killed run leaves nothing that looks finished.
    Raises InputError where the network or the mirror does not give a file, or gives another than the manifest pins, and
    where it cannot be written.
    """
    if mirror is not None and not Path(mirror).is_dir():
        raise InputError(f"The mirror {mirror} is not a folder: correct it (SGCLDFF_MIRROR or the key `mirror`).")
    with requests.Session() as session, ThreadPoolExecutor(WORKERS) as pool:
        # A host that limits the rate (429) or stumbles (5xx) is asked again; an unreachable one is given up soon.
        retry = Retry(total=5, connect=1, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504))
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(pool_maxsize=WORKERS, max_retries=retry))

        def copy(url: str, part: Path, target: Path) -> str:
            if mirror is None:
                return _from_network(session, url, part, target)
            return _from_mirror(Path(mirror), url, part)

        jobs = [pool.submit(_bring, base_url + quote(entry.path), entry, raw, copy) for entry in entries]
        try:
            for job in tqdm(as_completed(jobs), total=len(jobs), desc=f"fetch {raw.name}", unit="file", mininterval=1):
                job.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _bring(url: str, entry: Entry, raw: Path, copy: Callable[[str, Path, Path], str]) -> None:
    target = raw / entry.path
    if entry.describes(target):
        return
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
    except OSError as error:
        remedy = "make room there" if error.errno in FULL else "make it a folder that may be written to"
        raise InputError(f"{target.parent} cannot be written to ({error.strerror}): {remedy}.") from error
    origin = copy(url, part, target)
    if not entry.describes(part):
        received = f"{part.stat().st_size} bytes with sha256 {file_sha256(part)}"
        part.unlink()
        raise InputError(
            f"{origin} gave {received} where the manifest expects {entry.size} bytes with sha256 {entry.sha256}: "
            f"run again, and if it stays so replace that file by the pinned one or put the pinned one at {target}."
        )
    os.replace(part, target)


def _from_mirror(mirror: Path, url: str, part: Path) -> str:
    address = urlsplit(url)
    file = mirror / address.netloc / unquote(address.path).lstrip("/")
    try:
        shutil.copyfile(file, part)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(
            f"The mirror has no readable file {file} ({error.strerror}): add it (it is the file at {url}), "
            "or run without SGCLDFF_MIRROR to download it."
        ) from error
    return str(file)


def _from_network(session: requests.Session, url: str, part: Path, target: Path) -> str:
    try:
        with session.get(url, stream=True, timeout=TIMEOUT) as response:
            response.raise_for_status()
            with part.open("wb") as stream:
                for block in response.iter_content(1 << 16):
                    stream.write(block)
    except requests.RequestException as error:
        part.unlink(missing_ok=True)
        address = urlsplit(url)
        reason = type(error).__name__ if error.response is None else f"HTTP status {error.response.status_code}"
        raise InputError(
            f"{url} cannot be downloaded ({reason}): connect to the network, or set SGCLDFF_MIRROR to a folder that "
            f"holds {address.netloc}{unquote(address.path)}, or put the file by hand at {target}."
        ) from error
    return url
