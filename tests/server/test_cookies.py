"""Two LoadZones on one host do not share cookies, and a session of an older release goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from loadzone.cookies import DEVICE, LANGUAGE, SESSION, THEME, Cookies
from tests.server.conftest import Process, Serve

ANN, BOB = "ann@example.com", "bob@example.com"


@contextmanager
def browser(old_session: str | None = None) -> Iterator[httpx.Client]:
    """Give a client with one jar for all ports, as a browser has it, and in it perhaps an older session."""
    with httpx.Client(trust_env=False, timeout=60) as client:
        if old_session is not None:
            client.cookies.set(SESSION, old_session, domain="127.0.0.1")
        yield client


def log_in(client: httpx.Client, server: Process, email: str) -> httpx.Response:
    return client.post(f"{server.url}/auth", json={"email": email}).raise_for_status()


def who(client: httpx.Client, server: Process) -> str | None:
    found: str | None = client.get(f"{server.url}/me").json()["email"]
    return found


def test_two_servers_on_one_host_do_not_log_each_other_out(serve: Serve, path: Path) -> None:
    one, other = serve().start(), serve(at=path.parent / "other.json").start()
    with browser() as client:
        log_in(client, one, ANN)
        log_in(client, other, BOB)
        assert (who(client, one), who(client, other)) == (ANN, BOB)
        client.post(f"{one.url}/logout", json={}).raise_for_status()
        assert (who(client, one), who(client, other)) == (None, BOB)


def test_a_session_of_an_older_release_goes_on_and_its_cookie_is_renamed_once(serve: Serve) -> None:
    server = serve().start()
    with browser() as client:
        name, secret = next(iter(log_in(client, server, ANN).cookies.items()))
    assert name == f"{SESSION}_{server.url.rpartition(':')[2]}"
    with browser(secret) as client:
        assert who(client, server) == ANN
        assert dict(client.cookies) == {name: secret}
        assert who(client, server) == ANN
        assert "Set-Cookie" not in client.get(f"{server.url}/me").headers
    with browser(secret) as client:
        client.post(f"{server.url}/logout", json={}).raise_for_status()
        assert dict(client.cookies) == {}
    with browser(secret) as client:
        assert who(client, server) is None
        # It may belong to a LoadZone of an older release on another port.
        assert dict(client.cookies) == {SESSION: secret}


def test_the_port_of_the_public_address_counts(serve: Serve) -> None:
    for url, port in (("https://lab.example", 443), ("http://lab.example:8080", 8080)):
        server = serve("--auth", "open", "--public-url", url).start()
        server.url = server.told(2)[1].split()[-1]
        with browser() as client:
            answer = log_in(client, server, ANN)
            assert f"{SESSION}_{port}=" in answer.headers["Set-Cookie"]
            described = client.get(f"{server.url}/openapi.json").json()
        assert described["components"]["securitySchemes"]["session"]["name"] == f"{SESSION}_{port}"
        server.terminate()


def test_a_cookie_is_read_by_its_own_name_first() -> None:
    cookies, plain = Cookies(5000), Cookies()
    for cookie in (SESSION, DEVICE, LANGUAGE, THEME):
        assert cookies.name(cookie) == f"{cookie}_5000"
        assert cookies.read(f"a=b; {cookie}=old; {cookie}_5000=new", cookie) == "new"
        assert cookies.read(f'{cookie}="old"; {cookie}_5001=other', cookie) == "old"
        assert cookies.read(f"{cookie}_5001=other; x{cookie}_5000=no", cookie) is None
        assert plain.read(f"{cookie}_5000=new; {cookie}=own", cookie) == "own"


def test_a_page_is_in_the_language_that_was_chosen_at_its_own_port(serve: Serve) -> None:
    server = serve().start()
    suffix = f"_{server.url.rpartition(':')[2]}"

    def page(**cookies: str) -> str:
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return httpx.get(f"{server.url}/login", headers={"Cookie": header}, trust_env=False).text

    assert f'<html lang="ru" data-theme="light" data-cookies="{suffix}">' in page(**{LANGUAGE + suffix: "ru"})
    assert '<html lang="en"' in page(**{f"{LANGUAGE}_1": "ru"})
    assert '<html lang="en"' in page(**{LANGUAGE: "ru", LANGUAGE + suffix: "en"})
    assert '<html lang="ru"' in page(**{LANGUAGE: "ru"})
