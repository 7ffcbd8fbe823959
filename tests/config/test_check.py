from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from configuration import CATALOGUE, ROOT, SCHEMAS, configuration, read, resolved
from snakemake.utils import update_config

from sgcldff.config.check import check
from sgcldff.config.experiment import Experiment
from sgcldff.errors import InputError

OVERLAYS = {file.stem: read(f"workflow/configs/{file.name}") for file in (ROOT / "workflow/configs").glob("*.yaml")}


def refusal(change: dict[str, Any] | Callable[[dict[str, Any]], Any]) -> str:
    """The sentence with which config.yaml under this change is refused."""
    config = configuration()
    if callable(change):
        change(config)
    else:
        update_config(config, change)
    with pytest.raises(InputError) as caught:
        check(config, CATALOGUE, *SCHEMAS)
    message = str(caught.value)
    assert message.endswith((".", "?")) and "\n" not in message and len(message) < 300
    return message


def test_the_papers_configuration_is_an_experiment():
    Experiment.model_validate(resolved())


@pytest.mark.parametrize("overlay", OVERLAYS.values(), ids=OVERLAYS)
def test_every_other_configuration_is_one_over_it(overlay):
    Experiment.model_validate(resolved(overlay))


@pytest.mark.parametrize("overlay", OVERLAYS.values(), ids=OVERLAYS)
def test_every_other_configuration_has_folders_of_its_own_and_says_that_it_is_smaller(overlay):
    paper, other = configuration(), configuration(overlay)
    assert all(paper[key] != other[key] for key in ("name", "results", "reports"))
    assert other["scale"]


def test_what_leaks_on_purpose_has_no_part_in_a_mean_with_anything_else():
    config = resolved(OVERLAYS["leakage"])
    leaking = [
        pairs for pairs in config["scenarios"].values() if any(config["leakage"]["inflated"] in p for p in pairs)
    ]
    assert [len(pairs) for pairs in leaking] == [1]


def test_absent_keys_get_their_defaults():
    config = configuration()
    defaults = {
        "mirror": None,
        "container": None,
        "synthetic": False,
        "scale": None,
        "device": "auto",
        "fit_threads": 1,
    }
    defaults |= {"fits_per_gpu": 1}
    for key in defaults:
        del config[key]
    found = check(config, CATALOGUE, *SCHEMAS)[0]
    assert {key: found[key] for key in defaults} == defaults
    assert found["methods"]["oracle"]["arguments"] == {} and found["datasets"]["bccd"]["arguments"] == {}


def test_what_is_given_is_left_as_it_is():
    config = configuration()
    before = yaml.safe_dump(config)
    check(config, CATALOGUE, *SCHEMAS)
    assert yaml.safe_dump(config) == before


def test_methods_and_datasets_stand_in_the_order_in_which_they_were_chosen():
    found = resolved({"methods": ["unetpp", "full"], "datasets": ["jtsc", "bccd"]})
    assert list(found["methods"]) == ["unetpp", "full"] and list(found["datasets"]) == ["jtsc", "bccd"]
    assert found["scenarios"]["domain_shift"] == [["jtsc", "bccd"], ["bccd", "jtsc"]]


def test_all_stands_for_every_method_of_the_catalogue():
    assert list(resolved({"methods": "all"})["methods"]) == list(CATALOGUE["methods"])


def test_an_entry_set_to_null_is_taken_away():
    found = resolved({"scenarios": {"domain_shift": None}, "hypotheses": {"fusion": None}})
    assert "domain_shift" not in found["scenarios"] and "cross_stain" in found["scenarios"]
    assert list(found["hypotheses"]) == ["alignment", "prior"]


def without(*methods: str) -> dict[str, Any]:
    return {"methods": [name for name in configuration()["methods"] if name not in methods]}


@pytest.mark.parametrize(
    ("change", "hypotheses", "interactions"),
    [
        (without("no_fusion"), ["alignment", "prior"], []),
        (without("neither"), ["alignment", "fusion", "prior"], []),
        ({"scenarios": {"cross_stain": None}}, ["fusion"], ["components"]),
        ({"families": {"robustness": None}}, ["prior"], ["components"]),
    ],
)
def test_what_is_declared_of_something_that_is_not_chosen_goes_with_it(change, hypotheses, interactions):
    found = resolved(change)
    assert list(found["hypotheses"]) == hypotheses and list(found["interactions"]) == interactions


