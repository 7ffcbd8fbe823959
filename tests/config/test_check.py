from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from snakemake.utils import update_config

from sgcldff.config.check import check, keep_order
from sgcldff.config.plan import methods_run
from sgcldff.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
OVERLAYS = sorted((ROOT / "workflow/configs").glob("*.yaml"))


def configuration(overlay: Path | None = None) -> dict[str, Any]:
    """config.yaml, with another file laid over it as Snakemake does it (which leaves no two keys one mapping)."""
    config: dict[str, Any] = {}
    for file in (ROOT / "config.yaml", overlay):
        if file is not None:
            update_config(config, yaml.safe_load(file.read_text()))
    return config


def refusal(change: dict[str, Any] | Callable[[dict[str, Any]], Any]) -> str:
    """The sentence with which config.yaml under this change is refused."""
    config = configuration()
    if callable(change):
        change(config)
    else:
        update_config(config, change)
    with pytest.raises(InputError) as caught:
        check(config, SCHEMA)
    message = str(caught.value)
    assert message.endswith((".", "?")) and "\n" not in message and len(message) < 300
    return message


def test_the_papers_configuration_passes():
    check(configuration(), SCHEMA)


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda file: file.stem)
def test_every_other_configuration_passes_over_it(overlay):
    check(configuration(overlay), SCHEMA)


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda file: file.stem)
def test_every_other_configuration_has_folders_of_its_own_and_says_that_it_is_smaller(overlay):
    paper, other = configuration(), configuration(overlay)
    assert all(paper[key] != other[key] for key in ("name", "results", "reports"))
    assert other["scale"]


def test_what_leaks_on_purpose_has_no_part_in_a_mean_with_anything_else():
    config = configuration(ROOT / "workflow/configs/leakage.yaml")
    check(config, SCHEMA)
    leaking = [
        pairs for pairs in config["scenarios"].values() if any(config["leakage"]["inflated"] in p for p in pairs)
    ]
    assert [len(pairs) for pairs in leaking] == [1]


def test_absent_keys_get_their_defaults():
    config = configuration()
    for key in ("mirror", "synthetic", "scale", "device", "fit_threads"):
        del config[key]
    check(config, SCHEMA)
    assert [config[key] for key in ("mirror", "synthetic", "scale", "device", "fit_threads")] == [
        *(None, False, None, "auto", 1)
    ]
    assert config["methods"]["oracle"]["arguments"] == {} and config["datasets"]["bccd"]["arguments"] == {}


def test_defaults_are_not_shared_between_entries():
    config = configuration()
    check(config, SCHEMA)
    assert config["methods"]["oracle"]["arguments"] is not config["methods"]["chance"]["arguments"]


def test_an_entry_set_to_null_is_taken_away():
    config = configuration()
    update_config(
        config,
        {
            "datasets": {"bccd": None},
            "methods": {"neither": None},
            "scenarios": {"in_domain": [["jtsc", "jtsc"]], "domain_shift": None},
            "hypotheses": {"fusion": None},
        },
    )
    check(config, SCHEMA)
    assert "bccd" not in config["datasets"] and "jtsc" in config["datasets"]
    assert "neither" not in config["methods"] and "full" in config["methods"]
    assert "domain_shift" not in config["scenarios"] and "cross_stain" in config["scenarios"]
    assert list(config["hypotheses"]) == ["alignment", "prior"]


@pytest.mark.parametrize(
    ("taken", "hypotheses", "interactions"),
    [
        ({"methods": {"no_fusion": None}}, ["alignment", "prior"], []),
        ({"methods": {"neither": None}}, ["alignment", "fusion", "prior"], []),
        ({"scenarios": {"cross_stain": None}}, ["fusion"], ["components"]),
        ({"families": {"robustness": None}}, ["prior"], ["components"]),
    ],
)
def test_what_is_declared_of_an_entry_that_is_taken_away_goes_with_it(taken, hypotheses, interactions):
    config = configuration()
    update_config(config, taken)
    check(config, SCHEMA)
    assert list(config["hypotheses"]) == hypotheses and list(config["interactions"]) == interactions


def test_a_label_set_to_null_stays_and_drops_its_images():
    config = configuration()
    check(config, SCHEMA)
    assert config["datasets"]["bccd"]["labels"]["subtypes"]["two cells"] is None


