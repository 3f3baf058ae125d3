#!/bin/sh
# Fails as the submission wishes; `gw` calls `grade` all the same.
. ./wish
