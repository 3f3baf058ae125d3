"""Slots are exclusive, clean when taken, and swept when their holder was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gradewright.errors import MissingError
from gradewright.grading.slots import Slots
from gradewright.model.run import UIDS_PER_SLOT, Slot


class Sweeps(list[tuple[str, int]]):
    """Remembers what was asked to be swept."""

    def __call__(self, sandbox: str, slot: Slot) -> None:
        self.append((sandbox, slot.number))


HOLDER = """
import sys, time
from pathlib import Path
from gradewright.grading.slots import Slots
with Slots(Path(sys.argv[1]), lambda sandbox, slot: None).take("bubblewrap") as slot:
    (slot.directory / "left behind").write_text("x")
    print(slot.number, flush=True)
    time.sleep(1000)
"""


@pytest.fixture
def killed_holder(tmp_path: Path) -> Path:
    """A state directory in which a process was killed while it held slot 0."""
    state = tmp_path / "state"
    with subprocess.Popen([sys.executable, "-c", HOLDER, state], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout and holder.stdout.readline() == "0\n"
        holder.send_signal(signal.SIGKILL)
    return state


def test_slots_in_use_are_different_and_share_no_ids(tmp_path: Path) -> None:
    slots = Slots(tmp_path, Sweeps())
    with slots.take("a") as first, slots.take("a") as second:
        assert (first.number, second.number) == (0, 1)
        assert abs(first.first_uid - second.first_uid) >= UIDS_PER_SLOT
        assert first.name != second.name


def test_a_slot_comes_back_empty(tmp_path: Path) -> None:
    slots = Slots(tmp_path, Sweeps())
    with slots.take("a") as slot:
        (slot.directory / "deep").mkdir()
        (slot.directory / "deep" / "file").write_text("x")
        (slot.directory / "link").symlink_to("/etc")
    with slots.take("a") as again:
        assert again.number == slot.number
        assert os.listdir(again.directory) == ["dirty"]
    assert Path("/etc/passwd").exists()


def test_what_a_killed_process_held_is_swept_at_the_next_start(killed_holder: Path) -> None:
    sweeps = Sweeps()
    assert Slots(killed_holder, sweeps).sweep() == 1
    assert sweeps == [("bubblewrap", 0)]
    assert os.listdir(killed_holder / "slot-0") == []
    assert Slots(killed_holder, sweeps).sweep() == 0


def test_what_a_killed_process_held_is_swept_before_it_is_used_again(killed_holder: Path) -> None:
    sweeps = Sweeps()
    with Slots(killed_holder, sweeps).take("crun") as slot:
        assert (slot.number, sweeps) == (0, [("bubblewrap", 0)])


def test_a_slot_in_use_is_never_swept(tmp_path: Path) -> None:
    sweeps = Sweeps()
    with Slots(tmp_path, Sweeps()).take("a"):
        assert Slots(tmp_path, sweeps).sweep() == 0
    assert sweeps == []


@pytest.mark.parametrize("trap", ["link", "writable"])
def test_a_state_directory_that_others_could_have_laid_is_refused(tmp_path: Path, trap: str) -> None:
    state = tmp_path / "state"
    if trap == "link":
        (tmp_path / "elsewhere").mkdir()
        state.symlink_to(tmp_path / "elsewhere")
    else:
        state.mkdir()
        state.chmod(0o777)
    with pytest.raises(MissingError, match="only we can write"), Slots(state, Sweeps()).take("a"):
        pass
