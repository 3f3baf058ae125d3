import ctypes, os
for act in (lambda: os.setuid(0), lambda: os.setgroups([0]), lambda: os.execvp("su", ["su", "-c", "id"]),
            lambda: os.chown("attack.py", 0, 0), lambda: os.setresuid(1000, 1000, 1000)):
    try:
        if os.fork() == 0:
            act()
            print("became", os.getresuid(), flush=True)
            os._exit(0)
        os.wait()
    except OSError:
        os._exit(1)
