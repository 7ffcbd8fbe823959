"""The end of a run: refuses to be made while a fit or prediction has failed that another try may mend.

So a run with --keep-going ends with its report and not with success, and the same command makes what is missing.
"""

from __future__ import annotations

from sgcldff.errors import InputError
from sgcldff.stages.job import Job
from sgcldff.stages.keep_going import may_be_mended
from sgcldff.tables.files import write_text


def run(job: Job) -> None:
    records = [record for record in (*job.several("fits"), *job.several("costs")) if may_be_mended(record)]
    # By what was trained on, method and seed: where a fit has failed its predictions have too.
    failed = {record.parent.parts[-3:] for record in records}
    if failed:
        page = job.input("document").parent / "pages/run.md"
        raise InputError(
            f"{len(failed)} of the fits failed, or their predictions did (each is named in {page}; "
            f"one is {records[0].parent}): mend the cause and run the same command again, which makes these alone."
        )
    write_text("", job.output("complete"))