def test_a_dataset_that_is_taken_away_leaves_pools_and_scenarios():
    config = configuration()
    update_config(config, {"datasets": {"bccd": None}})
    check(config, SCHEMA)
    assert config["pools"]["pooled"]["members"] == ["jtsc", "cellavision", "lisc"]
    pairs = [pair for declared in config["scenarios"].values() for pair in declared]
    assert not any(name.split("@")[0] == "bccd" for pair in pairs for name in pair)
    assert ["jtsc", "jtsc@hue"] in pairs


def test_a_pool_without_members_and_a_scenario_without_pairs_go_too():
    config = configuration()
    update_config(
        config, {"datasets": {"all_idb1": None, "all_idb2": None}, "pools": {"pooled": {"members": ["bccd"]}}}
    )
    update_config(config, {"datasets": {"bccd": None}})
    check(config, SCHEMA)
    assert "pooled" not in config["pools"] and "pooled" not in config["scenarios"]
    assert not {"leukaemia", "other_cells"} & set(config["scenarios"])


def test_an_axis_that_is_taken_away_leaves_the_scenarios():
    config = configuration()
    update_config(config, {"perturbations": {"hue": None}})
    check(config, SCHEMA)
    assert "stain_hue" not in config["scenarios"] and "stain_concentration" in config["scenarios"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"scenarios": {"in_domain": None}}, "scenarios: the key 'in_domain' is missing: add it."),
        ({"methods": {"full": None}}, "methods: the role reference belongs to `full` alone, not to []: "),
    ],
)
def test_what_is_taken_away_is_missed_where_it_is_named(change, sentence):
    assert refusal(change).startswith(sentence)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sedes": [0]}, "the configuration: the key 'sedes' is unknown: did you mean 'seeds'?"),
        ({"split": {"tset": 0.2}}, "split: the key 'tset' is unknown: did you mean 'test'?"),
        ({"training": {"epoch": 3}}, "training: the key 'epoch' is unknown: did you mean 'epochs'?"),
        (
            {"training": {"augmentation": {"flip": True}}},
            "training.augmentation: the key 'flip' is unknown: did you mean 'flips'?",
        ),
        (
            {"datasets": {"bccd": {"label": {}}}},
            "datasets.bccd: the key 'label' is unknown: did you mean 'labels'?",
        ),
        ({"methods": {"full": {"rôle": "reference"}}}, "methods.full: the key 'rôle' is unknown: did you mean 'role'?"),
        (
            {"hypotheses": {"fusion": {"margins": 1}}},
            "hypotheses.fusion: the key 'margins' is unknown: did you mean 'margin'?",
        ),
        ({"xyz": 1}, "the configuration: the key 'xyz' is unknown: known are name, results, reports, "),
    ],
)
def test_an_unknown_key_is_named_with_the_one_that_was_meant(change, sentence):
    assert refusal(change).startswith(sentence)


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("", "seeds"),
        ("split", "validation"),
        ("training", "patience"),
        ("training.augmentation", "noise"),
        ("datasets.jtsc", "labels"),
        ("methods.unetpp", "role"),
        ("hypotheses.alignment", "margin"),
        ("hypotheses.alignment", "family"),
        ("interactions.components", "neither"),
    ],
)
def test_a_missing_key_is_named(section, key):
    def remove(config):
        for part in filter(None, section.split(".")):
            config = config[part]
        del config[key]

    assert refusal(remove) == f"{section or 'the configuration'}: the key {key!r} is missing: add it."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"training": {"epochs": "ten"}}, "training.epochs: 'ten' is not a whole number: correct it."),
        ({"training": {"epochs": 30.0}}, "training.epochs: 30.0 is not a whole number: correct it."),
        ({"training": {"epochs": True}}, "training.epochs: True is not a whole number: correct it."),
        ({"training": {"flips": 1}}, "training: the key 'flips' is unknown: known are "),
        ({"training": {"mixed_precision": 1}}, "training.mixed_precision: 1 is not true or false: correct it."),
        ({"seeds": 5}, "seeds: 5 is not a list: correct it."),
        ({"seeds": [0, 1.0]}, "seeds.1: 1.0 is not a whole number: correct it."),
        ({"name": 3}, "name: 3 is not text: correct it."),
        ({"mirror": 3}, "mirror: 3 is not text or null: correct it."),
        ({"datasets": ["bccd"]}, "datasets: ['bccd'] is not a mapping: correct it."),
        ({"methods": {"full": "SGCLDFF"}}, "methods.full: 'SGCLDFF' is not a mapping: correct it."),
        ({"split": {"train": float("nan")}}, "split.train: nan is not a number: correct it."),
        (
            {"label_spaces": {"subtypes": {"classes": {f"class {n}": "a long list" for n in range(9)}}}},
            "label_spaces.subtypes.classes: a mapping is not a list: correct it.",
        ),
    ],
)
def test_a_value_of_the_wrong_type_is_named_with_the_right_type(change, sentence):
    assert refusal(change).startswith(sentence)


