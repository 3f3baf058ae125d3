"""The protocol of A+ exercise services (A+ spec 3)."""
