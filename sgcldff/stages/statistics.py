"""Temporary adapter."""

from __future__ import annotations

from sgcldff.cli.numbers import audited
from sgcldff.config.stages.statistics import StatisticsSettings
from sgcldff.reporting.paper_values import PRINTED, PRINTED_CLAIMS
from sgcldff.stages.job import Job
from sgcldff.statistics import Benchmark, Images, comparisons, hypotheses, interactions, summary
from sgcldff.statistics.claim_verdicts import claims
from sgcldff.statistics.leakage import leakage
from sgcldff.statistics.power_curve import power_curve
from sgcldff.statistics.robustness import robustness
from sgcldff.tables.claims import read_declared_claims
from sgcldff.tables.files import write_table
from sgcldff.tables.personal import read_personal_table
from sgcldff.tables.read import read_table
from sgcldff.tables.runs import RUNS
from sgcldff.tables.scores import read_scores


def run(job: Job) -> None:
    settings = StatisticsSettings.model_validate(job.settings)
    asked = settings.model_dump()
    benchmark = Benchmark(
        read_table(job.input("runs"), RUNS),
        asked["scenarios"],
        settings.test_train_ratio,
        Images(read_scores(job.input("scores"))),
        settings.equivalence,
        redrawn={tuple(pair) for pair in settings.redrawn},
    )
    controls = [name for name, method in settings.methods.items() if method.role == "control"]
    tables = {
        "summary": summary(benchmark),
        "comparisons": comparisons(benchmark, settings.reference, asked["hypotheses"], controls),
        "hypotheses": hypotheses(benchmark, asked["hypotheses"], settings.families),
        "interactions": interactions(benchmark, asked["interactions"], settings.families),
    }
    tables["claims"] = claims(read_declared_claims(job.input("claims")), asked["methods"], settings.reference, **tables)
    tables["power"] = power_curve(tables["hypotheses"], benchmark.test_train_ratio)
    tables["robustness"] = robustness(benchmark, settings.axes, settings.reference)
    tables["leakage"] = leakage(benchmark, settings.leakage)
    margins = {}
    for hypothesis in settings.hypotheses.values():
        metric, margin = hypothesis.metric, float(hypothesis.margin)
        margins[metric] = max(margin, margins.get(metric, margin))
    known = set(read_personal_table(PRINTED)["metric"])
    tables |= audited(PRINTED, PRINTED_CLAIMS, None, {m: margins[m] for m in margins if m in known})
    for name, table in tables.items():
        write_table(table, job.output(name))
