#!/bin/bash
# Ends as the submission wishes.
post() { python3 /exercise/post.py "$@"; }
. ./wish
