"""Unpacked images are shared: made once, never half made, kept while in use, and not more of them than asked for."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier

import pytest

from gradewright.errors import AuthorError
from gradewright.model.image import Image
from gradewright.model.machine import Machine
from gradewright.sandboxes.images import ImageStore
from support.image_files import docker_archive, file, layer, recipe

KIB = 1024
HANG_WHILE_UNPACKING = """
import sys, time
from pathlib import Path
from gradewright.model.machine import Machine
from gradewright.sandboxes.images import ImageStore

def progress(what, more):
    print(what, flush=True)
    time.sleep(600)

store = ImageStore(Machine(cache_dir=Path(sys.argv[1])))
with store.root(store.find(sys.argv[2]), progress):
    pass
"""


def make_image(tmp_path: Path, name: str, size: int = 300 * KIB) -> str:
    return docker_archive(tmp_path / f"{name}.tar", recipe(layer(file(name, name.encode() * size))))


def kept(tmp_path: Path) -> set[str]:
    """The names of the images whose tree is in the cache, and of everything that should not be there."""
    directories = [path for path in (tmp_path / "cache/images").iterdir() if path.is_dir()]
    return {file.name for path in directories for file in path.glob("root/*")} | {
        path.name for path in directories if path.suffix
    }


def use(store: ImageStore, image: Image) -> str:
    with store.root(image) as root:
        (found,) = root.iterdir()
        return found.name


def test_many_at_once_unpack_it_once(tmp_path: Path) -> None:
    reference = make_image(tmp_path, "a")
    unpacked = []
    together = Barrier(6)

    def one(number: int) -> str:
        store = ImageStore(Machine(cache_dir=tmp_path / "cache"))
        image = store.find(reference)
        together.wait()
        with store.root(image, lambda what, more: unpacked.append(number)) as root:
            return (root / "a").read_text()[:1]

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(one, range(6))) == ["a"] * 6
    assert len(set(unpacked)) == 1


def test_progress_counts_the_bytes_of_the_layers(tmp_path: Path) -> None:
    store = ImageStore(Machine(cache_dir=tmp_path / "cache"))
    told: list[tuple[str, int]] = []
    with store.root(store.find(make_image(tmp_path, "a")), lambda what, more: told.append((what, more))):
        pass
    assert {what for what, _ in told} == {"unpacking"}
    assert 300 * KIB < sum(more for _, more in told) < 320 * KIB


def test_killed_in_the_middle_leaves_nothing_that_is_used(tmp_path: Path) -> None:
    reference = make_image(tmp_path, "a")
    command = [sys.executable, "-c", HANG_WHILE_UNPACKING, str(tmp_path / "cache"), reference]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout and child.stdout.readline() == "unpacking\n"
        child.kill()
    assert any(name.endswith(".partial") for name in kept(tmp_path))
    store = ImageStore(Machine(cache_dir=tmp_path / "cache"))
    assert use(store, store.find(make_image(tmp_path, "b"))) == "b"
    assert kept(tmp_path) == {"b"}  # swept when the next image came
    assert use(store, store.find(reference)) == "a"
    assert kept(tmp_path) == {"a", "b"}


def test_a_failed_image_leaves_nothing(tmp_path: Path) -> None:
    store = ImageStore(Machine(cache_dir=tmp_path / "cache"))
    image = store.find(docker_archive(tmp_path / "bad.tar", recipe(layer(file("good"), file("../bad")))))
    with pytest.raises(AuthorError), store.root(image):
        pass
    assert kept(tmp_path) == set()


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    store = ImageStore(Machine(cache_dir=tmp_path / "cache", cache_bytes=1000 * KIB))
    a, b, c, d = (store.find(make_image(tmp_path, name)) for name in "abcd")
    for image in (a, b, c, a):
        use(store, image)
    assert kept(tmp_path) == {"a", "b", "c"}
    use(store, d)
    assert kept(tmp_path) == {"a", "c", "d"}
    use(store, b)
    assert kept(tmp_path) == {"a", "d", "b"}


def test_images_in_use_stay(tmp_path: Path) -> None:
    store = ImageStore(Machine(cache_dir=tmp_path / "cache", cache_bytes=400 * KIB))
    a, b, c = (store.find(make_image(tmp_path, name)) for name in "abc")
    with ExitStack() as stack:
        stack.enter_context(store.root(a))
        stack.enter_context(store.root(b))
        assert kept(tmp_path) == {"a", "b"}
        use(store, c)
        assert kept(tmp_path) == {"a", "b", "c"}
    use(store, c)
    use(store, store.find(make_image(tmp_path, "d")))
    assert kept(tmp_path) == {"d"}


def test_others_cannot_read_what_graders_hide(tmp_path: Path) -> None:
    store = ImageStore(Machine(cache_dir=tmp_path / "cache"))
    use(store, store.find(make_image(tmp_path, "a")))
    assert (tmp_path / "cache/images").stat().st_mode & 0o077 == 0
