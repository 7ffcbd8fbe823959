# One target for each ablation and method: its rows and tests come out beside the whole run, from fits that are there or
# made now. `--forcerun fit_<method>` makes them again.


def target_of(method):
    """The target of a method and its line in `snakemake -l`."""
    entry = EVERY_METHOD.methods[method]
    kind = "ablation" if entry.role == "ablation" else "method"
    beside = "" if method == REFERENCE else f" beside {EVERY_METHOD.methods[REFERENCE].title}"
    return f"{kind}_{method}", f"{entry.title}{beside}: {REPORTS / arm(method) / 'paper_tables.md'}"


for method in METHODS:
    target, line = target_of(method)

    rule:
        name:
            target
        input:
            REPORTS / arm(method) / "paper_tables.md",
        localrule: True

    getattr(rules, target).rule.docstring = line
