"""Benchmarks: each area times its subjects interleaved in one run and judges ratios between them, not bare seconds."""
