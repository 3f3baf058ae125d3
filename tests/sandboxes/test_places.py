"""What is mounted inside of what: the directories of a step may lie in each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradewright.interfaces import Sandbox
from gradewright.model.run import Box, HostRoot, Mount, Role, Slot, Step

pytestmark = pytest.mark.needs("root")


@pytest.mark.parametrize("user", [0, 1000])
@pytest.mark.parametrize("sandbox", ["namespaces", "bubblewrap"], indirect=True)
def test_a_mount_may_lie_deep_in_a_writable_directory(sandbox: Sandbox, slot: Slot, tmp_path: Path, user: int) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "given").write_text("given\n")
    script = "cat /home/.cache/of/tool/given /srv/x/given; touch /home/.cache/mine /home/.cache/of/mine /srv/x/y/mine"
    step = Step(
        name="s",
        role=Role.JUDGE,
        root=HostRoot(),
        argv=("sh", "-ec", script),
        user=user,
        scratch=("/tmp", "/home", "/srv/x/y"),
        mounts=tuple(Mount(path=path, source=tmp_path) for path in ("/home/.cache/of/tool", "/srv/x")),
    )
    (tmp_path / "y").mkdir()
    result = sandbox.run(step, Box(slot=slot))
    assert result.succeeded(), result
    assert result.stdout == b"given\ngiven\n"
