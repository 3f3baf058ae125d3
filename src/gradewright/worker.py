"""A worker process: it grades what is queued, sends results to front ends, and removes what others left behind."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Thread
from types import FrameType

import structlog

from gradewright.autograder import Autograder
from gradewright.errors import StoreError
from gradewright.model.attempt import Delivery
from gradewright.service import CourseService

DELIVERIES = 8  # at the same time
DELIVERIES_TO_ONE = 6  # of them to one front end, which may be slow
LOOK_SECONDS = 0.2  # between looks for deliveries
TROUBLE_SECONDS = 2.0  # between looks while the database cannot be used

_log = structlog.get_logger("gradewright.worker")


def work(service: CourseService) -> None:
    """Work until SIGTERM or SIGINT: the first lets what was begun end, the second ends it and puts it back.

    To be called in the main thread.
    """
    stop, ended = Event(), Event()
    _heed_signals(service.autograder, stop)
    post = Thread(target=_deliver, args=[service, ended], name="post")
    post.start()
    _log.info("worker started", slots=service.settings.slots)
    _sweep(service)
    try:
        service.queue.work(service.work_on, stop)
    finally:
        ended.set()
        post.join()
    _log.info("worker ended")


def _heed_signals(autograder: Autograder, stop: Event) -> None:
    def heed(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            autograder.cancel()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, heed)


def _deliver(service: CourseService, ended: Event) -> None:
    """Send what is due, several at once, and once more when grading has ended; what is on its way then arrives."""
    with ThreadPoolExecutor(DELIVERIES, thread_name_prefix="post") as pool:
        on_their_way: dict[Future[None], str] = {}  # to which receivers
        last = False
        while not last:
            last = ended.is_set()
            on_their_way = {each: receiver for each, receiver in on_their_way.items() if not each.done()}
            try:
                while len(on_their_way) < DELIVERIES and (delivery := _next_due(service, on_their_way.values())):
                    sending = pool.submit(_send, service, delivery)
                    on_their_way[sending] = delivery.submission.reply_to.receiver
                ended.wait(LOOK_SECONDS)
            except StoreError as error:
                _log.error("no deliveries can be looked for", error=str(error))
                ended.wait(TROUBLE_SECONDS)
    service.store.close()


def _next_due(service: CourseService, receivers: Iterable[str]) -> Delivery | None:
    """One that is due, unless its receiver takes long over so many that others would have to wait."""
    busy = [receiver for receiver, count in Counter(receivers).items() if count >= DELIVERIES_TO_ONE]
    return next(iter(service.store.due(1, without=busy)), None)


def _send(service: CourseService, delivery: Delivery) -> None:
    try:
        service.deliver(delivery)
    finally:
        service.store.close()


def _sweep(service: CourseService) -> None:
    """Remove what killed requests left of uploads and what is kept of removed courses; tell of files without a row."""
    try:
        service.catalog.forget_removed()
        swept = service.files.sweep()
        orphans = sum(1 for _ in service.orphans.found())
    except (OSError, StoreError) as error:
        _log.error("nothing could be swept", error=str(error))
        return
    if swept:
        _log.info("swept what was left of killed requests", uploads=swept)
    if orphans:
        remedy = "gradewright attempts orphans lists them, gradewright attempts recover puts them back"
        _log.warning("submissions without a row in the database", count=orphans, remedy=remedy)
