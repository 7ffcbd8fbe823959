"""The configuration, checked as a whole before anything runs.

Only jsonschema and the standard library are imported here: the Snakefile checks its configuration in the environment
that Snakemake itself runs in.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from sgcldff.config.choice import resolve
from sgcldff.config.python_files import MissingClass, ancestors, argument_types, constructor_arguments, text_constant
from sgcldff.config.references import check_catalogue, check_references
from sgcldff.config.suggestions import meant
from sgcldff.errors import InputError

REMOVABLE = ("pools", "perturbations", "scenarios", "families", "hypotheses", "interactions")

BASES = {"datasets": "sgcldff.data.sources.dataset.Dataset", "methods": "sgcldff.method.Method"}
MANUAL = "sgcldff.data.sources.manual.ManualDataset"
SYNTHETIC = "sgcldff.data.sources.synthetic.SyntheticSmears"
GIVEN = {"datasets": (), "methods": ("classes", "size")}  # constructor arguments that the benchmark gives

TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}

# jsonschema takes 3.0 for a whole number and .nan for a number; a seed of 3.0 or a share of .nan would fail later.
Validator = extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ).redefine(
        "number",
        lambda _, value: isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value),
    ),
)


def check(
    config: dict[str, Any], catalogue: Mapping[str, Any], schema: Mapping[str, Any], catalogue_schema: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The configuration resolved against the catalogue (`choice.resolve`), and that catalogue as a whole.

    What is wrong is refused in one sentence.

    config: as Snakemake merged it; catalogue: label_spaces, datasets and methods as shipped, over which the
    configuration's own `catalogue` is laid. A configuration is laid over config.yaml, mapping by mapping: it takes an
    entry of one of the sections REMOVABLE away by setting it to null.

    Checked beyond the schemas: what is named must exist, Python classes must exist, be a dataset or a method and take
    the arguments given, the members of a pool have one label space, a scenario's tests are of one kind, there is one
    reference, the shares of the split make one, and generated images are called synthetic.
    """
    config = copy.deepcopy(config)
    gone = _take_away_null(config)
    _check_keys("the configuration", config)
    _read_numbers(config, schema)
    _check_schema(config, schema, "")
    whole = _laid_over(catalogue, config["catalogue"])
    _check_schema(whole, catalogue_schema, "catalogue.")
    _take_from_base(whole["methods"])
    check_catalogue(whole)
    for kind in ("datasets", "methods"):
        for name, entry in whole[kind].items():
            _check_class(kind, name, entry)
    resolved = resolve(config, whole, gone)
    check_references(resolved)
    if abs(sum(config["split"].values()) - 1) > 1e-9:
        raise InputError(f"split: the shares add up to {sum(config['split'].values()):g}: make them add up to 1.")
    for name, entry in resolved["datasets"].items():
        if SYNTHETIC in ancestors(entry["class"]) and not config["synthetic"]:
            raise InputError(f"synthetic: the images of {name} are generated: set it to true, and every table says so.")
    return resolved, whole


