"""Run the stage that the rule names in `params.stage`, with the rule's files, settings, threads and log.

One script for all rules, and nothing of a stage in it: Snakemake makes a job again when its script is newer than its
outputs, whatever was changed. What a stage is made of stands among its inputs (`code`), where contents count.
"""

import sys
from pathlib import Path

# Processes that a stage starts import this file again, and have no job.
if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

    from sgcldff.stages.run import run_rule

    run_rule(snakemake)  # noqa: F821
