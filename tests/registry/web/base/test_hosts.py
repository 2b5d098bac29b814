"""Only our own names are answered to, and links never come from the request."""

from __future__ import annotations

import pytest

from registry.organisation.actions import change_institution

STRANGE = [
    "evil.example",
    "localhost.evil.example",
    "evil.example:80",
    "localhost@evil.example",
    "evil.example/localhost",
    "localhost,evil.example",
    "localhost evil.example",
    "127.0.0.1.evil.example",
    "[::2]",
    "localhost\\.evil.example",
    "zc.example.",
    "",
]


@pytest.mark.parametrize("host", STRANGE)
def test_a_strange_host_is_refused(host, client):
    answer = client.get("/sign-in", headers={"Host": host})
    if host == "":
        assert answer.status_code in {200, 400}
        return
    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "localhost:8000", "127.0.0.1"]
)
def test_our_names_are_answered(host, client):
    assert client.get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["zc.school.edu.cn", "ZC.School.edu.cn:443", "10.0.0.5"]
)
def test_the_public_and_the_trusted_names_are_answered(host, make_app):
    app = make_app(
        public_url="https://zc.school.edu.cn", trusted_hosts="10.0.0.5, zichan"
    )
    browser = app.test_client()
    assert browser.get("/sign-in", headers={"Host": host}).status_code == 200
    assert browser.get("/sign-in", headers={"Host": "zc"}).status_code == 400


def test_the_hosts_on_labels_are_answered_once_they_are_set(
    make_app, institution, system
):
    browser = make_app().test_client()
    asked = {"Host": "labels.school.edu.cn"}
    assert browser.get("/sign-in", headers=asked).status_code == 400
    change_institution(
        system, institution.version, label_url="https://labels.school.edu.cn"
    )
    browser.application.extensions["registry_houses"]._at = float("-inf")
    assert browser.get("/sign-in", headers=asked).status_code == 200


@pytest.mark.parametrize("proxies", [0, 1])
def test_forwarded_names_are_never_believed(proxies, make_app):
    browser = make_app(proxies=proxies).test_client()
    forged = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "1",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "host=evil.example",
    }
    answer = browser.get("/me", headers=forged)
    assert answer.headers["Location"] == "/sign-in?next=/me"
    assert "evil" not in browser.get("/sign-in", headers=forged).text


def test_an_address_counts_only_through_as_many_proxies_as_there_are(make_app, clock):
    """Rotating headers do not make one browser into many."""

    def statuses(address="10.9.0.{}", **settings):
        browser = make_app(**settings).test_client()
        found = []
        for number in range(14):
            rotating = {
                "X-Forwarded-For": address.format(number),
                "X-Real-IP": address.format(number),
            }
            wrong = {"name": "nobody", "password": "no"}
            answer = browser.submit("/sign-in", wrong, headers=rotating)
            found.append(answer.status_code)
        return found

    from tests.factories.organisation import make_institution

    with make_app().app_context():
        make_institution()
    assert statuses() == [401] * 10 + [429] * 4
    clock.shift(3600)
    assert statuses(proxies=1) == [401] * 14
    # nor do the addresses of one connection, of which IPv6 gives it more than enough
    for one in ("2001:db8:1:2::{}", "2001:db8:1:2:{}::7", "::ffff:10.9.1.7"):
        clock.shift(3600)
        assert statuses(one, proxies=1) == [401] * 10 + [429] * 4
    clock.shift(3600)
    assert statuses("2001:db8:1:{}::7", proxies=1) == [401] * 14
