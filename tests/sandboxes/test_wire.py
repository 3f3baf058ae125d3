"""The frames between supervisor and init."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.model.run import FileState
from gradewright.sandboxes import wire

frames = st.lists(st.tuples(st.sampled_from([b"r", b"o", b"e", b"s", b"F", b"z", b"X", b"!"]), st.binary(max_size=200)))


@given(frames, st.data())
def test_frames_survive_any_cutting(sent: list[tuple[bytes, bytes]], data: st.DataObject) -> None:
    stream = b"".join(struct.pack("<cI", letter, len(payload)) + payload for letter, payload in sent)
    reader, received = wire.FrameReader(), []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        received += reader.feed(stream[:cut])
        stream = stream[cut:]
    assert received == sent


@given(st.binary(min_size=5, max_size=300))
def test_nonsense_is_refused_or_understood_and_nothing_else(noise: bytes) -> None:
    try:
        for letter, _ in wire.FrameReader().feed(noise):
            assert letter in b"roesFzX!"
    except ValueError as error:
        assert "not a frame" in str(error)


def test_an_endless_frame_is_refused_before_it_is_stored() -> None:
    with pytest.raises(ValueError, match="not a frame"):
        list(wire.FrameReader().feed(struct.pack("<cI", b"o", 0xFFFFFFFF)))


def test_a_file_keeps_its_name_even_if_it_is_not_utf8() -> None:
    payload = struct.pack("<BII", 0, 0o755, 4) + b"/\xff.c" + b"content"
    file = wire.decode_file(payload)
    assert (file.state, file.data, file.executable) == (FileState.OK, b"content", True)
    assert file.path.encode(errors="surrogateescape") == b"/\xff.c"