def test_a_number_that_yaml_takes_for_text_is_written_out():
    change = yaml.safe_load("training: {learning_rate: 4e-4}")
    assert refusal(change) == "training.learning_rate: '4e-4' is not a number: correct it (as 0.0004)."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"size": 100}, ("size:", "100", "32")),
        ({"size": 32}, ("size:", "32", "64")),
        ({"seeds": []}, ("seeds:",)),
        ({"seeds": [1, 1]}, ("seeds:", "non-unique")),
        ({"seeds": [-1]}, ("seeds.0:", "-1")),
        ({"label_spaces": {"subtypes": {"classes": ["neutrophil"]}}}, ("label_spaces.subtypes.classes:", "too short")),
        ({"split": {"test": 0}}, ("split.test:", "0")),
        ({"training": {"batch_size": 1}}, ("training.batch_size:", "1")),
        ({"training": {"augmentation": {"contrast": 1}}}, ("training.augmentation.contrast:", "1")),
        ({"datasets": {"BCCD": None, "My-data": {}}}, ("datasets", "My-data")),
        ({"methods": {"full": {"class": "SGCLDFF"}}}, ("methods.full.class:", "SGCLDFF")),
        ({"scenarios": {"cross_stain": [["jtsc"]]}}, ("scenarios.cross_stain.0:", "jtsc")),
    ],
)
def test_a_value_out_of_range_is_named_with_its_limit(change, words):
    message = refusal(change)
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"device": "gpu"}, "device: 'gpu' is unknown: did you mean 'cpu'?"),
        (
            {"methods": {"full": {"role": "ablaton"}}},
            "methods.full.role: 'ablaton' is unknown: did you mean 'ablation'?",
        ),
        (
            {"hypotheses": {"fusion": {"metric": "f_1"}}},
            "hypotheses.fusion.metric: 'f_1' is unknown: did you mean 'f1'?",
        ),
    ],
)
def test_a_value_that_is_no_choice_is_named_with_the_choices(change, sentence):
    assert refusal(change) == sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"scenarios": {"cross_stain": [["jtcs", "cellavision"]]}},
            "scenarios.cross_stain: the dataset 'jtcs' is unknown: did you mean 'jtsc'?",
        ),
        (
            {"hypotheses": {"fusion": {"against": "nofusion"}}},
            "hypotheses.fusion: the method 'nofusion' is unknown: did you mean 'no_fusion'?",
        ),
        (
            {"hypotheses": {"fusion": {"scenario": "domainshift"}}},
            "hypotheses.fusion: the scenario 'domainshift' is unknown: did you mean 'domain_shift'?",
        ),
        (
            {"hypotheses": {"fusion": {"family": "robust"}}},
            "hypotheses.fusion: the family 'robust' is unknown: did you mean 'robustness'?",
        ),
        (
            {"interactions": {"components": {"neither": "nether"}}},
            "interactions.components: the method 'nether' is unknown: did you mean 'neither'?",
        ),
        (
            {"datasets": {"jtsc": {"labels": {"subtypes": {"eosinophil": "eosinophile"}}}}},
            "datasets.jtsc.labels.subtypes: the class 'eosinophile' is unknown: did you mean 'eosinophil'?",
        ),
        (
            {"label_spaces": {"subtypes": {"classes": ["lymphocyte", "monocite"]}}},
            "label_spaces.subtypes.classes: the class 'monocite' is unknown: did you mean 'monocyte'?",
        ),
        (
            {"datasets": {"jtsc": {"space": "subtype"}}},
            "datasets.jtsc.space: the label space 'subtype' is unknown: did you mean 'subtypes'?",
        ),
        (
            {"datasets": {"jtsc": {"labels": {"subtype": {"blast": "blast"}}}}},
            "datasets.jtsc.labels: the label space 'subtype' is unknown: did you mean 'subtypes'?",
        ),
        (
            {"pools": {"pooled": {"members": ["bccd", "jtcs"]}}},
            "pools.pooled: the dataset 'jtcs' is unknown: did you mean 'jtsc'?",
        ),
        (
            {"scenarios": {"stain_hue": [["jtsc", "jtsc@hues"]]}},
            "scenarios.stain_hue: the axis 'hues' is unknown: did you mean 'hue'?",
        ),
    ],
)
def test_an_unknown_dataset_method_scenario_or_class_is_named(change, sentence):
    assert refusal(change) == sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"methods": {"full": {"class": "sgcldff.training.sgcldff.SGCLDFF"}}},
            "methods.full.class: there is no module sgcldff.training.sgcldff: correct it.",
        ),
        (
            {"datasets": {"jtsc": {"class": "sgcldff.data.sources.zheng.Jtsc"}}},
            "datasets.jtsc.class: the module sgcldff.data.sources.zheng has no class Jtsc: correct it.",
        ),
        (
            {"methods": {"chance": {"class": "torch.nn.Module"}}},
            "methods.chance.class: there is no module torch.nn: correct it.",
        ),
        (
            {"methods": {"chance": {"class": "sgcldff.data.sources.zheng.JTSC"}}},
            "methods.chance.class: sgcldff.data.sources.zheng.JTSC is not derived from sgcldff.method.Method: "
            "name a class that is.",
        ),
        (
            {"datasets": {"jtsc": {"class": "baselines.controls.Chance"}}},
            "datasets.jtsc.class: baselines.controls.Chance is not derived from sgcldff.data.sources.dataset.Dataset: "
            "name a class that is.",
        ),
        (
            {"methods": {"chance": {"class": "sgcldff.method.Method"}}},
            "methods.chance.class: sgcldff.method.Method is not derived from sgcldff.method.Method: "
            "name a class that is.",
        ),
    ],
)
def test_a_python_class_that_does_not_fit_is_named(change, sentence):
    assert refusal(change) == sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"methods": {"full": {"arguments": {"aligment": 0.5}}}},
            "methods.full.arguments: 'aligment' is unknown: did you mean 'alignment'?",
        ),
        (
            {"methods": {"unetpp": {"arguments": {"normalization": "fixed"}}}},
            "methods.unetpp.arguments: 'normalization' is unknown: did you mean 'normalisation'?",
        ),
        (
            {"methods": {"full": {"arguments": {"width": "wide"}}}},
            "methods.full.arguments: width: 'wide' does not fit: give int.",
        ),
        (
            {"methods": {"full": {"arguments": {"saliency": 1}}}},
            "methods.full.arguments: saliency: 1 does not fit: give bool.",
        ),
        (
            {"methods": {"unetpp": {"arguments": {"weights": "packge"}}}},
            "methods.unetpp.arguments: weights: 'packge' does not fit: give package, hub, none.",
        ),
        ({"methods": {"full": {"arguments": {"size": 64}}}}, "methods.full.arguments: 'size' is unknown: known are "),
        (
            {"methods": {"chance": {"arguments": {"luck": 1}}}},
            "methods.chance.arguments: 'luck' is unknown: there are none, remove it.",
        ),
        (
            {
                "datasets": {
                    "jtsc": {
                        "class": "sgcldff.data.sources.synthetic.SyntheticSmears",
                        "arguments": {"domain": "rapid"},
                    }
                }
            },
            "datasets.jtsc.arguments: 'images' is missing: add it.",
        ),
        (
            {"methods": {"unetpp": {"arguments": {"learning_rate": "fast"}}}},
            "methods.unetpp.arguments: learning_rate: 'fast' does not fit: give float, null.",
        ),
    ],
)
def test_an_argument_that_does_not_fit_is_named(change, sentence):
    assert refusal(change).startswith(sentence)


