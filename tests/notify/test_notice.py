"""What a message says: bounded, plain, and the same however often it is told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from greenlight.errors import InvalidInput
from greenlight.notify.notice import Notice, check_id, notice_id, one_line, unmarked
from greenlight.notify.signing import new_secret, signed_headers

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def notice(**fields: object) -> Notice:
    given = {
        "at": AT,
        "id": notice_id("lamp-1", "held", "x"),
        "event": "held",
        "summary": "1 take waits (1 clip)",
        "production": "lamp-1",
        "show": "lamp",
        "title": "Lamp <!channel>",
        "simulated": True,
        "waiting": 1,
        "ceiling_usd": Decimal("0.5392"),
        "reason": "[click](http://evil.example) @here <b>",
        "link": "http://127.0.0.1:4700/runs/flow-run/1",
    }
    return Notice.model_validate({**given, **fields})


def test_text_from_outside_is_one_plain_line() -> None:
    said = one_line("a\u202eb\u2066c\x1b[31m\r\nd\u200be\u2028f\tg")
    assert said == "abc[31m de f g"
    assert len(one_line("x" * 1_000_000)) == 200
    assert one_line("ä" * 300, 10) == "äääääääää…"


def test_the_body_is_the_same_bytes_each_time_and_says_what_is_needed() -> None:
    body = notice().body()
    assert body == notice().body()
    said = json.loads(body)
    assert said["type"] == "greenlight.held"
    assert said["timestamp"] == AT.isoformat()
    data = said["data"]
    assert (data["production"], data["show"], data["waiting"]) == ("lamp-1", "lamp", 1)
    assert data["ceiling_usd"] == "0.5392"
    assert data["simulated"] is True
    assert data["link"].startswith("http://127.0.0.1:4700/")


def test_a_chat_gets_no_markup_mention_or_link_from_outside_and_no_title() -> None:
    text = notice(who="Ada <@U1>").text
    assert "Lamp" not in text
    assert "by: Ada U1" in text
    assert "why: clickhttp: //evil.example here b" in text
    assert "money: simulated" in text
    assert not set("<>[]@") & set(text)
    assert "real" in notice(simulated=False).text
    assert unmarked("*a* `b`") == "a b"


def test_the_same_thing_has_the_same_id_and_another_has_another() -> None:
    ids = [
        notice_id("a", "held", "1"),
        notice_id("a", "failed", "1"),
        notice_id("b", "held", "1"),
        notice_id("a", "held", "2"),
    ]
    assert len(set(ids)) == 4
    assert ids[0] == notice_id("a", "held", "1")
    assert check_id(ids[0]) == ids[0]


@pytest.mark.parametrize("text", ["", "msg_1", "../../x", "msg_" + "g" * 32, "msg_" + "0" * 33])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is not a message id"):
        check_id(text)


def test_the_signature_is_that_of_the_specification() -> None:
    # The example that the specification's own libraries are tested with.
    headers = signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_body_of_any_script_is_signed_as_the_bytes_that_are_sent() -> None:
    secret, body = new_secret(), notice(title="灯台 🎬").body()
    headers = signed_headers(secret, "msg_1", AT, body)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"msg_1.{int(AT.timestamp())}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    assert len(key) == 32
    assert new_secret() != secret
