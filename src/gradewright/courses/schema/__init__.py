"""Every key of course files, with its type and its meaning: what checks files, editors and the reference go by."""