def test_a_dataset_may_have_an_argument_called_size():
    config = configuration()
    generator = {"class": "sgcldff.data.sources.synthetic.SyntheticSmears"}
    update_config(
        config, {"datasets": {"jtsc": generator | {"arguments": {"domain": "rapid", "images": 9, "size": 99}}}}
    )
    check(config, SCHEMA)


def with_an_optional_method(wanted: Any) -> dict[str, Any]:
    config = configuration()
    update_config(config, {"methods": {"neither": {"optional": True}, "unetpp": {"optional": True}}})
    config["optional_methods"] = wanted
    return config


@pytest.mark.parametrize(("wanted", "run"), [([], set()), (["unetpp"], {"unetpp"}), ("all", {"neither", "unetpp"})])
def test_optional_methods_are_run_when_they_are_named(wanted, run):
    config = with_an_optional_method(wanted)
    check(config, SCHEMA)
    assert {"neither", "unetpp"} & set(methods_run(config)) == run
    assert "full" in methods_run(config)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (["unetp"], "optional_methods: 'unetp' is no optional method: did you mean 'unetpp'?"),
        (["full"], "optional_methods: 'full' is no optional method: "),
        ("unetpp", "optional_methods: 'unetpp' is neither `all` nor a list: write [unetpp]."),
    ],
)
def test_an_optional_method_that_is_none_is_named(wanted, sentence):
    assert refusal(lambda config: config.update(with_an_optional_method(wanted))).startswith(sentence)


