"""A report becomes news for the front end."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from gradewright.errors import GradewrightError, StoreError
from gradewright.interfaces import Channel, Store
from gradewright.model.attempt import Delivery
from gradewright.reports.json import from_json
from gradewright.service.feedback import FeedbackPages
from gradewright.service.messages import message

WAITING_TRIES = 4  # of a delivery, half a minute, for an exercise that is gone: a `git pull` may be putting it back

_log = structlog.get_logger("gradewright.service")


class Post:
    """Tells front ends, and remembers what they took."""

    def __init__(self, store: Store, channel: Callable[[str], Channel], feedback: FeedbackPages) -> None:
        """`feedback` makes what the student sees."""
        self._store = store
        self._channel = channel
        self._feedback = feedback

    def deliver(self, delivery: Delivery) -> None:
        """Tell the front end of an attempt, and record whether it took it. Never raises."""
        with structlog.contextvars.bound_contextvars(submission=delivery.submission.id, attempt=delivery.attempt):
            try:
                self._settle(delivery, self._trouble(delivery))
            except StoreError as error:  # it will be tried again, which has no further effect there
                _log.error("delivery not recorded", error=str(error))

    def _trouble(self, delivery: Delivery) -> str:
        """Tell the front end; returns why it does not know now, or nothing."""
        try:
            report = from_json(delivery.report) if delivery.report else None
            channel = self._channel(delivery.submission.reply_to.channel)
            html = self._feedback.html(delivery.submission, report, waiting=delivery.tries < WAITING_TRIES)
            channel.deliver(message(delivery, report, html))
        except GradewrightError as error:
            return str(error)
        except Exception as error:  # ours; the result must not be lost by it
            _log.exception("delivery failed")
            return f"{type(error).__name__}: {error}"
        return ""

    def _settle(self, delivery: Delivery, trouble: str) -> None:
        if trouble:
            self._store.undelivered(delivery, trouble)
            _log.warning("not delivered", tries=delivery.tries, error=trouble)
        else:
            self._store.delivered(delivery)
            _log.info("delivered", tries=delivery.tries)