def test_a_label_set_to_null_stays_and_drops_its_images():
    assert resolved()["datasets"]["bccd"]["labels"]["subtypes"]["two cells"] is None


def test_a_dataset_that_is_not_chosen_leaves_pools_and_scenarios():
    found = resolved({"datasets": ["jtsc", "cellavision", "lisc"]})
    assert found["pools"]["pooled"]["members"] == ["jtsc", "cellavision", "lisc"]
    pairs = [pair for declared in found["scenarios"].values() for pair in declared]
    assert not any(name.split("@")[0] == "bccd" for pair in pairs for name in pair)
    assert ["jtsc", "jtsc@hue"] in pairs
    assert not {"leukaemia", "other_cells"} & set(found["scenarios"])


def test_a_pool_of_ones_own_loses_what_is_not_chosen_and_goes_when_it_is_empty():
    pools = {"mine": {"title": "mine", "members": ["bccd", "jtsc"]}, "gone": {"title": "gone", "members": ["bccd"]}}
    change = {"pools": pools, "scenarios": {"far": [["mine", "cellavision"], ["gone", "cellavision"]]}}
    found = resolved(change | {"datasets": ["jtsc", "cellavision"]})
    assert found["pools"]["mine"]["members"] == ["jtsc"] and "gone" not in found["pools"]
    assert found["scenarios"]["far"] == [["mine", "cellavision"]]


