# One target for each ablation and method: its rows and tests come out beside the whole run, from fits that are there or
# made now. `--forcerun fit_<method>` makes them again.


for method in METHODS:
    target, line = target_of(method)

    rule:
        name:
            target
        input:
            REPORTS / arm(method) / "paper_tables.md",
            RESULTS / arm(method) / "complete",
        localrule: True

    getattr(rules, target).rule.docstring = line
