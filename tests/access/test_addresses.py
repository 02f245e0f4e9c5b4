"""What may be an address, and which machines may be reached."""

from __future__ import annotations

import ipaddress

import pytest

from greenlight.access.addresses import Place, check_url, is_loopback, is_public, look_up, shown
from greenlight.errors import InvalidInput, Refused, ServiceUnavailable
from greenlight.notify.subscribers import check_block


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://example.com/hook?x=1", Place("https", "example.com", 443)),
        ("http://example.com:8080", Place("http", "example.com", 8080)),
        ("https://[2001:db8::1]:9/x", Place("https", "2001:db8::1", 9)),
    ],
)
def test_an_address_is_taken_apart(url: str, place: Place) -> None:
    assert check_url(url) == place


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://example.com/x", "supported: http, https"),
        ("file:///etc/passwd", "supported: http, https"),
        ("javascript://alert(1)", "supported: http, https"),
        ("https://ada:secret@example.com/", "no user name or password"),
        ("https://@example.com/", "no user name or password"),
        ("https:///path", "names no machine"),
        ("https://example.com:99999/", "cannot be read"),
        ("https://example.com:0/", "port 0"),
        ("https://example.com/a b", "no blanks"),
        ("https://example.com/\r\nx: y", "no blanks"),
        ("https://exämple.com/", "ASCII"),
        (f"https://example.com/{'x' * 1000}", "1000 characters"),
        ("https://[::1/", "cannot be read"),
        ("", "1 to 1000"),
    ],
)
def test_what_cannot_be_an_address_is_refused_with_what_is_allowed(url: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_url(url)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["slack", "slack/", "Slack/x", "../x", "a/b/c", "slack/x y"])
def test_what_is_no_block_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="slack-webhook/dailies"):
        check_block(name)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.3.4", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d70e", True),
        ("2002:7f00:1::", False),
        ("2002:0a00:0001::", False),
        ("2002:5db8:d70e::", True),
        ("192.0.0.1", False),
        ("192.0.0.9", False),
        ("192.0.0.170", False),
        ("192.0.0.192", False),
        ("192.0.1.1", True),
        ("192.0.2.1", False),
        ("192.88.99.1", False),
        ("192.88.98.1", True),
        ("198.18.0.1", False),
        ("198.19.255.255", False),
        ("198.51.100.7", False),
        ("203.0.113.7", False),
        ("100.63.255.255", True),
        ("100.127.255.255", False),
        ("172.32.0.1", True),
        ("239.1.2.3", False),
        ("240.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("::ffff:0:93.184.215.14", False),
        ("::7f00:1", False),
        ("::5db8:d70e", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::1", False),
        ("64:ff9b:1::5db8:d70e", False),
        ("100::1", False),
        ("2001::1", False),
        ("2001:0:53aa:64c:0:7d2e:5c1d:28f1", False),
        ("2001:2::1", False),
        ("2001:10::1", False),
        ("2001:20::1", False),
        ("2001:db8::1", False),
        ("2001:200::1", True),
        ("3fff::1", False),
        ("5f00::1", False),
        ("fec0::1", False),
        ("fdff::1", False),
        ("febf::1", False),
        ("ff0e::1", False),
        ("4000::1", False),
    ],
)
def test_only_addresses_of_the_open_internet_are_public(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "::1"])
def test_a_private_machine_is_refused_however_it_is_written(host: str) -> None:
    place = Place("http", host, 80)
    with pytest.raises(Refused, match=r"not a public address \(add it\)"):
        look_up(place, private=False, hint="add it")
    allowed = look_up(place, private=True)
    assert all(ipaddress.ip_address(a).is_loopback for a in allowed)
    assert allowed


def test_a_name_that_is_not_found_may_be_found_later() -> None:
    with pytest.raises(ServiceUnavailable, match=r"nowhere\.invalid"):
        look_up(Place("http", "nowhere.invalid", 80), private=False)


def test_what_follows_the_host_is_not_shown() -> None:
    assert shown("https://hooks.example.com/T0/B0/token?key=x") == "https://hooks.example.com/…"
    assert shown("http://[::1]:8080") == "http://[::1]:8080/"


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("127.9.9.9", True), ("::1", True), ("localhost.example", False)],
)
def test_this_machine_is_known_as_it_is_written(host: str, here: bool) -> None:
    assert is_loopback(host) is here
