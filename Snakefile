# The map: what is configured, which stages there are, and the targets that a person names.
import sys
from pathlib import Path

from snakemake.utils import min_version

min_version("9.27")

# From the workflow and not from the working folder, so that it runs with `-d elsewhere` and as a `module:` too.
BASE = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).resolve()
sys.path.insert(0, str(BASE))


include: "workflow/rules/common.smk"


if EXPERIMENT.container:  # ahead of the rules: it holds for those that follow

    container: EXPERIMENT.container


include: "workflow/rules/whole_run.smk"
include: "workflow/rules/inputs.smk"
include: "workflow/rules/settings.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/cards.smk"
include: "workflow/rules/fits.smk"
include: "workflow/rules/scores.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/targets.smk"


rule all:
    """The whole configuration: reports/paper_tables.md, its figures and tables."""
    default_target: True
    input:
        REPORTS / "paper_tables.md",
        RESULTS / "complete",
    localrule: True