def test_an_axis_that_is_taken_away_leaves_the_scenarios():
    found = resolved({"perturbations": {"hue": None}})
    assert "stain_hue" not in found["scenarios"] and "stain_concentration" in found["scenarios"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"scenarios": {"in_domain": None}}, "scenarios: the key 'in_domain' is missing: add it."),
        ({"datasets": ["all_idb1"]}, "scenarios: `in_domain` has no pair of the datasets chosen: "),
        ({"methods": ["unetpp"]}, "methods: all others are compared with `full`: add it."),
        ({"methods": ["full", "unetp"]}, "methods: the method 'unetp' is unknown: did you mean 'unetpp'?"),
        ({"methods": "unetpp"}, "methods: 'unetpp' is neither `all` nor a list: write [unetpp]."),
        ({"datasets": ["bcdc"]}, "datasets: the dataset 'bcdc' is unknown: did you mean 'bccd'?"),
        ({"classes": {"subtype": ["a", "b"]}}, "classes: the label space 'subtype' is unknown: did you mean "),
        ({"datasets": ["rapid"]}, "synthetic: the images of rapid are generated: set it to true, "),
    ],
)
def test_a_choice_that_cannot_be_run_is_refused(change, sentence):
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
            {"catalogue": {"datasets": {"bccd": {"label": {}}}}},
            "catalogue.datasets.bccd: the key 'label' is unknown: did you mean 'labels'?",
        ),
        (
            {"catalogue": {"methods": {"full": {"rôle": "reference"}}}},
            "catalogue.methods.full: the key 'rôle' is unknown: did you mean 'role'?",
        ),
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
        (
            {"training": {"augmentation": {"flips": 1}}},
            "training.augmentation.flips: 1 is not true or false: correct it.",
        ),
        ({"seeds": 5}, "seeds: 5 is not a list: correct it."),
        ({"seeds": [0, 1.0]}, "seeds.1: 1.0 is not a whole number: correct it."),
        ({"name": 3}, "name: 3 is not text: correct it."),
        ({"mirror": 3}, "mirror: 3 is not text or null: correct it."),
        ({"datasets": "bccd"}, "datasets: 'bccd' is not a list: correct it."),
        (
            {"catalogue": {"methods": {"mine": "SGCLDFF"}}},
            "catalogue.methods.mine: 'SGCLDFF' is not a mapping: correct it.",
        ),
        ({"split": {"train": float("nan")}}, "split.train: nan is not a number: correct it."),
        (
            {"training": {"epochs": ["a long list"] * 9}},
            "training.epochs: a list is not a whole number: correct it.",
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
        ({"classes": {"subtypes": ["neutrophil"]}}, ("classes.subtypes:", "too short")),
        ({"split": {"test": 0}}, ("split.test:", "0")),
        ({"training": {"batch_size": 1}}, ("training.batch_size:", "1")),
        ({"training": {"augmentation": {"contrast": 1}}}, ("training.augmentation.contrast:", "1")),
        ({"catalogue": {"datasets": {"My-data": {}}}}, ("catalogue.datasets", "My-data")),
        ({"catalogue": {"methods": {"full": {"class": "SGCLDFF"}}}}, ("catalogue.methods.full.class:", "SGCLDFF")),
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
            {"catalogue": {"methods": {"full": {"role": "ablaton"}}}},
            "catalogue.methods.full.role: 'ablaton' is unknown: did you mean 'ablation'?",
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
            {"catalogue": {"datasets": {"jtsc": {"labels": {"subtypes": {"eosinophil": "eosinophile"}}}}}},
            "catalogue.datasets.jtsc.labels.subtypes: the class 'eosinophile' is unknown: did you mean 'eosinophil'?",
        ),
        (
            {"classes": {"subtypes": ["lymphocyte", "monocite"]}},
            "classes.subtypes: the class 'monocite' is unknown: did you mean 'monocyte'?",
        ),
        (
            {"catalogue": {"datasets": {"jtsc": {"space": "subtype"}}}},
            "catalogue.datasets.jtsc.space: the label space 'subtype' is unknown: did you mean 'subtypes'?",
        ),
        (
            {"catalogue": {"datasets": {"jtsc": {"labels": {"subtype": {"blast": "blast"}}}}}},
            "catalogue.datasets.jtsc.labels: the label space 'subtype' is unknown: did you mean 'subtypes'?",
        ),
        (
            {"pools": {"mine": {"title": "mine", "members": ["bccd", "jtcs"]}}},
            "pools.mine: the dataset 'jtcs' is unknown: did you mean 'jtsc'?",
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
            {"catalogue": {"methods": {"full": {"class": "sgcldff.training.sgcldff.SGCLDFF"}}}},
            "catalogue.methods.full.class: there is no module sgcldff.training.sgcldff: correct it.",
        ),
        (
            {"catalogue": {"datasets": {"jtsc": {"class": "sgcldff.data.sources.zheng.Jtsc"}}}},
            "catalogue.datasets.jtsc.class: the module sgcldff.data.sources.zheng has no class Jtsc: correct it.",
        ),
        (
            {"catalogue": {"methods": {"chance": {"class": "torch.nn.Module"}}}},
            "catalogue.methods.chance.class: there is no module torch.nn: correct it.",
        ),
        (
            {"catalogue": {"methods": {"chance": {"class": "sgcldff.data.sources.zheng.JTSC"}}}},
            "catalogue.methods.chance.class: sgcldff.data.sources.zheng.JTSC is not derived from "
            "sgcldff.method.Method: name a class that is.",
        ),
        (
            {"catalogue": {"datasets": {"jtsc": {"class": "baselines.controls.Chance"}}}},
            "catalogue.datasets.jtsc.class: baselines.controls.Chance is not derived from "
            "sgcldff.data.sources.dataset.Dataset: name a class that is.",
        ),
        (
            {"catalogue": {"methods": {"chance": {"class": "sgcldff.method.Method"}}}},
            "catalogue.methods.chance.class: sgcldff.method.Method is not derived from sgcldff.method.Method: "
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
            {"catalogue": {"methods": {"full": {"arguments": {"aligment": 0.5}}}}},
            "catalogue.methods.full.arguments: 'aligment' is unknown: did you mean 'alignment'?",
        ),
        (
            {"catalogue": {"methods": {"unetpp": {"arguments": {"normalization": "fixed"}}}}},
            "catalogue.methods.unetpp.arguments: 'normalization' is unknown: did you mean 'normalisation'?",
        ),
        (
            {"catalogue": {"methods": {"full": {"arguments": {"width": "wide"}}}}},
            "catalogue.methods.full.arguments: width: 'wide' does not fit: give int.",
        ),
        (
            {"catalogue": {"methods": {"full": {"arguments": {"saliency": 1}}}}},
            "catalogue.methods.full.arguments: saliency: 1 does not fit: give bool.",
        ),
        (
            {"catalogue": {"methods": {"unetpp": {"arguments": {"weights": "packge"}}}}},
            "catalogue.methods.unetpp.arguments: weights: 'packge' does not fit: give package, hub, none, a mapping.",
        ),
        (
            {"catalogue": {"methods": {"full": {"arguments": {"size": 64}}}}},
            "catalogue.methods.full.arguments: 'size' is unknown: known are ",
        ),
        (
            {"catalogue": {"methods": {"chance": {"arguments": {"luck": 1}}}}},
            "catalogue.methods.chance.arguments: 'luck' is unknown: there are none, remove it.",
        ),
        (
            {"catalogue": {"datasets": {"rapid": {"arguments": {"images": None}}}}},
            "catalogue.datasets.rapid.arguments: 'images' is missing: add it.",
        ),
        (
            {"catalogue": {"methods": {"unetpp": {"arguments": {"learning_rate": "fast"}}}}},
            "catalogue.methods.unetpp.arguments: learning_rate: 'fast' does not fit: give float, null.",
        ),
    ],
)
def test_an_argument_that_does_not_fit_is_named(change, sentence):
    assert refusal(change).startswith(sentence)


