"""Settings: where they come from, and what is said of wrong ones."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.config import (
    SettingError,
    Settings,
    choices,
    default_text,
    fields,
    in_force,
    load,
    settings_page,
    variable,
)
from loadzone.domain.errors import LoadZoneError
from loadzone.i18n import LANGUAGES, has_text
from loadzone.setting_types import length_text
from loadzone.zones import settings as client_settings

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty directory, with no variables of ours."""
    monkeypatch.chdir(tmp_path)
    for name, _ in fields():
        monkeypatch.delenv(variable(name), raising=False)


def write_file(text: str) -> None:
    Path("loadzone.toml").write_text(text, encoding="utf-8")


def wrong(flags: dict[str, Any] | None = None) -> SettingError:
    with pytest.raises(SettingError) as caught:
        load(flags)
    return caught.value


def test_a_flag_goes_over_the_environment_which_goes_over_the_file_which_goes_over_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert load().port == 5000
    write_file("port = 5001\n")
    assert load().port == 5001
    monkeypatch.setenv("LOADZONE_PORT", "5002")
    assert load().port == 5002
    assert load({"port": "5003"}).port == 5003


def test_the_defaults_are_those_of_the_design() -> None:
    settings = load()
    assert (settings.data, settings.host, settings.port) == (Path("data.json"), "127.0.0.1", 5000)
    assert (settings.auth, settings.trust_network, settings.registration) == ("password", False, "closed")
    policy = settings.policy()
    assert (policy.max_hours, policy.max_total_hours) == (168, 720)
    assert policy.warn_before == (timedelta(hours=1), timedelta(minutes=10))


def test_lists_and_lengths_are_read_from_flags_variables_and_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write_file('warn_before = ["2h", "90s"]\nallowed_origins = ["https://a.example.com"]\n')
    assert load().warn_before == (timedelta(hours=2), timedelta(seconds=90))
    assert load().allowed_origins == ("https://a.example.com",)
    monkeypatch.setenv("LOADZONE_WARN_BEFORE", "1d, 0.5h")
    assert load().warn_before == (timedelta(days=1), timedelta(minutes=30))
    flags = {"registration": "domain", "registration_domains": "a.example.com,b.example.com"}
    assert load(flags).registration_domains == ("a.example.com", "b.example.com")


@pytest.mark.parametrize(
    ("flag", "value", "code"),
    [
        ("port", "http", "setting_not_number"),
        ("port", "70000", "setting_out_of_range"),
        ("max_hours", "0", "setting_out_of_range"),
        ("max_hours", "nan", "setting_not_number"),
        ("auth", "oidc", "setting_not_choice"),
        ("assume_tz", "Mars/Olympus", "setting_not_zone"),
        ("warn_before", "soon", "setting_not_length"),
        ("session_idle", "0d", "setting_out_of_range"),
        ("public_read", "perhaps", "setting_not_yes_or_no"),
        ("max_hours", "1e300", "setting_out_of_range"),
        ("max_total_hours", "876001", "setting_out_of_range"),
        ("session_idle", "99999999999999d", "setting_out_of_range"),
        ("warn_before", "1h,36501d", "setting_out_of_range"),
        ("registration_domains", "example.com,*.example.com", "setting_not_domain"),
        ("registration_domains", "https://example.com", "setting_not_domain"),
        ("registration_domains", "ann@example.com", "setting_not_domain"),
        ("trusted_proxies", "proxy.example.com", "setting_not_network"),
        ("trusted_proxies", "10.0.0.1,10.0.0.0/33", "setting_not_network"),
        ("metrics_from", "all", "setting_not_network"),
        ("public_url", "example.com", "setting_not_url"),
        ("public_url", "ftp://example.com", "setting_not_url"),
        ("public_url", "http://example.com/loadzone", "setting_url_path"),
        ("public_url", "http://example.com/loadzone/?a=b", "setting_url_path"),
        ("public_url", "http://example.com?a=b", "setting_url_extra"),
        ("public_url", "http://example.com/?a=b", "setting_url_path"),
        ("public_url", "http://example.com#top", "setting_url_extra"),
        ("public_url", "http://ann:secret@example.com", "setting_url_extra"),
        ("public_url", "http://example.com:70000", "setting_url_host"),
        ("public_url", "http://example.com:0", "setting_url_host"),
        ("public_url", "http://", "setting_url_host"),
        ("public_url", "http://[::1", "setting_url_host"),
        ("public_url", "http://two words", "setting_url_host"),
        ("allowed_origins", "https://a.example.com,https://*.example.com", "setting_url_host"),
        ("allowed_origins", "https://a.example.com/portal", "setting_url_path"),
        ("allowed_origins", "*", "setting_not_url"),
    ],
)
def test_a_wrong_flag_is_named_with_what_is_wrong(flag: str, value: str, code: str) -> None:
    error = wrong({flag: value})
    assert error.code == code
    assert error.data["place"] == "--" + flag.replace("_", "-")


