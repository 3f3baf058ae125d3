import os
try:
    while True:
        os.write(1, b"<b>x</b>\n" * 10000)
except OSError:
    pass
