"""Course directories as A+ graders take them, made into our records."""