def test_hypotheses_and_interactions_do_not_share_a_family():
    sentence = refusal({"interactions": {"components": {"family": "mechanism"}}})
    assert sentence == (
        "interactions.components: the family 'mechanism' is that of the hypothesis 'prior', and each is corrected by "
        "itself: give it a family of its own."
    )


def test_a_hypothesis_cannot_rest_on_a_method_that_is_not_run():
    sentence = refusal({"methods": {"no_fusion": {"optional": True}}})
    assert sentence == (
        "hypotheses.fusion: the method 'no_fusion' is optional and not run: name it in `optional_methods`."
    )


def test_shares_that_do_not_make_one_are_added_up():
    assert refusal({"split": {"test": 0.3}}) == "split: the shares add up to 1.1: make them add up to 1."


@pytest.mark.parametrize("roles", [("reference", "reference"), ("ablation", "reference"), ("ablation", "ablation")])
def test_the_reference_is_full_and_full_alone(roles):
    full, other = roles
    message = refusal({"methods": {"full": {"role": full}, "no_fusion": {"role": other}}})
    named = [name for name, role in (("full", full), ("no_fusion", other)) if role == "reference"]
    assert message == f"methods: the role reference belongs to `full` alone, not to {named}: correct the roles."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1: x", "the configuration: the key 1 is not text: put it in quotes."),
        (
            "datasets: {jtsc: {labels: {subtypes: {1: neutrophil}}}}",
            "datasets.jtsc.labels.subtypes: the key 1 is not text: put it in quotes.",
        ),
        ("training: {yes: 1}", "training: the key True is not text: put it in quotes."),
    ],
)
def test_a_key_that_yaml_takes_for_something_else_than_text_is_named(text, sentence):
    assert refusal(yaml.safe_load(text)) == sentence


