"""What an author should mend in a grader: its Dockerfile, its programs, its scripts, an archive of it."""