@pytest.mark.parametrize(
    "url",
    [
        "http://lab.example:8080",
        "HTTPS://Lab.Example/",
        "http://[::1]:5000",
        "http://лаб.example",
        "http://10.0.0.1",
    ],
)
def test_an_origin_is_kept_as_it_was_given_without_its_last_slash(url: str) -> None:
    settings = load({"public_url": url, "allowed_origins": url})
    assert settings.public_url == url.rstrip("/").replace("HTTPS", "https")
    assert settings.allowed_origins == (settings.public_url,)


def test_networks_are_read_from_flags_and_the_file() -> None:
    write_file('trusted_proxies = ["127.0.0.1", "2001:db8::/32"]\n')
    told = {name: value for name, value, _ in in_force(load({"metrics_from": "10.1.2.3/16"}))}
    assert told["trusted_proxies"] == "127.0.0.1/32,2001:db8::/32"
    assert told["metrics_from"] == "10.1.0.0/16"
    assert load({"use_xheaders": True}).proxies()[-2:] == load().metrics_from
    write_file("trusted_proxies = [1]\n")
    assert wrong().code == "setting_not_network"


def test_a_wrong_variable_and_a_wrong_line_of_the_file_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    write_file('max_hours = "many"\n')
    assert wrong().data["place"] == "loadzone.toml, max_hours"
    monkeypatch.setenv("LOADZONE_MAX_HOURS", "most")
    assert wrong().data["place"] == "LOADZONE_MAX_HOURS"


def test_an_unknown_key_of_the_file_is_refused_with_the_one_that_was_meant() -> None:
    write_file("prot = 1\n")
    error = wrong()
    assert (error.code, error.data["near"]) == ("setting_unknown_near", "port")
    write_file("zzz = 1\n")
    assert wrong().code == "setting_unknown"


def test_a_file_that_is_not_toml_is_refused() -> None:
    write_file("port: 1\n")
    assert wrong().code == "setting_file_malformed"


def test_a_file_with_a_byte_order_mark_is_read_and_another_encoding_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the server's settings and by the client's alike."""
    text = 'port = 1234\r\n\r\n[client]\r\nurl = "http://localhost:1234"\r\n# тест\r\n'
    monkeypatch.delenv("LOADZONE_URL", raising=False)
    Path("loadzone.toml").write_bytes(text.encode("utf-8-sig"))
    assert load({}).port == 1234
    assert client_settings.target() == "http://localhost:1234"
    wrongs = (("utf-16", "setting_file_utf16", 1), ("utf-16-le", "setting_file_utf16", 1))
    for encoding, code, line in (*wrongs, ("cp1251", "setting_file_not_utf8", 5)):
        Path("loadzone.toml").write_bytes(text.encode(encoding))
        for read in (load, client_settings.target):
            with pytest.raises(LoadZoneError) as refused:
                read()
            assert (refused.value.code, refused.value.data["place"]) == (code, f"loadzone.toml:{line}")


def test_registration_by_domain_needs_domains() -> None:
    assert wrong({"registration": "domain"}).code == "setting_domains_needed"


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
    ],
)
def test_loopback_is_what_only_this_machine_reaches(host: str, loopback: bool) -> None:
    assert load({"host": host}).loopback() is loopback


@pytest.mark.parametrize("name", [name for name, _ in fields()])
def test_every_setting_is_told_in_every_language(name: str) -> None:
    for lang in LANGUAGES:
        assert has_text(lang, f"setting-{name.replace('_', '-')}")


@pytest.mark.parametrize("name", [name for name, _ in fields()])
def test_every_default_can_be_written_as_a_variable(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable(name), default_text(name))
    assert getattr(load(), name) == Settings.model_fields[name].default


@given(st.integers(1, 10**8))
def test_a_length_that_is_written_is_read_as_the_same(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert load({"session_idle": length_text(length)}).session_idle == length


def test_the_page_of_settings_in_the_docs_is_the_one_made_from_the_table() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page("en")


def test_choices_are_those_of_the_type() -> None:
    assert choices("auth") == ("password", "open")
    assert choices("port") == ()


def test_each_setting_in_force_says_where_it_was_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loadzone.toml").write_text("port = 5001\nmax_hours = 24\n")
    monkeypatch.setenv("LOADZONE_MAX_HOURS", "48")
    told = {name: (value, origin) for name, value, origin in in_force(load({"host": "::1"}))}
    assert told["host"] == ("::1", "--host")
    assert told["max_hours"] == ("48", "LOADZONE_MAX_HOURS")
    assert told["port"] == ("5001", "loadzone.toml, port")
    assert told["lang"] == ("auto", "")
    assert set(told) == set(Settings.model_fields)
