# The map: what is configured, which stages there are, and the targets that a person names.
import sys
from pathlib import Path

from snakemake.utils import min_version

min_version("9.27")

sys.path.insert(0, workflow.basedir)


configfile: "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/cards.smk"
include: "workflow/rules/fits.smk"
include: "workflow/rules/scores.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/targets.smk"


rule all:
    default_target: True
    input:
        REPORTS / "paper_tables.md",
    localrule: True
