"""`python -m jobs` is the scout command."""

from jobs.cli import main

main()