def test_a_dataset_may_have_an_argument_called_size():
    resolved({"catalogue": {"datasets": {"rapid": {"arguments": {"size": 99}}}}})


def test_an_entry_of_ones_own_joins_the_catalogue():
    mine = {"class": "baselines.controls.Chance", "title": "mine", "role": "baseline"}
    found = resolved({"catalogue": {"methods": {"mine": mine}}, "methods": ["full", "mine"]})
    assert found["methods"]["mine"]["title"] == "mine"


def test_one_argument_of_an_entry_is_changed_and_the_others_stay():
    arguments = resolved({"catalogue": {"methods": {"full": {"arguments": {"width": 64}}}}})["methods"]["full"][
        "arguments"
    ]
    assert arguments["width"] == 64 and arguments["weights"] == "package"


def test_labels_of_an_entry_are_replaced_and_not_merged():
    labels = {"subtypes": {"neutrophil": "neutrophil", "lymphocyte": "lymphocyte"}}
    found = resolved({"catalogue": {"datasets": {"bccd": {"labels": labels}}}})
    assert found["datasets"]["bccd"]["labels"] == labels


def test_hypotheses_and_interactions_do_not_share_a_family():
    sentence = refusal({"interactions": {"components": {"family": "mechanism"}}})
    assert sentence == (
        "interactions.components: the family 'mechanism' is that of the hypothesis 'prior', and each is corrected by "
        "itself: give it a family of its own."
    )


def test_shares_that_do_not_make_one_are_added_up():
    assert refusal({"split": {"test": 0.3}}) == "split: the shares add up to 1.1: make them add up to 1."


@pytest.mark.parametrize("roles", [("reference", "reference"), ("ablation", "reference"), ("ablation", "ablation")])
def test_the_reference_is_full_and_full_alone(roles):
    full, other = roles
    message = refusal({"catalogue": {"methods": {"full": {"role": full}, "no_fusion": {"role": other}}}})
    named = [name for name, role in (("full", full), ("no_fusion", other)) if role == "reference"]
    assert (
        message == f"catalogue.methods: the role reference belongs to `full` alone, not to {named}: correct the roles."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1: x", "the configuration: the key 1 is not text: put it in quotes."),
        (
            "catalogue: {datasets: {jtsc: {labels: {subtypes: {1: neutrophil}}}}}",
            "catalogue.datasets.jtsc.labels.subtypes: the key 1 is not text: put it in quotes.",
        ),
        ("training: {yes: 1}", "training: the key True is not text: put it in quotes."),
    ],
)
def test_a_key_that_yaml_takes_for_something_else_than_text_is_named(text, sentence):
    assert refusal(yaml.safe_load(text)) == sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"scenarios": {"in_domain": [["jtsc", "cellavision"]]}},
            "scenarios.in_domain: the pair [jtsc, cellavision] does not belong here: test each on itself.",
        ),
        (
            {"scenarios": {"cross_stain": [["jtsc", "cellavision"], ["jtsc", "jtsc"]]}},
            "scenarios.cross_stain: it mixes tests on a fit's own dataset, on other ones, or on perturbed images, ",
        ),
        (
            {"scenarios": {"mixed": [["without_bccd", "jtsc"], ["without_bccd", "bccd"]]}},
            "scenarios.mixed: it mixes tests on a fit's own dataset, on other ones, or on perturbed images, ",
        ),
        (
            {"scenarios": {"stain_hue": [["jtsc", "bccd@hue"]]}},
            "scenarios.stain_hue: the pair [jtsc, bccd@hue] perturbs another dataset than the fit's own: ",
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
            {"catalogue": {"datasets": {"bccd": {"space": "leukaemia"}}}},
            "catalogue.datasets.bccd.labels: there are none for its own label space 'leukaemia': add them.",
        ),
    ],
)
def test_pools_and_datasets_fit_their_label_space(change, sentence):
    assert refusal(change) == sentence


