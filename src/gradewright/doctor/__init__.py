"""What works on this machine, found out by trying.

probes          small programs that try to break out of one limit each, and what must come of it
examination     run them in a sandbox
facts           what the machine is, as far as it explains what was found
"""
