"""The words of the system as frozen records; no input or output happens here."""
