"""The settings: one table. Flags over `LOADZONE_…` environment over `loadzone.toml` over defaults.

What a setting means stands in the language files as `setting-<name with dashes>`.
"""

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import Field, PrivateAttr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from loadzone.domain.errors import LoadZoneError
from loadzone.domain.model import Policy
from loadzone.domain.texts import NotUTF8, decoded
from loadzone.i18n import translate
from loadzone.setting_types import (
    DAYS_MAX,
    HOURS_MAX,
    LOOPBACK,
    Domains,
    Every,
    Length,
    Lengths,
    Networks,
    Url,
    Urls,
    Zone,
    length_text,
)
from loadzone.zones.settings import FILE, TABLE, checked

PREFIX: Final = "LOADZONE_"


class SettingError(LoadZoneError):
    """A setting is wrong; `place` names it and where it was set."""

    kind = "setting"


class Settings(BaseSettings):
    """All settings of the server, with their types and defaults."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    data: Path = Path("data.json")
    host: str = "127.0.0.1"
    port: int = Field(5000, ge=0, le=65535)
    auth: Literal["password", "open"] = "password"
    trust_network: bool = False
    lang: Literal["ru", "en", "auto"] = "auto"
    assume_tz: Zone = "UTC"
    max_hours: float = Field(168, gt=0, le=HOURS_MAX, allow_inf_nan=False)
    max_total_hours: float = Field(720, gt=0, le=HOURS_MAX, allow_inf_nan=False)
    warn_before: Lengths = (
        timedelta(hours=1),
        timedelta(minutes=10),
    )
    public_read: bool = False
    registration: Literal["closed", "domain", "invite"] = "closed"
    registration_domains: Domains = ()
    session_idle: Length = timedelta(days=7)
    session_absolute: Length = timedelta(days=30)
    audit_days: int = Field(400, ge=1, le=DAYS_MAX)
    allowed_origins: Urls = ()
    public_url: Url | None = None
    use_xheaders: bool = False
    trusted_proxies: Networks = ()
    metrics_from: Networks = LOOPBACK
    connections_per_address: int = Field(4000, ge=1)
    report_every: Every | None = None
    report_folder: Path = Path("reports")
    report_tz: Zone = "UTC"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    _flags: tuple[str, ...] = PrivateAttr(())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: flags, environment, `loadzone.toml` in the working directory."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, InitSettingsSource(settings_cls, read_file(Path(FILE)))

    def policy(self) -> Policy:
        """Return the limits that the rules obey."""
        return Policy(max_hours=self.max_hours, max_total_hours=self.max_total_hours, warn_before=self.warn_before)

    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Return the networks of the proxies that are trusted."""
        return (*self.trusted_proxies, *(LOOPBACK if self.use_xheaders else ()))

    def loopback(self) -> bool:
        """Tell whether only this machine can reach `host`."""
        try:
            return ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host == "localhost"


