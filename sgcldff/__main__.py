"""`python -m sgcldff` is the console command `sgcldff`: rules call it so, in environments without the command."""

from sgcldff.cli.main import main

main()
