# One target for each ablation and method: its fits are made again, and its rows and tests come out beside the whole run.

TARGETS = {
    ("ablation_" if entry["role"] == "ablation" else "method_") + method: method for method, entry in METHODS.items()
}

# To be made again, a finished fit needs an input that is newer than it: naming the target is what makes it so.
for target, method in TARGETS.items():
    if target in sys.argv and not {"-n", "--dry-run", "--dryrun", "--lint"} & set(sys.argv):
        LAYOUT.request(method).parent.mkdir(parents=True, exist_ok=True)
        LAYOUT.request(method).touch()

for target, method in TARGETS.items():

    rule:
        name:
            target
        input:
            REPORTS / arm(method) / "paper_tables.md",
        localrule: True
