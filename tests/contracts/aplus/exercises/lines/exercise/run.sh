#!/bin/sh
capture python3 /exercise/tests.py
err-to-out
