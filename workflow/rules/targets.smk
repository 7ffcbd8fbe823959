# One target for each ablation and method: its rows and tests come out beside the whole run, from fits that are there or
# made now. `--forcerun fit_<method>` makes them again.


def target_of(method):
    """The target of a method and its line in `snakemake -l`."""
    entry = EVERY_METHOD.methods[method]
    kind = "ablation" if entry.role == "ablation" else "method"
    return f"{kind}_{method}", f"{entry.title} alone, beside SG-CLDFF: {REPORTS / arm(method) / 'paper_tables.md'}"


for method in METHODS:
    target, line = target_of(method)

    rule:
        name:
            target
        input:
            REPORTS / arm(method) / "paper_tables.md",
        localrule: True

    workflow.get_rule(target).docstring = line