@pytest.mark.parametrize(
    ("axis", "strongest"),
    [("hue", 181), ("concentration", 1), ("resolution", 0.5), ("illumination", 1.2), ("jpeg", 100), ("jpeg", 0.5)],
)
def test_the_strongest_perturbation_is_one(axis, strongest):
    assert refusal({"perturbations": {axis: {"strongest": strongest}}}).startswith(f"perturbations.{axis}.strongest: ")


def test_a_scenario_is_not_called_like_a_table():
    assert refusal({"scenarios": {"runs": [["jtsc", "bccd"]]}}).startswith("scenarios.runs: a table of the report ")


def test_levels_of_one_name_are_refused():
    message = refusal({"perturbations": {"hue": {"levels": [0.1234567, 0.1234568]}}})
    assert message.startswith("perturbations.hue.levels: two of them ")


def test_what_leakage_compares_is_tested_on_its_own_part():
    message = refusal({"leakage": {"honest": "jtsc", "inflated": "all_idb2"}, "scenarios": {"leukaemia": None}})
    assert message == "leakage: no scenario tests all_idb2 on its own test subset: add [all_idb2, all_idb2] to one."


def test_seeds_given_on_the_command_line_arrive_as_text_and_are_numbers():
    config = configuration() | {"seeds": ["3", "10"], "further_seeds": []}
    assert check(config, CATALOGUE, *SCHEMAS)[0]["seeds"] == [3, 10]
    assert refusal({"seeds": ["three"]}) == "seeds.0: 'three' is not a whole number: correct it."


def test_further_seeds_are_other_ones_and_for_hypotheses():
    message = refusal({"further_seeds": [4, 5]})
    assert message == "further_seeds: 4 is among the seeds of all methods: name other ones."
    message = refusal({"further_seeds": [5], "hypotheses": dict.fromkeys(configuration()["hypotheses"])})
    assert message.startswith("further_seeds: they are for the arms of hypotheses, and none is declared")


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
    resolved({"hypotheses": {"alignment": {"scenario": "other_cells"}}})


def test_a_scenario_has_a_pair():
    assert refusal({"scenarios": {"cross_stain": []}}).startswith("scenarios.cross_stain: ")


def test_a_dataset_is_not_called_like_a_folder_beside_it():
    message = refusal({"catalogue": {"datasets": {"overlaps": CATALOGUE["datasets"]["jtsc"]}}})
    assert (
        message == "catalogue.datasets.overlaps: results/data/overlaps is no dataset's: give the dataset another name."
    )


def test_leakage_goes_with_a_dataset_that_it_compares():
    found = resolved({"leakage": {"honest": "jtsc", "inflated": "bccd"}, "datasets": ["jtsc", "cellavision"]})
    assert found["leakage"] is None


def test_the_three_classes_of_the_papers_figures_are_one_key():
    resolved({"classes": {"subtypes": ["lymphocyte", "monocyte", "neutrophil"]}})


def test_a_shift_control_without_a_fit_has_the_class_and_arguments_of_its_base():
    found = resolved({"methods": "all", "catalogue": {"methods": {"full": {"arguments": {"width": 64}}}}})["methods"]
    assert found["adabn"]["class"] == found["full"]["class"]
    assert found["adabn"]["arguments"] == found["full"]["arguments"] and found["full"]["arguments"]["width"] == 64


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            {"adabn": {"base": "fulll"}},
            "catalogue.methods.adabn.base: the method 'fulll' is unknown",
        ),
        ({"adabn": {"base": "reinhard"}}, "catalogue.methods.adabn.base: reinhard has no fit of its own: "),
        ({"unet": {"base": "full"}}, "catalogue.methods.unet: the role shift and `base` go together: "),
        ({"unet": {"role": "shift"}}, "catalogue.methods.unet: the role shift and `base` go together: "),
        ({"unet": {"at_test": "adabn"}}, "catalogue.methods.unet.at_test: there is no `base` "),
    ],
)
def test_a_shift_control_names_a_base_with_a_fit(entry, sentence):
    assert refusal({"catalogue": {"methods": entry}}).startswith(sentence)


def test_the_base_of_a_shift_control_is_chosen_with_it():
    message = refusal({"methods": ["full", "unetpp_adabn"]})
    assert message == "methods: unetpp_adabn is compared with unetpp_classes, which is not chosen: add it."
