# A run that is stopped ends within seconds, a killed one leaves no job behind, and the next one goes on by itself.
from sgcldff.stages.interruption import announce_snakemake, clear_after_killed_runs, stop_on_signals

announce_snakemake()
if workflow.is_main_process:
    clear_after_killed_runs(Path(".snakemake"))


onstart:
    stop_on_signals()
