"""The command line: one file for each subcommand, found by name in `main`."""
