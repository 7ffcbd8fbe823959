"""What is known of a dataset beyond its files: who made it, how it was stained, what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sgcldff.errors import InputError


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


def about_from(given: Mapping[str, Any]) -> About:
    """The facts that the argument `about` of a dataset gives.

    Raises InputError for a field that is unknown or of another kind; null leaves a field at its default.
    """
    if not isinstance(given, Mapping):
        raise InputError(f"The dataset's argument about is {given!r}: give fields with their values.")
    known = {field.name: field.default for field in fields(About)}
    facts: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise InputError(f"The dataset's argument about.{name} is unknown: choose of {', '.join(sorted(known))}.")
        if value is None:
            continue
        facts[name] = (value,) if known[name] == () and isinstance(value, str) else value
        kind, fits = _KINDS[type(known[name])]
        if not fits(facts[name]):
            raise InputError(f"The dataset's argument about.{name} is {value!r}: give {kind}.")
        if known[name] == ():
            facts[name] = tuple(facts[name])
    return About(**facts)


# What a field of About takes, by the kind of its default: in words, and whether a value is such.
_KINDS: dict[type, tuple[str, Callable[[Any], bool]]] = {
    str: ("a text", lambda value: isinstance(value, str)),
    bool: ("true or false", lambda value: isinstance(value, bool)),
    type(None): ("a whole number", lambda value: type(value) is int),
    tuple: (
        "a text or a list of texts",
        lambda value: isinstance(value, list | tuple) and all(isinstance(each, str) for each in value),
    ),
}
