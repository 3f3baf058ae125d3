"""The environment of the steps: that of the image, so that its programs are found, and what makes runs alike."""

from __future__ import annotations

from collections.abc import Mapping

from gradewright.model.run import ImageRoot, Root

TEMPORARY = "/tmp"  # inside the sandbox, where it is the step's own
COMMON = {"HOME": TEMPORARY, "LANG": "C.UTF-8"}


def environment(root: Root, more: Mapping[str, str]) -> dict[str, str]:
    of_image = dict(root.image.env) if isinstance(root, ImageRoot) else {}
    return {**of_image, **COMMON, **more}
