"""What is seen of a fit while it runs."""

from __future__ import annotations

import io

import pytest

from sgcldff.training import progress
from sgcldff.training.progress import EpochLines, described

ROW = {
    **{"epoch": 7, "learning_rate": 0.001, "train_classification": 0.5, "train_segmentation": 0.25},
    **{"train_alignment": 0.125, "validation_f1": 0.8, "validation_accuracy": 0.85, "validation_iou": 0.9},
}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Its only entry is the time."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_an_epoch_is_one_plain_line_with_its_scores_and_losses_and_their_sum(capsys):
    with EpochLines(6, 9) as lines:
        lines.tell(ROW, better=True)
    said = capsys.readouterr().err
    assert "\r" not in said and said.count("\n") == 1
    assert "validation F1 0.800, accuracy 0.850, IoU 0.900; loss 0.8750 (classification 0.5000, " in said
    assert "segmentation 0.2500, alignment 0.1250); the best so far" in said


def test_the_time_left_is_that_of_the_epochs_of_this_leg(clock, capsys):
    with EpochLines(5, 10) as lines:
        clock[0] += 60
        lines.tell(ROW, better=False)
    said = capsys.readouterr().err
    assert said.startswith("epoch 7 of 10, 01:00 gone, about 01:30 left: ") and "best" not in said


def test_on_a_terminal_a_bar_stands_below_the_lines(monkeypatch, clock):
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    with EpochLines(6, 9) as lines:
        lines.tell(ROW, better=False)
        lines.bar.refresh()
        assert "7/9" in screen.getvalue().split("\r")[-1]
    assert "epoch 7 of 9" in screen.getvalue()


def test_what_a_network_of_one_task_does_not_have_is_not_told():
    assert described({"train_segmentation": 0.25, "validation_iou": float("nan")}) == (
        "validation IoU undefined; loss 0.2500"
    )


@pytest.mark.parametrize(
    ("epochs", "said"),
    [
        (9, "the weights of epoch 4 are kept\n"),
        (8, "stopped after epoch 8, for none after epoch 4 was better; the weights of epoch 4 are kept\n"),
    ],
)
def test_the_end_says_which_weights_are_kept_and_why_it_came_early(capsys, epochs, said):
    with EpochLines(0, 9) as lines:
        lines.end(epochs, 4)
    assert capsys.readouterr().err == said
