"""`python -m gradewright` is `gradewright`."""

from gradewright.cli.main import main

main()
