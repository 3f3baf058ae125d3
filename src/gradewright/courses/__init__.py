"""Files on disk become graders, exercises and courses; every author's mistake is found here."""