def _laid_over(catalogue: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The catalogue with entries of the configuration's own laid over it, mapping by mapping; null takes one away."""
    merged = copy.deepcopy(dict(catalogue))
    for key, value in own.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            # Labels are one table: merged with another, it would hold labels that nobody wrote.
            merged[key] = _laid_over(merged[key], value) if key != "labels" else copy.deepcopy(value)
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def _take_from_base(methods: Mapping[str, Any]) -> None:
    """What predicts with the fit of its base has its class and arguments, so that they are written once."""
    for name, entry in methods.items():
        base = entry.get("base")
        if base is not None and base not in methods:
            raise InputError(f"catalogue.methods.{name}.base: the method {base!r} is unknown{meant(base, methods)}")
        if "at_test" in entry and base is not None:
            entry |= {key: copy.deepcopy(methods[base][key]) for key in ("class", "arguments") if key in methods[base]}


def _check_schema(value: dict[str, Any], schema: Mapping[str, Any], prefix: str) -> None:
    """Fill the schema's defaults in, and refuse what it does not admit; prefix: before the place in a sentence."""
    _fill_defaults(value, schema)
    errors = sorted(Validator(schema).iter_errors(value), key=lambda error: list(map(str, error.path)))
    if errors:
        raise InputError(_sentence(errors[0], prefix))


def _take_away_null(config: dict[str, Any]) -> dict[str, set[str]]:
    """Drop the entries that are null; section -> their names."""
    gone = {}
    for section in REMOVABLE:
        if isinstance(config.get(section), dict):
            gone[section] = {name for name, entry in config[section].items() if entry is None}
            config[section] = {name: entry for name, entry in config[section].items() if entry is not None}
    return gone


def _read_numbers(config: dict[str, Any], schema: Mapping[str, Any]) -> None:
    """Seeds as numbers: of `--config 'seeds=[1]'` Snakemake gives the entries of the list as text."""
    for key, described in schema["properties"].items():
        if described.get("items", {}).get("type") == "integer" and isinstance(config.get(key), list):
            config[key] = [
                int(entry) if isinstance(entry, str) and entry.isdecimal() else entry for entry in config[key]
            ]


def _check_keys(place: str, value: Any) -> None:
    """Every key is text: YAML reads 1, yes and null as something else, and no schema can say so."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            if not isinstance(key, str):
                raise InputError(f"{place}: the key {key!r} is not text: put it in quotes.")
            _check_keys(key if place == "the configuration" else f"{place}.{key}", entry)


def _fill_defaults(value: Any, schema: Mapping[str, Any]) -> None:
    """Write the defaults of absent keys into the mappings that the schema describes."""
    if not isinstance(value, dict):
        return
    for key, described in schema.get("properties", {}).items():
        if "default" in described:
            value.setdefault(key, json.loads(json.dumps(described["default"])))
        if key in value:
            _fill_defaults(value[key], described)
    if isinstance(schema.get("additionalProperties"), Mapping):
        for entry in value.values():
            _fill_defaults(entry, schema["additionalProperties"])


def _sentence(error: ValidationError, prefix: str) -> str:
    """What is wrong, where, and for a misspelt key the one that was probably meant."""
    place = prefix + ".".join(str(part) for part in error.absolute_path)
    place = place.removesuffix(".") or "the configuration"
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        unknown = sorted(set(error.instance) - set(known))
        return f"{place}: the key {unknown[0]!r} is unknown{meant(unknown[0], known)}"
    if error.validator == "required":
        missing = sorted(set(error.validator_value) - set(error.instance))
        return f"{place}: the key {missing[0]!r} is missing: add it."
    if error.validator == "type":
        wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        shown = repr(error.instance) if len(repr(error.instance)) <= 60 else TYPES[_type(error.instance)]
        return f"{place}: {shown} is not {' or '.join(TYPES[name] for name in wanted)}: correct it{_written(error)}."
    if error.validator == "enum":
        return f"{place}: {error.instance!r} is unknown{meant(str(error.instance), error.validator_value)}"
    return f"{place}: {error.message}: correct it."


def _type(value: Any) -> str:
    return next(name for name in TYPES if Validator({}).is_type(value, name))


def _written(error: ValidationError) -> str:
    """How a number is written that YAML took for text, as it does with 4e-4."""
    try:
        number = float(error.instance)
    except (TypeError, ValueError):
        return ""
    return f" (as {number})" if error.validator_value == "number" and math.isfinite(number) else ""


def _fits(value: Any, admitted: Sequence[type | str]) -> bool:
    """Whether a value is one of the texts or of a type; nothing is asked where nothing is known."""
    if not admitted:
        return True
    if isinstance(value, bool):
        return bool in admitted
    if isinstance(value, int) and float in admitted:
        return True
    return any(value == each if isinstance(each, str) else isinstance(value, each) for each in admitted)


def _named(admitted: type | str) -> str:
    if isinstance(admitted, str):
        return admitted
    return {type(None): "null", dict: "a mapping"}.get(admitted, admitted.__name__)


def _check_class(kind: str, name: str, entry: Mapping[str, Any]) -> None:
    """The class exists and takes the arguments; read from its source, so that no torch is imported here."""
    place = f"catalogue.{kind}.{name}"
    try:
        bases, known = ancestors(entry["class"]), constructor_arguments(entry["class"])
    except MissingClass as error:
        raise InputError(f"{place}.class: {error}: correct it.") from error
    if BASES[kind] not in bases[1:]:
        raise InputError(f"{place}.class: {entry['class']} is not derived from {BASES[kind]}: name a class that is.")
    if MANUAL in bases and not text_constant(entry["class"], "obtain"):
        raise InputError(
            f"{place}.class: {entry['class']} does not say in `obtain`, in one literal text, what to put where."
        )
    known = {argument: must for argument, must in known.items() if argument not in GIVEN[kind]}
    types = argument_types(entry["class"])
    for argument, value in entry["arguments"].items():
        if argument not in known:
            raise InputError(f"{place}.arguments: {argument!r} is unknown{meant(argument, known)}")
        if not _fits(value, types.get(argument, [])):
            wanted = ", ".join(_named(each) for each in types[argument])
            raise InputError(f"{place}.arguments: {argument}: {value!r} does not fit: give {wanted}.")
    # Whether weights come from the network decides what is fetched ahead of the fits.
    from_the_hub = "hub" in types.get("weights", [])
    for argument, must in (known | ({"weights": True} if from_the_hub else {})).items():
        if must and argument not in entry["arguments"]:
            raise InputError(f"{place}.arguments: {argument!r} is missing: add it.")
