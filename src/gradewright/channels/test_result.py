"""Results that no front end asked for, kept where /test-result shows the last one (A+ spec 3.1, 4.2)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from gradewright.errors import ChannelError
from gradewright.model.attempt import Message
from gradewright.model.outbound import Outbound


class TestResult:
    """The address is the path of a file of ours."""

    __test__ = False  # not a test of ours, whatever pytest thinks of the name
    name: ClassVar[str] = "test-result"

    def __init__(self, outbound: Outbound) -> None:
        pass

    def check(self, address: str) -> None:
        pass

    def deliver(self, message: Message) -> None:
        file = Path(message.address)
        document = {
            "points": str(message.points),
            "max_points": str(message.max_points),
            "feedback": message.feedback,
            "error": str(message.error).lower(),
            "grading_data": message.grading_data,
            "time": datetime.now(UTC).isoformat(),
        }
        keep(file, document)


def keep(file: Path, document: Mapping[str, str]) -> None:
    """Replace the file by this result, all at once. Raises `ChannelError`; the file is as it was then."""
    draft = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    try:
        draft.write_text(json.dumps(document))
        draft.replace(file)
    except OSError as error:
        raise ChannelError(
            f"{file.name} cannot be written: {error.strerror}.", remedy="Is there room on the disk of the service?"
        ) from error
    finally:
        draft.unlink(missing_ok=True)
