"""Images by name, in archives of `docker save`, old and new, and in OCI layouts; and what is said of broken ones."""

from __future__ import annotations

import gc
import gzip
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from gradewright.errors import AuthorError, GradewrightError, MissingError
from gradewright.model.image import Image
from gradewright.model.machine import Machine
from gradewright.sandboxes.images import ImageStore
from support.image_files import (
    ARCHITECTURE,
    Recipe,
    digest,
    docker_archive,
    file,
    layer,
    oci_layout,
    recipe,
    symlink,
    write_blob,
    write_index,
    write_manifest,
    write_tar,
)

FOREIGN = {"amd64": "arm64", "arm64": "amd64"}[ARCHITECTURE]
HELLO = recipe(
    layer(file("hello", b"world"), file("lower", b"1")),
    layer(file(".wh.lower")),
    config={
        "Entrypoint": ["/hello"],
        "Cmd": ["a", "b"],
        "Env": ["A=1=2", "B="],
        "WorkingDir": "/srv",
        "User": "1000:0",
    },
)


@pytest.fixture
def store(tmp_path: Path) -> ImageStore:
    return ImageStore(Machine(cache_dir=tmp_path / "cache"))


def names(store: ImageStore, image: Image) -> list[str]:
    with store.root(image) as root:
        return sorted(path.name for path in root.iterdir())


PLACES: dict[str, Callable[[Path, Recipe], str]] = {
    "an archive of old": lambda path, recipe: docker_archive(path, recipe),
    "an archive of today": lambda path, recipe: docker_archive(path, recipe, old=False),
    "a layout in gzip": lambda path, recipe: oci_layout(path, recipe),
    "a layout as it is": lambda path, recipe: oci_layout(path, recipe, packed=recipe.layers),
}


@pytest.mark.parametrize("write", PLACES.values(), ids=PLACES.keys())
def test_the_same_image_from_everywhere(
    tmp_path: Path, store: ImageStore, write: Callable[[Path, Recipe], str]
) -> None:
    reference = write(tmp_path / "image", HELLO)
    image = store.find(reference)
    assert image == Image(
        reference=reference,
        digest=digest(HELLO.configuration()),
        architecture=ARCHITECTURE,
        entrypoint=("/hello",),
        cmd=("a", "b"),
        env=(("A", "1=2"), ("B", "")),
        workdir="/srv",
        user="1000:0",
        diff_ids=tuple(map(digest, HELLO.layers)),
    )
    assert names(store, image) == ["hello"]


def test_a_compressed_archive(tmp_path: Path, store: ImageStore) -> None:
    docker_archive(tmp_path / "plain.tar", HELLO)
    packed = tmp_path / "image.tar.gz"
    packed.write_bytes(gzip.compress((tmp_path / "plain.tar").read_bytes()))
    assert names(store, store.find(f"docker-archive:{packed}")) == ["hello"]


