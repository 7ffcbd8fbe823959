from __future__ import annotations

from pathlib import Path

import pytest

from sgcldff.sharing.cells_compared import first_difference


@pytest.mark.parametrize(
    ("stored", "made", "said"),
    [
        ("0.9351133839915365", "0.9351133839915367", None),
        ("0.93511338", "0.93511339", "cells.csv, row 1, column a: 0.93511338 in the bundle, 0.93511339 worked out"),
        ("1e-300", "0", None),
        ("", "0.5", "cells.csv, row 1, column a: empty in the bundle, 0.5 worked out"),
        ("full", "fulll", "cells.csv, row 1, column a: full in the bundle, fulll worked out"),
    ],
)
def test_numbers_are_compared_to_the_ninth_digit_and_everything_else_as_it_is_written(
    tmp_path: Path, stored: str, made: str, said: str | None
) -> None:
    (tmp_path / "cells.csv").write_text(f"a,b\n{stored},1\n")
    (tmp_path / "made.csv").write_text(f"a,b\n{made},1\n")
    assert first_difference(tmp_path / "cells.csv", tmp_path / "made.csv") == said