def load(flags: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings, `flags` being what the command line says.

    Raises SettingError for a value that is wrong or a key in the file that is no setting; the error says
    which and where it was set.
    """
    given = dict(flags or {})
    try:
        settings = Settings(**given)
    except ValidationError as wrong:
        raise _setting_error(wrong, given) from None
    if settings.registration == "domain" and not settings.registration_domains:
        raise SettingError("setting_domains_needed", place=_place("registration", given))
    settings._flags = tuple(given)  # noqa: SLF001  # its own module
    return settings


def read_file(path: Path) -> dict[str, Any]:
    """Return what the settings file says, nothing when there is none; raises SettingError."""
    try:
        read = tomllib.loads(decoded(path.read_bytes()))
    except FileNotFoundError:
        return {}
    except OSError as problem:
        raise SettingError("setting_file_unreadable", place=str(path), detail=problem.strerror or "") from None
    except NotUTF8 as problem:
        code = "setting_file_utf16" if problem.utf16 else "setting_file_not_utf8"
        raise SettingError(code, place=f"{path}:{problem.line}") from None
    except ValueError as problem:
        raise SettingError("setting_file_malformed", place=str(path), detail=str(problem)) from None
    checked(read.pop(TABLE, {}), path)
    for key in read:
        if key not in Settings.model_fields:
            near = difflib.get_close_matches(key, Settings.model_fields, n=1)
            code = "setting_unknown_near" if near else "setting_unknown"
            raise SettingError(code, place=f"{path}, {key}", near=", ".join(near))
    return read


def flag(name: str) -> str:
    """Return the command line's flag for a setting."""
    return "--" + name.replace("_", "-")


def variable(name: str) -> str:
    """Return the environment variable for a setting."""
    return PREFIX + name.upper()


def choices(name: str) -> tuple[str, ...]:
    """Return the words that a setting may be; empty when it is not a choice of words."""
    annotation = Settings.model_fields[name].annotation
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def default_text(name: str) -> str:
    """Return a setting's default as a person would write it; empty when there is none."""
    return _written(Settings.model_fields[name].default)


def fields() -> Iterator[tuple[str, FieldInfo]]:
    """Yield all settings by name, in the order of the table."""
    yield from Settings.model_fields.items()


def hint(name: str, lang: str, *marks: str) -> str:
    """Return what a setting means, with its variable and default behind it."""
    told = [mark for mark in marks if mark]
    return translate(lang, f"setting-{name.replace('_', '-')}") + (f" [{'; '.join(told)}]" if told else "")


def settings_page(lang: str) -> str:
    """Return the table of settings as a page of Markdown: `docs/settings.md`."""
    rows = [translate(lang, f"settings-page-{part}") for part in ("title", "order", "file", "columns")]
    lines = ["# " + rows[0], "", rows[1], "", rows[2], "", rows[3], "| --- | --- | --- | --- | --- |"]
    for name, _ in fields():
        default = default_text(name)
        told = hint(name, lang).replace("|", "\\|")
        words = ", ".join(f"`{word}`" for word in choices(name))
        meaning = f"{told} ({words})" if words else told
        lines.append(
            f"| `{name}` | `{flag(name)}` | `{variable(name)}` | {default and f'`{default}`'} | {meaning} |"
        )
    return "\n".join([*lines, "", translate(lang, "settings-page-client"), ""])


def in_force(settings: Settings) -> list[tuple[str, str, str]]:
    """Return each setting with its value as a person would write it and where it was set; empty: the default."""
    flags = dict.fromkeys(settings._flags)  # noqa: SLF001  # its own module
    return [
        (name, _written(getattr(settings, name)), _place(name, flags) if name in settings.model_fields_set else "")
        for name, _ in fields()
    ]


def origin(settings: Settings, name: str) -> str:
    """Return where a setting was set, as errors name it; its own name where it is the default."""
    return next((place for each, _, place in in_force(settings) if each == name), "") or name


def _written(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case timedelta():
            return length_text(value)
        case tuple():
            return ",".join(map(_written, value))
        case _:
            return str(value)


def _place(name: str, flags: Mapping[str, Any]) -> str:
    """Say where the value of a setting came from."""
    if name in flags:
        return flag(name)
    known = {key.upper(): key for key in os.environ}
    if os.environ.get(known.get(variable(name), "")):
        return variable(name)
    return f"{FILE}, {name}"


_NUMBERS = {"int_parsing", "int_type", "int_from_float", "float_parsing", "float_type", "finite_number"}
_LIMITS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}


def _setting_error(wrong: ValidationError, flags: Mapping[str, Any]) -> SettingError:
    """Return the first of the problems as ours."""
    problem = wrong.errors(include_url=False)[0]
    name, value = str(problem["loc"][0]), problem["input"]
    place, kind = _place(name, flags), problem["type"]
    if kind in _NUMBERS:
        code = "setting_not_number"
    elif kind in _LIMITS:
        code = "setting_out_of_range"
    elif kind.startswith("bool"):
        code = "setting_not_yes_or_no"
    elif kind in {"domain", "every", "length", "network", "zone", "url"}:
        code = f"setting_not_{kind}"
    elif kind.startswith("url_"):
        code = f"setting_{kind}"
    elif kind == "literal_error":
        return SettingError("setting_not_choice", place=place, value=str(value), choices=", ".join(choices(name)))
    else:
        code = "setting_wrong"
    return SettingError(code, place=place, value=_written(value))