def test_a_compressed_archive_that_would_fill_the_disk(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.tar.gz"
    bomb.write_bytes(gzip.compress(bytes(20 * 1024 * 1024)))
    store = ImageStore(Machine(cache_dir=tmp_path / "cache", cache_bytes=1024 * 1024))
    with pytest.raises(GradewrightError, match=r"larger, unpacked, than the image cache may be \(1048576 bytes\)"):
        store.find(f"docker-archive:{bomb}")


def test_gzip_of_several_members_with_padding(tmp_path: Path, store: ImageStore) -> None:
    (data,) = (layer(file("hello")),)
    packed = gzip.compress(data[:700]) + gzip.compress(data[700:]) + bytes(300)
    assert names(store, store.find(oci_layout(tmp_path / "layout", recipe(data), packed=[packed]))) == ["hello"]


def test_a_layer_that_comes_twice_is_a_link_in_old_archives(tmp_path: Path, store: ImageStore) -> None:
    data = layer(file("hello"))
    twice = recipe(data, data)
    config = twice.configuration()
    manifest = [{"Config": f"{digest(config)[7:]}.json", "RepoTags": None, "Layers": ["a/layer.tar", "b/layer.tar"]}]
    (tmp_path / "image.tar").write_bytes(
        layer(
            file("a/layer.tar", data),
            symlink("b/layer.tar", "../a/layer.tar"),
            file(f"{digest(config)[7:]}.json", config),
            file("manifest.json", json.dumps(manifest).encode()),
        )
    )
    assert names(store, store.find(f"docker-archive:{tmp_path}/image.tar")) == ["hello"]


def test_one_of_several_images_by_its_tag(tmp_path: Path, store: ImageStore) -> None:
    one, two = recipe(layer(file("one"))), recipe(layer(file("two")))
    reference = docker_archive(tmp_path / "with:colon.tar", one, two, tags=("grader:1", "grader:latest"))
    assert names(store, store.find(f"{reference}:grader:1")) == ["one"]
    assert names(store, store.find(f"{reference}:grader")) == ["two"]
    with pytest.raises(MissingError, match=r"no image there is named 'grader:3'.*\n.*grader:1, grader:latest"):
        store.find(f"{reference}:grader:3")
    with pytest.raises(AuthorError, match=r"2 images are there; say which"):
        store.find(reference)


def test_of_several_builds_the_one_for_this_machine(tmp_path: Path, store: ImageStore) -> None:
    layout = tmp_path / "layout"
    builds = [
        write_manifest(layout, recipe(layer(file(architecture)), architecture=architecture))
        for architecture in (FOREIGN, ARCHITECTURE)
    ]
    attestation = {**builds[0], "platform": {"os": "unknown", "architecture": "unknown"}}
    index = write_blob(layout, json.dumps({"manifests": [attestation, *builds]}).encode())
    write_index(layout, [{**index, "annotations": {"org.opencontainers.image.ref.name": "multi"}}])
    for reference in (f"oci:{layout}", f"oci:{layout}:multi"):
        assert names(store, store.find(reference)) == [ARCHITECTURE]


def test_an_image_for_another_machine_is_found_and_shown_but_not_run(tmp_path: Path, store: ImageStore) -> None:
    image = store.find(oci_layout(tmp_path / "layout", recipe(layer(file("hello")), architecture=FOREIGN)))
    assert image.architecture == FOREIGN
    assert [entry.name for entry in store.listing(image, "/")] == ["hello"]
    with pytest.raises(AuthorError, match=f"is for {FOREIGN}, and this machine is {ARCHITECTURE}"), store.root(image):
        pass


def damaged_archive(path: Path, change: Callable[[dict[str, bytes]], None]) -> str:
    """A new archive of HELLO with its members changed."""
    config = HELLO.configuration()
    files = {f"blobs/sha256/{digest(data)[7:]}": data for data in (*HELLO.layers, config)}
    layers, (config_name,) = list(files)[:-1], list(files)[-1:]
    files["manifest.json"] = json.dumps([{"Config": config_name, "RepoTags": [], "Layers": layers}]).encode()
    change(files)
    write_tar(path, files)
    return f"docker-archive:{path}"


def set_first(data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.__setitem__(next(iter(files)), data)


DAMAGE: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "another layer": (set_first(layer(file("other"))), "has the digest"),
    "a layer that is no tar": (set_first(b"\1" * 2048), "damaged"),
    "a layer that is cut": (set_first(HELLO.layers[0][:700]), "damaged"),
    "a layer in zstd": (set_first(b"\x28\xb5\x2f\xfd" + bytes(600)), "compressed with zstd"),
    "a layer in broken gzip": (set_first(b"\x1f\x8b" + bytes(600)), "damaged"),
    "a layer in cut gzip": (set_first(gzip.compress(HELLO.layers[0])[:-9]), "damaged"),
    "a layer that is missing": (lambda files: files.pop(next(iter(files))), "is missing from it"),
    "another configuration": (lambda files: files.__setitem__(list(files)[2], b"{}"), "has the digest"),
    "no manifest": (lambda files: files.pop("manifest.json"), "not an archive of `docker save`"),
    "a manifest that is no JSON": (lambda files: files.__setitem__("manifest.json", b"{"), "not a JSON document"),
    "a manifest too deep": (lambda files: files.__setitem__("manifest.json", b"[" * 100_000), "not a JSON document"),
    "a manifest of nothing": (lambda files: files.__setitem__("manifest.json", b"[]"), "there is no image in it"),
    "a manifest without words": (lambda files: files.__setitem__("manifest.json", b"[{}]"), "missing from it"),
    "a manifest that is an object": (lambda files: files.__setitem__("manifest.json", b"{}"), "not a JSON array"),
}


@pytest.mark.parametrize(("change", "message"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damaged_archives(
    tmp_path: Path, store: ImageStore, change: Callable[[dict[str, bytes]], None], message: str
) -> None:
    reference = damaged_archive(tmp_path / "image.tar", change)
    with pytest.raises(AuthorError, match=message) as refused:
        names(store, store.find(reference))
    assert str(tmp_path / "image.tar") in str(refused.value)


@pytest.mark.parametrize("size", [0, 100, 1000, 5000])
def test_cut_archives(tmp_path: Path, store: ImageStore, size: int) -> None:
    docker_archive(tmp_path / "whole.tar", HELLO)
    (tmp_path / "cut.tar").write_bytes((tmp_path / "whole.tar").read_bytes()[:size])
    with pytest.raises(AuthorError, match=r"cut\.tar"):
        names(store, store.find(f"docker-archive:{tmp_path}/cut.tar"))


def test_damaged_layouts(tmp_path: Path, store: ImageStore) -> None:
    layout = tmp_path / "layout"
    reference = oci_layout(layout, HELLO)
    blobs = {path.name: path for path in (layout / "blobs/sha256").iterdir()}
    compressed = blobs[digest(gzip.compress(HELLO.layers[0], 1))[7:]]
    compressed.write_bytes(gzip.compress(HELLO.layers[0], 9))
    with pytest.raises(AuthorError, match="has the digest"):
        names(store, store.find(reference))
    compressed.unlink()
    with pytest.raises(AuthorError, match="is missing"):
        names(store, store.find(reference))
    (layout / "index.json").write_text('{"manifests": [{"digest": "sha256:../../../../etc/passwd"}]}')
    with pytest.raises(AuthorError, match="no SHA-256 digest"):
        store.find(reference)
    (layout / "index.json").unlink()
    with pytest.raises(AuthorError, match="not an OCI layout"):
        store.find(reference)


def test_an_image_that_changed_after_it_was_found(tmp_path: Path, store: ImageStore) -> None:
    image = store.find(docker_archive(tmp_path / "image.tar", HELLO))
    docker_archive(tmp_path / "image.tar", recipe(layer(file("other"))))
    with pytest.raises(AuthorError, match="has changed since it was found"):
        names(store, image)


def test_what_is_not_there(tmp_path: Path, store: ImageStore) -> None:
    with pytest.raises(MissingError, match=r"there is no .*nothing\.tar.*\n.*docker-archive:FILE"):
        store.find(f"docker-archive:{tmp_path}/nothing.tar:tag")
    with pytest.raises(MissingError, match="no path after the colon"):
        store.find("oci:")
    (tmp_path / "text").write_text("not an image")
    with pytest.raises(AuthorError, match="not an archive"):
        store.find(f"docker-archive:{tmp_path}/text")
    with pytest.raises(GradewrightError, match="Is a directory"):
        store.find(f"docker-archive:{tmp_path}")
    with pytest.raises(AuthorError, match="not an OCI layout"):
        store.find(f"oci:{tmp_path}/text")


def test_without_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = f"unix://{tmp_path}/nobody.sock"
    with pytest.raises(MissingError, match=r"No such file.*\n.*systemctl start docker"):
        ImageStore(Machine(cache_dir=tmp_path, docker_url=nobody)).find("grader:1")
    monkeypatch.setenv("DOCKER_HOST", nobody)
    with pytest.raises(MissingError, match=r"nobody\.sock"):
        ImageStore(Machine(cache_dir=tmp_path)).find("grader:1")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the SDK forgets its socket
def test_an_engine_that_never_answers(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "mute.sock"))
        mute.listen()
        machine = Machine(cache_dir=tmp_path, docker_url=f"unix://{tmp_path}/mute.sock", docker_timeout=0.2)
        with pytest.raises(MissingError, match="timed out"):
            ImageStore(machine).find("grader:1")
    gc.collect()


def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    reference = docker_archive(tmp_path / "image.tar", HELLO)
    (tmp_path / "file").write_text("in the way")
    store = ImageStore(Machine(cache_dir=tmp_path / "file"))
    with pytest.raises(MissingError, match="GRADEWRIGHT_CACHE_DIR"):
        names(store, store.find(reference))
    (tmp_path / "image.tar").write_bytes(gzip.compress((tmp_path / "image.tar").read_bytes()))
    with pytest.raises(MissingError, match="GRADEWRIGHT_CACHE_DIR"):
        store.find(reference)
