"""Who may subscribe, and the notice that is sent to try a subscriber."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from greenlight.desk.notify import Telling, Wanted
from greenlight.errors import Forbidden
from greenlight.notify.places import pending_key
from greenlight.notify.writing import trial_notice
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore
from tests.e2e.people import ADA


@pytest.fixture
def telling(profile: Profile) -> Iterator[Telling]:
    telling = Telling(profile)
    yield telling
    for subscriber in telling.subscribers():
        telling.remove(subscriber.id, ADA)


def test_a_test_waits_for_nobody(telling: Telling, objects: ObjectStore, profile: Profile) -> None:
    one = telling.add(Wanted("http://127.0.0.1:9/"), ADA)
    delivery = telling.test(one.id, ADA)
    assert (delivery.state, delivery.tries) == ("again", 1)
    assert not objects.exists(pending_key(delivery.message))
    assert trial_notice(profile, one.id).id != delivery.message


def test_who_may_not_give_access_tells_nobody(telling: Telling) -> None:
    reviewer = ADA._replace(rights=frozenset({"look", "decide"}))
    before = telling.subscribers()
    with pytest.raises(Forbidden, match="may not give and take access"):
        telling.add(Wanted("https://example.com/"), reviewer)
    limited = ADA._replace(show="lamp")
    with pytest.raises(Forbidden, match="show lamp only"):
        telling.add(Wanted("http://127.0.0.1:9/"), limited)
    assert telling.subscribers() == before
