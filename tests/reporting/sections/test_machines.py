"""Where fits ran on several kinds of machine, the report says which method ran where."""

from __future__ import annotations

from finished_run import FinishedRun

from sgcldff.reporting.sections.machines import machine_count, machines_section


def fit(method: str, seed: int, precision: str, platform: str = "Linux-6.1") -> dict[str, dict[str, object]]:
    used = {"device": "CPU", "precision": precision, "platform": platform}
    return {"asked": {"trained_on": "bccd", "method": method, "seed": seed}, "used": used}


def test_fits_of_one_kind_of_machine_need_no_word(run: FinishedRun) -> None:
    fits = [fit("full", 0, "bfloat16"), fit("unetpp", 0, "bfloat16"), {"asked": {"method": "chance"}}]
    assert machine_count(fits) == 1 and machines_section(run.titles, fits) == ""


def test_each_machine_is_named_with_its_methods_and_seeds(run: FinishedRun) -> None:
    fits = [fit("full", 0, "bfloat16"), fit("full", 1, "bfloat16"), fit("full", 2, "float32", "Linux-6.2")]
    text = machines_section(run.titles, fits)
    assert machine_count(fits) == 2
    assert "- CPU, Linux-6.1, in bfloat16: SG-CLDFF (seeds 0, 1)." in text
    assert "- CPU, Linux-6.2, in float32: SG-CLDFF (seeds 2)." in text
