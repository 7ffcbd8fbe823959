"""Which image is meant by a name that a person wrote: with or without a folder, a suffix, the right capitals."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from pathlib import PurePosixPath


def composed(name: str) -> str:
    """A name as most write it; macOS parts letters from their accents in the names of files."""
    return unicodedata.normalize("NFC", name)


class ImageNames:
    """The names of images. images: the files by their paths below their folder; folder: that folder, "." for none."""

    def __init__(self, images: Mapping[PurePosixPath, PurePosixPath], folder: str) -> None:
        self.folder = [part.lower() for part in PurePosixPath(folder).parts]
        names: dict[str, list[PurePosixPath]] = defaultdict(list)
        longer: dict[str, list[PurePosixPath]] = defaultdict(list)
        for image, file in images.items():
            for name in {str(image.with_suffix("")), image.name, image.stem}:
                names[name].append(image)
            parts = [composed(part) for part in file.parts]
            for start in range(len(parts) - len(image.parts)):
                path = PurePosixPath(*parts[start:])
                for name in {str(path), str(path.with_suffix(""))}:
                    longer[name].append(image)
        self.exact = names | {str(image): [image] for image in images}  # a full path means that file alone
        self.longer = dict(longer)
        self.folded: dict[str, list[PurePosixPath]] = defaultdict(list)
        for known in (self.exact, self.longer):
            for name, meant in known.items():
                folded = self.folded[name.casefold()]
                folded += [image for image in meant if image not in folded]

    def find(self, name: str) -> list[PurePosixPath]:
        """The images that a name may mean, slashes forward: none, one or several."""
        for tried in (name, *self._below_the_folder(name)):
            for known, wanted in ((self.exact, tried), (self.longer, tried), (self.folded, tried.casefold())):
                if found := known.get(wanted):
                    return found
        return []

    def suggestion(self, name: str) -> str:
        """`(did you mean …?)` with the nearest name of the same numbers, "" where none is near."""
        wanted = PurePosixPath(name.casefold()).stem or name.casefold()
        stems = {PurePosixPath(known).stem: known for known in self.folded if _numbers(known) == _numbers(wanted)}
        near = difflib.get_close_matches(wanted, stems, n=1)
        return f" (did you mean {str(self.folded[stems[near[0]]][0])!r}?)" if near else ""

    def _below_the_folder(self, name: str) -> list[str]:
        """A name without what leads to the folder of the images, as in paths of another machine."""
        parts = PurePosixPath(name).parts
        if parts[:1] == (".",):
            parts = parts[1:]
        lower, depth = [part.lower() for part in parts], len(self.folder)
        ends = [end for end in range(depth, len(parts)) if depth and lower[end - depth : end] == self.folder]
        return ["/".join(parts[end:]) for end in ends]


def _numbers(name: str) -> list[int]:
    """The numbers in the last part of a name, without its suffix: smear-02 is not meant by smear-03."""
    return [int(digits) for digits in re.findall(r"[0-9]+", PurePosixPath(name).stem)]