def test_entries_keep_the_order_of_the_papers_configuration():
    base = configuration()
    config = {"methods": {"mine": {}, "unetpp": {}, **{name: {} for name in reversed(base["methods"])}}}
    keep_order(config, base)
    assert list(config["methods"]) == [*base["methods"], "mine"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"scenarios": {"in_domain": [["jtsc", "cellavision"]]}},
            "scenarios.in_domain: the pair [jtsc, cellavision] does not belong here: test each on itself.",
        ),
        (
            {"scenarios": {"cross_stain": [["jtsc", "cellavision"], ["jtsc", "jtsc"]]}},
            "scenarios.cross_stain: it mixes tests on a fit's own dataset, on other ones, or on stain-shifted images, ",
        ),
        (
            {"scenarios": {"pooled": [["pooled", "bccd"], ["without_bccd", "bccd"]]}},
            "scenarios.pooled: it mixes tests on a fit's own dataset, on other ones, or on stain-shifted images, ",
        ),
        (
            {"scenarios": {"stain_hue": [["jtsc", "bccd@hue"]]}},
            "scenarios.stain_hue: the pair [jtsc, bccd@hue] shifts the stain of another dataset than the fit's own: ",
        ),
        (
            {"scenarios": {"stain_hue": [["jtsc", "jtsc@hue@0.5"]]}},
            "scenarios.stain_hue.0.1: 'jtsc@hue@0.5' does not match ",
        ),
    ],
)
def test_a_scenario_has_tests_of_one_kind(change, sentence):
    assert refusal(change).startswith(sentence)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"pools": {"all": {"title": "all", "members": ["bccd", "all_idb2"]}}},
            "pools.all: its members have the label spaces leukaemia, subtypes, and a fit tells the classes of one "
            "apart: make two pools of it.",
        ),
        (
            {"pools": {"bccd": {"title": "all", "members": ["jtsc"]}}},
            "pools.bccd: a dataset has this name too: give the pool another.",
        ),
        (
            {"datasets": {"bccd": {"space": "leukaemia"}}},
            "datasets.bccd.labels: there are none for its own label space 'leukaemia': add them.",
        ),
    ],
)
def test_pools_and_datasets_fit_their_label_space(change, sentence):
    assert refusal(change) == sentence


@pytest.mark.parametrize(("axis", "strongest"), [("hue", 181), ("concentration", 1)])
def test_the_strongest_stain_shift_is_one(axis, strongest):
    assert refusal({"perturbations": {axis: {"strongest": strongest}}}).startswith(f"perturbations.{axis}.strongest: ")


def test_a_scenario_is_not_called_like_a_table():
    assert refusal({"scenarios": {"runs": [["jtsc", "bccd"]]}}).startswith("scenarios.runs: a table of the report ")


def test_levels_of_one_name_are_refused():
    message = refusal({"perturbations": {"hue": {"levels": [0.1234567, 0.1234568]}}})
    assert message.startswith("perturbations.hue.levels: two of them ")


def test_what_leakage_compares_is_tested_on_its_own_part():
    message = refusal({"leakage": {"honest": "jtsc", "inflated": "all_idb2"}, "scenarios": {"leukaemia": None}})
    assert message == "leakage: no scenario tests all_idb2 on its own test subset: add [all_idb2, all_idb2] to one."


def test_a_dataset_is_not_compared_with_itself():
    message = refusal({"leakage": {"honest": "jtsc", "inflated": "jtsc"}})
    assert message == "leakage: jtsc is compared with itself: name two datasets."


@pytest.mark.parametrize("section, key", [("hypotheses", "against"), ("interactions", "neither")])
def test_a_method_is_not_compared_with_itself(section, key):
    name = next(iter(configuration()[section]))
    message = refusal({section: {name: {key: "full"}}})
    assert message == f"{section}.{name}: full is compared with itself: name different methods."


def test_classes_are_not_compared_where_masks_alone_are_tested():
    message = refusal({"hypotheses": {"fusion": {"scenario": "other_cells"}}})
    assert message.startswith("hypotheses.fusion: scenarios.other_cells tests nothing but masks, and f1 asks for class")
    config = configuration()
    update_config(config, {"hypotheses": {"alignment": {"scenario": "other_cells"}}})
    check(config, SCHEMA)


def test_a_scenario_has_a_pair():
    assert refusal({"scenarios": {"cross_stain": []}}).startswith("scenarios.cross_stain: ")


@pytest.mark.parametrize("name", ["checked", "overlaps"])
def test_a_dataset_is_not_called_like_a_file_beside_it(name):
    message = refusal(lambda config: config["datasets"].update({name: dict(config["datasets"]["jtsc"])}))
    assert message == f"datasets.{name}: results/data/{name} is no dataset's: give the dataset another name."


def test_leakage_goes_with_a_dataset_that_it_compares():
    config = configuration()
    update_config(config, {"leakage": {"honest": "jtsc", "inflated": "bccd"}, "datasets": {"bccd": None}})
    check(config, SCHEMA)
    assert config["leakage"] is None


def test_the_three_classes_of_the_papers_figures_are_one_key():
    config = configuration()
    update_config(config, {"label_spaces": {"subtypes": {"classes": ["lymphocyte", "monocyte", "neutrophil"]}}})
    check(config, SCHEMA)
