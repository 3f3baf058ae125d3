import sys

sys.stdout.buffer.write(b"\0 \xff \xe2\x82 \xf0\x9f\x90\x9e </pre><script>alert(1)</script>\x1b[31m no end of line")
