"""`python -m sgcldff` is the console command `sgcldff`."""

from sgcldff.cli.main import main

main()
