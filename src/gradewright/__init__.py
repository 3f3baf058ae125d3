"""Gradewright: an autograding system for programming courses."""

__version__ = "0.1.0"
