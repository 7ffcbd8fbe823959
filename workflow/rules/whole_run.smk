# What holds for a run as a whole: its progress on the screen; one that is stopped ends within seconds, a killed one leaves
# no job behind, and the next one goes on by itself.
from snakemake.logging import logger

from sgcldff.stages.disk_faults import disk_fault
from sgcldff.stages.interruption import announce_snakemake, clear_after_killed_runs, stop_on_signals
from sgcldff.stages.keep_going import announce_keep_going, forget_failures
from sgcldff.stages.progress import show_progress, where_to_look
from sgcldff.stages.scheduler_wakes import wake_for_jobs_alone
from sgcldff.stages.warm_start import start_warm_process

announce_snakemake()
PROGRESS = show_progress(logger) if workflow.is_main_process else None
if workflow.is_main_process:
    try:
        if clear_after_killed_runs(Path(".snakemake")):
            forget_failures(RESULTS)
    except OSError as error:
        raise WorkflowError(disk_fault(error, Path.cwd()) or f"The working folder cannot be used: {error}.")


onstart:
    stop_on_signals()
    wake_for_jobs_alone(workflow)
    announce_keep_going(workflow.execution_settings.keep_going)
    if workflow.local_exec:  # a job of a cluster must not run in a process that the cluster does not know
        start_warm_process()
        if not ON_GPU and FIT_THREADS > workflow.cores:
            threads, cores = f"`fit_threads: {FIT_THREADS}`", f"`--cores {workflow.cores}`"
            print(
                f"{threads} is more than {cores}: a fit uses them all the same, and is faster with as many as cores.",
                file=sys.stderr,
            )


onsuccess:
    if ending := where_to_look(PROGRESS, EXPERIMENT.name, EXPERIMENT.synthetic):
        print(ending, file=sys.stderr)
