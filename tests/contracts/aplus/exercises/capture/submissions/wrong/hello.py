import sys

print("before")
sys.exit("wrong & <sorry>")
