"""The story of one run: plan, fill, run, read."""
