"""The kinds of exercises that come with us, one a file; registered in pyproject.toml as a stranger's would be."""
