# One target for each ablation and method: its fits are made again, and its rows and tests come out beside the whole run.

for target, method in TARGETS.items():

    rule:
        name:
            target
        input:
            REPORTS / arm(method) / "paper_tables.md",
        localrule: True
