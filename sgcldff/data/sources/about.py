"""What is known of a dataset beyond its files: who made it, how it was stained, what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class About:
    """Facts for the dataset's card and its Croissant metadata; "" where nothing is known.

    what: a few sentences; creators: people; institutions: what else made it, an entry each; year: of publication; url:
    where the files come from; licence: SPDX identifier, or words; licence_url: its text; redistributable: whether
    images may be passed on; stain: how the smears were stained; masks: who drew them and what they outline; labels:
    who gave them; citation: the reference to cite; faults: what is known to be wrong or odd, a sentence each.
    """

    what: str = ""
    creators: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    year: int | None = None
    url: str = ""
    licence: str = ""
    licence_url: str = ""
    redistributable: bool = False
    stain: str = ""
    masks: str = ""
    labels: str = ""
    citation: str = ""
    faults: tuple[str, ...] = ()
