"""The store keeps its promises on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gradewright.model.attempt import AttemptState, Claim, DeliveryState, LifeSign
from support.stores import submission

REPORT = {"schema": 1, "outcome": "graded", "feedback": {"body": "NUL \0, half a pair \udfff, ä"}}
ADDRESS = "http://127.0.0.1/submission"


def claim(store: Any, host: str = "here") -> Claim:
    found = store.claim(host, f"{host}/1")
    assert found
    return found


def attempts(id: str) -> list[Any]:
    from gradewright.storage import staff

    return staff.attempts(submission=id)


def elapse(seconds: float) -> None:
    """Let what waits for a moment wait for so much less."""
    from gradewright.storage.tables.models import Attempt, Delivery

    for table in (Attempt, Delivery):
        for row in table.objects.all():
            row.not_before -= timedelta(seconds=seconds)
            row.save()


def test_what_was_sent_is_graded_and_its_news_is_due(store: Any) -> None:
    sent = submission(address=ADDRESS)
    assert store.add(sent) == sent.id
    claimed = claim(store)
    assert (claimed.submission, claimed.tries) == (sent, 1)
    assert store.claim("here", "here/2") is None
    assert store.due(10) == []
    assert store.finish(claimed, REPORT)
    [delivery] = store.due(10)
    assert (delivery.submission, delivery.report) == (sent, REPORT)
    assert store.due(10) == []
    store.delivered(delivery)
    [attempt] = attempts(sent.id)
    assert (attempt.state, attempt.delivery) == (AttemptState.GRADED, DeliveryState.DELIVERED)


def test_nobody_is_told_where_nobody_asked(store: Any) -> None:
    store.add(submission())
    store.finish(claim(store), REPORT)
    assert store.due(10) == []


def test_the_same_post_again_is_the_same_submission_until_it_is_graded(store: Any) -> None:
    first = submission()
    store.add(first, key="k")
    assert store.add(submission(), key="k") == first.id
    claimed = claim(store)
    assert store.add(submission(), key="k") == first.id
    store.finish(claimed, REPORT)
    later = submission()
    assert store.add(later, key="k") == later.id


def test_a_result_that_comes_too_late_is_refused(store: Any) -> None:
    sent = submission(address=ADDRESS)
    store.add(sent)
    lost = claim(store)
    [sign] = store.signs()
    assert store.abandon(sign)
    again = claim(store, "there")
    assert (again.attempt, again.tries) == (lost.attempt, 2)
    assert not store.finish(lost, {**REPORT, "outcome": "rejected"})
    store.fail(lost, "too late")
    store.release(lost)
    assert store.keep([lost, again]) == {lost.ticket}
    assert store.finish(again, REPORT)
    assert not store.finish(again, REPORT)
    assert len(store.due(10)) == 1


def test_a_sign_of_life_keeps_an_attempt(store: Any) -> None:
    store.add(submission())
    claimed = claim(store)
    [before] = store.signs()
    assert store.keep([claimed]) == set()
    assert not store.abandon(before)
    [after] = store.signs()
    assert after == replace(before, beats=1)
    assert not store.abandon(LifeSign(attempt=before.attempt, token=before.token + 1, beats=1))


def test_a_fault_of_ours_is_tried_again_later_and_at_last_is_an_error(store: Any) -> None:
    sent = submission(address=ADDRESS)
    store.add(sent)
    for pause in (5, 10):
        store.fail(claim(store), "The disk is full: {owner} %s.")
        assert store.claim("here", "here/1") is None
        elapse(pause)
    store.fail(claim(store), "The disk is full.")
    [attempt] = attempts(sent.id)
    assert (attempt.state, attempt.tries, attempt.fault) == (AttemptState.FAILED, 3, "The disk is full.")
    [delivery] = store.due(10)
    assert delivery.report is None


def test_what_was_released_has_not_been_tried(store: Any) -> None:
    sent = submission()
    store.add(sent)
    store.release(claim(store))
    assert claim(store).tries == 1


def test_a_clock_that_jumped_back_puts_nothing_off_for_long(store: Any) -> None:
    from gradewright.storage.tables.models import Attempt

    store.add(submission())
    Attempt.objects.update(not_before=datetime.now(UTC) + timedelta(days=400))
    assert claim(store)


class TestFairness:
    def order(self, store: Any, *, host: str = "here") -> list[tuple[str, str]]:
        """(course, uid) of everything that waits, graded one after the other."""
        served = []
        while found := store.claim(host, host):
            served.append((found.submission.course, found.submission.uid))
            store.finish(found, REPORT)
        return served

    def test_a_hundred_submissions_of_one_student_do_not_starve_another(self, store: Any) -> None:
        for _ in range(100):
            store.add(submission(uid="1"))
        store.add(submission(uid="2"))
        assert ("algorithms", "2") in self.order(store)[:2]

    def test_courses_take_turns_however_much_each_sends(self, store: Any) -> None:
        for number in range(6):
            store.add(submission(course="large", uid=str(number)))
        for number in range(2):
            store.add(submission(course="small", uid=str(number)))
        assert [course for course, _ in self.order(store)] == ["large", "small"] * 2 + ["large"] * 4

    def test_who_has_nothing_running_goes_first(self, store: Any) -> None:
        for uid in ("1", "1", "2", "2"):
            store.add(submission(uid=uid))
        assert [claim(store).submission.uid for _ in range(4)] == ["1", "2", "1", "2"]

    def test_one_student_is_served_in_order(self, store: Any) -> None:
        sent = [store.add(submission()) for _ in range(5)]
        assert [claim(store).submission.id for _ in range(5)] == sent

    def test_a_higher_priority_goes_before_everything(self, store: Any) -> None:
        store.add(submission(uid="1"))
        store.add(submission(uid="2"), priority=1)
        assert self.order(store) == [("algorithms", "2"), ("algorithms", "1")]


class TestExclusiveness:
    def test_it_waits_until_its_machine_is_idle_and_keeps_it_so(self, store: Any) -> None:
        store.add(submission(uid="1"))
        running = claim(store)
        store.add(submission(uid="2"), exclusive=True)
        store.add(submission(uid="3"))
        assert store.claim("here", "here/2") is None
        store.finish(running, REPORT)
        alone = claim(store)
        assert alone.submission.uid == "2"
        assert store.claim("here", "here/2") is None
        store.finish(alone, REPORT)
        assert claim(store).submission.uid == "3"

    def test_other_machines_go_on(self, store: Any) -> None:
        store.add(submission(uid="1"), exclusive=True)
        assert claim(store, "here")
        store.add(submission(uid="2"))
        assert store.claim("here", "here/2") is None
        assert claim(store, "there")


class TestStaff:
    def test_a_regrade_is_a_new_attempt_and_has_the_last_word(self, store: Any) -> None:
        from gradewright.storage import staff

        sent = submission(address=ADDRESS)
        store.add(sent)
        store.finish(claim(store), REPORT)
        second = staff.regrade(sent, exclusive=False)
        assert staff.regrade(sent, exclusive=False) == second
        store.finish(claim(store), {**REPORT, "outcome": "rejected"})
        [delivery] = store.due(10)
        assert (delivery.attempt, delivery.report["outcome"]) == (second, "rejected")
        assert [each.delivery for each in attempts(sent.id)] == [DeliveryState.SUPERSEDED, DeliveryState.PENDING]

    def test_news_that_may_be_on_its_way_arrives_before_that_of_a_regrade(self, store: Any) -> None:
        from gradewright.storage import staff

        sent = submission(address=ADDRESS)
        store.add(sent)
        store.finish(claim(store), REPORT)
        assert store.due(10)
        staff.regrade(sent, exclusive=False)
        store.finish(claim(store), REPORT)
        assert store.due(10) == []
        elapse(60)
        assert len(store.due(10)) == 1

    def test_what_waits_is_cancelled_at_once_and_what_runs_when_its_worker_hears(self, store: Any) -> None:
        from gradewright.storage import staff

        waiting, running = submission(uid="1", address=ADDRESS), submission(uid="2", address=ADDRESS)
        store.add(running)
        claimed = claim(store)
        store.add(waiting)
        assert staff.cancel(attempts(waiting.id)[0].id)
        assert staff.cancel(claimed.attempt)
        assert attempts(running.id)[0].state is AttemptState.RUNNING
        assert store.keep([claimed]) == {claimed.ticket}
        store.release(claimed)
        for each in (waiting, running):
            assert attempts(each.id)[0].state is AttemptState.CANCELLED
        assert [each.report for each in store.due(10)] == [None, None]
        assert not staff.cancel(claimed.attempt)

    def test_a_worker_that_died_over_a_cancelled_attempt_does_not_revive_it(self, store: Any) -> None:
        from gradewright.storage import staff

        sent = submission()
        store.add(sent)
        staff.cancel(claim(store).attempt)
        store.abandon(store.signs()[0])
        assert attempts(sent.id)[0].state is AttemptState.CANCELLED

    def test_old_submissions_are_forgotten_unless_something_is_outstanding(self, store: Any) -> None:
        from gradewright.storage import staff

        done, told, untold = submission("a"), submission("b", address=ADDRESS), submission("c", address=ADDRESS)
        for each in (done, told, untold, submission("d")):
            store.add(each)
        for _ in range(3):
            store.finish(claim(store), REPORT)
        store.delivered(store.due(1)[0])
        now = datetime.now(UTC)
        assert [id for id, _ in staff.old(now, 10)] == ["a", "b"]
        assert staff.old(now - timedelta(minutes=1), 10) == []
        staff.forget("a")
        assert store.get("a") is None
        assert attempts("a") == []


class TestDelivery:
    def due(self, store: Any) -> Any:
        [delivery] = store.due(10)
        return delivery

    def graded(self, store: Any) -> str:
        sent = submission(address=ADDRESS)
        store.add(sent)
        store.finish(claim(store), REPORT)
        return sent.id

    def test_it_is_offered_again_after_pauses_that_grow(self, store: Any) -> None:
        id = self.graded(store)
        for tries, pause in ((1, 5), (2, 10), (3, 20)):
            delivery = self.due(store)
            assert delivery.tries == tries
            store.undelivered(delivery, "status 500")
            assert store.due(10) == []
            elapse(pause)
        [attempt] = attempts(id)
        assert (attempt.delivery, attempt.delivery_fault) == (DeliveryState.PENDING, "status 500")

    def test_a_receiver_that_takes_long_can_be_passed_over(self, store: Any) -> None:
        self.graded(store)
        sent = submission(address="http://elsewhere:81/x")
        store.add(sent)
        store.finish(claim(store), REPORT)
        [delivery] = store.due(10, without=["127.0.0.1"])
        assert delivery.submission.reply_to.receiver == "elsewhere:81"
        assert len(store.due(10)) == 1

    def test_it_is_offered_again_if_who_took_it_was_killed(self, store: Any) -> None:
        self.graded(store)
        self.due(store)
        elapse(60)
        assert self.due(store).tries == 2

    def test_it_is_kept_for_staff_if_the_front_end_is_down_for_too_long(self, store: Any) -> None:
        from gradewright.storage import staff
        from gradewright.storage.tables.models import Delivery

        id = self.graded(store)
        Delivery.objects.update(created=datetime.now(UTC) - timedelta(hours=2), tries=9)
        store.undelivered(self.due(store), "no route")
        [attempt] = attempts(id)
        assert attempt.delivery is DeliveryState.FAILED
        assert [each.id for each in staff.attempts(undelivered=True)] == [attempt.id]
        elapse(1000)
        assert store.due(10) == []
        assert staff.deliver_again([attempt.id]) == 1
        assert self.due(store).tries == 1

    def test_a_clock_that_jumps_ahead_does_not_make_it_old(self, store: Any) -> None:
        from gradewright.storage.tables.models import Delivery

        id = self.graded(store)
        Delivery.objects.update(created=datetime.now(UTC) - timedelta(days=400))
        store.undelivered(self.due(store), "no route")
        assert attempts(id)[0].delivery is DeliveryState.PENDING


def test_a_database_that_is_gone_is_a_fault_of_ours(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from gradewright.errors import StoreError
    from gradewright.storage import claiming

    def gone(*arguments: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(claiming, "take", gone)
    with pytest.raises(StoreError, match="server closed the connection"):
        store.claim("here", "here/1")


def test_workers_live_as_long_as_they_are_seen(store: Any) -> None:
    from gradewright.storage import presence
    from gradewright.storage.tables.models import Worker

    for owner in ("a/1", "a/2", "b/1", "a/1"):
        store.present(owner)
    assert presence.living(20) == 3
    killed = Worker.objects.filter(owner="a/2")
    killed.update(seen=killed.get().seen - timedelta(seconds=30))
    assert (presence.living(20), presence.living(60)) == (2, 3)
    killed.update(seen=killed.get().seen - timedelta(days=2))
    store.absent("b/1")
    assert list(Worker.objects.values_list("owner", flat=True)) == ["a/1"]


def test_figures_tell_states_and_outcomes_apart(store: Any) -> None:
    from prometheus_client import CollectorRegistry

    from gradewright.storage import metrics

    for outcome in ("graded", "graded", "rejected", "grader-broken"):
        store.add(submission())
        store.finish(claim(store), {**REPORT, "outcome": outcome})
    store.add(submission())
    while failing := store.claim("here", "here/1"):
        store.fail(failing, "no room")
        elapse(10_000)
    store.add(submission())
    store.present("here/1")
    registry = CollectorRegistry()
    metrics.register(registry, lease_seconds=20)

    def figures(name: str, label: str) -> dict[str, float]:
        return {
            each.labels[label]: each.value
            for family in registry.collect()
            for each in family.samples
            if each.name == name
        }

    assert figures("gradewright_attempts", "state") == {"graded": 4, "failed": 1, "queued": 1}
    ended = {"graded": 2, "rejected": 1, "grader-broken": 1, "failed": 1}
    assert figures("gradewright_attempts_ended", "outcome") == ended
    assert registry.get_sample_value("gradewright_workers") == 1
