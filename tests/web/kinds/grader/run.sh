#!/bin/sh
points 1/1
