"""One seed, a stream for each of its uses."""

from __future__ import annotations

from sgcldff.training.seeding import stream, torch_seed


def test_a_stream_is_the_same_whenever_it_is_asked_for() -> None:
    assert stream(3, "order", 2).integers(2**60) == stream(3, "order", 2).integers(2**60)


def test_seeds_uses_and_positions_have_streams_of_their_own() -> None:
    asked = [(0, "order", 1), (1, "order", 1), (0, "dropout", 1), (0, "order", 2), (0, "order", 1, 1), (0, "weights")]
    assert len({int(stream(*each).integers(2**60)) for each in asked}) == len(asked)


def test_seeds_for_torch_fit_into_its_generator() -> None:
    seeds = {torch_seed(seed, "weights") for seed in range(100)}
    assert len(seeds) == 100 and all(0 <= seed < 2**31 for seed in seeds)
