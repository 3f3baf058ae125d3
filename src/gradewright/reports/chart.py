"""How the points are distributed, as a drawing in the page's own colours."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, FLOOR, GAP, HEADROOM = 640, 220, 24, 6, 20


def distribution(bins: Sequence[int]) -> str:
    """A bar chart as SVG: the number of submissions in each equal part of 0 to 100 %."""
    tallest = max(bins)
    label = "; ".join(f"{_span(number, len(bins))} %: {count}" for number, count in enumerate(bins) if count)
    bars = "".join(_bar(number, count, tallest, len(bins)) for number, count in enumerate(bins))
    return f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{bars}</svg>'


def _bar(number: int, count: int, tallest: int, total: int) -> str:
    room = HEIGHT - FLOOR - HEADROOM
    height = round(room * count / tallest, 1)
    width = WIDTH / total
    left, top, middle = number * width + GAP / 2, HEIGHT - FLOOR - height, (number + 0.5) * width
    return (
        f"<g><title>{_span(number, total)} %: {count}</title>"
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width - GAP:.1f}" height="{height:.1f}" rx="2"/>'
        + (f'<text x="{middle:.1f}" y="{top - 6:.1f}">{count}</text>' if count else "")
        + f'<text class="axis" x="{middle:.1f}" y="{HEIGHT - 7}">{_span(number, total)}</text></g>'
    )


def _span(number: int, total: int) -> str:
    return f"{100 * number // total}–{100 * (number + 1) // total}"
