"""The command line as a whole: languages, exit codes, one line of error, quick help."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from loadzone import __version__
from loadzone.cli import main
from loadzone.cli.language import choose
from loadzone.cli.program import COMMANDS, program
from loadzone.cli.shape import Group, Option
from loadzone.i18n import LANGUAGES, has_text
from tests.conftest import Run, environment

ROOT = Path(__file__).parent.parent.parent


def commands(group: Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its whole name."""
    ctx = click.Context(group, obj="en")
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        yield " ".join((*path, name)), command
        if isinstance(command, Group):
            yield from commands(command, (*path, name))


ALL = dict(commands(program()))


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_option_is_told_in_every_language(name: str) -> None:
    command = ALL[name]
    keys = ["cli-" + name.replace(" ", "-")]
    keys += [each.told for each in command.params if isinstance(each, Option) and isinstance(each.told, str)]
    for lang in LANGUAGES:
        assert [key for key in keys if not has_text(lang, key)] == []


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_shows_its_help(name: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*name.split(), "--help", "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith({"en": "Usage: ", "ru": "Вызов: "}[lang] + "loadzone " + name)
    for option in ALL[name].params:
        assert option.opts[-1] in shown or isinstance(option, click.Argument)


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_option_stands_in_the_docs(name: str) -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert f"loadzone {name}" in page
    if name != "serve":  # its options are docs/settings.md
        options = [each.opts[0] for each in ALL[name].params if isinstance(each, click.Option)]
        assert [option for option in options if option not in page] == []


@pytest.mark.parametrize(
    ("arguments", "variables", "lang"),
    [
        ([], {}, "en"),
        ([], {"LANG": "ru_RU.UTF-8"}, "ru"),
        ([], {"LANG": "ru_RU.UTF-8", "LC_ALL": "de_DE.UTF-8"}, "en"),
        ([], {"LANG": "de_DE", "LC_MESSAGES": "ru"}, "ru"),
        ([], {"LANG": "ru_RU.UTF-8", "LOADZONE_LANG": "en"}, "en"),
        ([], {"LANG": "ru_RU.UTF-8", "LOADZONE_LANG": "auto"}, "ru"),
        (["list", "--lang", "ru"], {"LOADZONE_LANG": "en"}, "ru"),
        (["--lang=ru", "list"], {}, "ru"),
        (["list", "--", "--lang", "ru"], {}, "en"),
        (["list", "--lang"], {}, "en"),
    ],
)
def test_the_language_is_the_flag_s_else_the_variable_s_else_the_system_s(
    arguments: list[str], variables: dict[str, str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LOADZONE_LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert choose(arguments, variables) == lang


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nonsense", "no command nonsense"),
        ("user nonsense", "no command nonsense"),
        ("list --nonsense", "no option --nonsense"),
        ("book server-01", "--hours is missing"),
        ("book server-01 --hours four", "--hours must be a number"),
        ("book --hours 4", "VM is missing"),
        ("book a b --hours 4", "Too many arguments: b"),
        ("demo --vms -1", "--vms must be a whole number"),
        ("demo --held-until soon", "--held-until must be a date"),
        ("export history --format xml", "--format must be one of: csv, parquet, json"),
        ("check --out x.json", "--out goes with --repair"),
        ("user add a@example.com --password-stdin --no-password", "do not go together"),
        ("user add a@example.com", "--password-stdin"),
        ("import x.csv --data a --url b", "do not go together"),
        ("list --lang de", "--lang must be one of"),
        ("serve --port many", "--port: a number is needed"),
        ("list --url", "--url needs a value"),
    ],
)
def test_bad_usage_ends_with_2_and_one_line(line: str, told: str, loadzone: Run) -> None:
    done = loadzone(*line.split())
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.fullmatch(r"loadzone: [^\n]+\n", done.stderr)
    assert told in done.stderr


def test_bad_usage_is_told_in_russian_too(loadzone: Run) -> None:
    done = loadzone("book", "server-01", LOADZONE_LANG="ru")
    assert done.returncode == 2
    assert done.stderr == "loadzone: Не хватает --hours. Справка: loadzone book --help.\n"


def test_a_refusal_ends_with_1_and_one_line_in_the_reader_s_language(loadzone: Run) -> None:
    english, russian = loadzone("check"), loadzone("check", LANG="ru_RU.UTF-8")
    assert (english.returncode, russian.returncode) == (1, 1)
    assert english.stderr == "loadzone: There is no file data.json.\n"
    assert russian.stderr == "loadzone: Нет файла data.json.\n"
    assert english.stdout == russian.stdout == ""


def test_what_the_system_refuses_is_one_line_too(loadzone: Run, tmp_path: Path) -> None:
    done = loadzone("demo", "--vms", "1", "--out", tmp_path / "no" / "such" / "folder.json")
    assert done.returncode == 1
    assert re.fullmatch(r"loadzone: [^\n]+folder\.json[^\n]+\n", done.stderr)


def test_the_version_is_shown(loadzone: Run) -> None:
    assert loadzone("--version").stdout == f"{__version__}\n"


def test_no_command_at_all_shows_the_help_and_ends_with_2(loadzone: Run) -> None:
    done = loadzone()
    assert done.returncode == 2
    assert "Commands:" in done.stderr
    assert all(name in done.stderr for name in COMMANDS)


def test_help_loads_neither_settings_nor_pandas_nor_the_server() -> None:
    script = (
        "import sys; from loadzone.cli import main; main(['--help'])\n"
        "heavy = {'pandas', 'numpy', 'httpx', 'panel', 'bokeh', 'tornado', 'pydantic', 'argon2'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, env=environment())


def test_a_reader_who_has_had_enough_causes_no_complaint(loadzone: Run, tmp_path: Path) -> None:
    loadzone("demo", "--vms", "200", "--days", "60", "--out", "data.json")
    command = f"{sys.executable} -m loadzone export history | head -n 1"
    done = subprocess.run(
        command,
        shell=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(),
        check=True,
        timeout=60,
    )
    assert done.stdout.startswith("\ufeffuser,vm_id,")
    # A slow machine says how far it is; those lines end so.
    assert [line for line in done.stderr.splitlines() if not line.endswith("…")] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no file that is always full")
@pytest.mark.parametrize("words", [("export", "history"), ("settings",)])
def test_an_output_that_takes_no_more_is_one_line(words: tuple[str, ...], data_file: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "loadzone", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=data_file.parent,
            env=environment(),
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == ("loadzone: The output could not be written: No space left on device.")


def test_dashboard_py_is_loadzone_serve(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "dashboard.py"), "--auth", "open", "--host", "0.0.0.0"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=environment(), check=False, timeout=60
    )
    assert done.returncode == 1
    assert "--trust-network" in done.stderr


@pytest.mark.parametrize("arguments", [("--host", "0.0.0.0"), ("--host", "::"), ("--host", "zone.example.com")])
def test_open_mode_on_an_open_network_needs_a_word_of_trust(arguments: tuple[str, str], loadzone: Run) -> None:
    done = loadzone("serve", "--auth", "open", *arguments)
    assert done.returncode == 1
    assert re.fullmatch(r"loadzone: [^\n]+--trust-network[^\n]+\n", done.stderr)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("prot = 1", "loadzone.toml, prot"),
        ('port = "x"', "loadzone.toml, port"),
        ("port: 1", "loadzone.toml is not TOML"),
    ],
)
def test_a_wrong_settings_file_ends_with_2_and_one_line(
    text: str, told: str, loadzone: Run, tmp_path: Path
) -> None:
    (tmp_path / "loadzone.toml").write_text(text, encoding="utf-8")
    done = loadzone("serve")
    assert done.returncode == 2
    assert re.fullmatch(r"loadzone: [^\n]+\n", done.stderr)
    assert told in done.stderr
