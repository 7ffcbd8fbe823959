"""Scenarios as sentences: each form, the names that it may hold, and what is refused."""

from __future__ import annotations

import pytest

from sgcldff.config.sentences import Vocabulary, expand
from sgcldff.errors import InputError

CHOSEN = {"a": "subtypes", "b": "subtypes", "c": "subtypes", "x": "blasts"}


@pytest.fixture
def vocabulary() -> Vocabulary:
    titles = {name: name.upper() for name in (*CHOSEN, "d")}
    return Vocabulary(CHOSEN, [*CHOSEN, "d"], {"subtypes": "subtype", "blasts": "blast"}, titles)


@pytest.mark.parametrize(
    ("sentence", "pairs"),
    [
        ("each of a and b", [["a", "a"], ["b", "b"]]),
        ("each of a along hue", [["a", "a@hue"]]),
        ("each of blasts", [["x", "x"]]),
        ("all pairs of a, b", [["a", "b"], ["b", "a"]]),
        ("all pairs of a and b and d", [["a", "b"], ["b", "a"]]),
        ("from a to b, x", [["a", "b"], ["a", "x"]]),
        ("from subtypes to a", [["b", "a"], ["c", "a"]]),
        ("from x to subtypes", [["x", "a"], ["x", "b"], ["x", "c"]]),
        ("each of d", []),
        (["each of a", ["b", "c"]], [["a", "a"], ["b", "c"]]),
    ],
)
def test_a_sentence_stands_for_pairs_of_the_chosen_datasets(vocabulary, sentence, pairs):
    assert expand({"one": sentence}, vocabulary).scenarios == {"one": pairs}


def test_leaving_one_out_fits_on_the_others_together(vocabulary):
    expansion = expand({"out": "leave one out of subtypes"}, vocabulary)
    assert expansion.scenarios["out"] == [["without_a", "a"], ["without_b", "b"], ["without_c", "c"]]
    assert expansion.pools["without_b"] == {"title": "all but B", "members": ["a", "c"]}


def test_of_two_datasets_none_is_left_out_because_the_other_alone_is_left(vocabulary):
    assert expand({"out": "leave one out of a and b"}, vocabulary).scenarios == {"out": []}


def test_datasets_together_are_a_pool_that_is_called_like_the_scenario(vocabulary):
    expansion = expand({"pooled": "all of subtypes together", "two": "all of a and b together"}, vocabulary)
    assert expansion.scenarios["pooled"] == [["pooled", "a"], ["pooled", "b"], ["pooled", "c"]]
    assert expansion.pools["pooled"] == {"title": "all subtype datasets", "members": ["a", "b", "c"]}
    assert expansion.pools["two"]["title"] == "A and B"


@pytest.mark.parametrize(
    ("scenarios", "words"),
    [
        ({"s": "al pairs of a"}, "scenarios.s: 'al pairs of a' has none of the forms each of A, all pairs of A, "),
        ({"s": "from a too b"}, "scenarios.s: 'from a too b' has none of the forms "),
        ({"s": "each of aa and b"}, "scenarios.s: the dataset 'aa' is unknown: did you mean 'a'?"),
        (
            {"s": "leave one out of a, b, c", "t": "leave one out of a, b, c, x"},
            "scenarios.t: the pool without_a has other datasets in another scenario: ",
        ),
    ],
)
def test_what_is_not_understood_is_refused(vocabulary, scenarios, words):
    with pytest.raises(InputError) as caught:
        expand(scenarios, vocabulary)
    assert str(caught.value).startswith(words)
