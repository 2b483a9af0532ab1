"""Commands and options whose help is in the reader's language: their texts are keys of the language files."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import click

from loadzone import __version__
from loadzone.cli.language import say
from loadzone.cli.usage import UsageProblem
from loadzone.i18n import has_text

Handler = Callable[..., int | None]


class Option(click.Option):
    """An option; `told` is the key of its help, or gives the help."""

    def __init__(self, *names: Any, told: str | Callable[[], str], **attributes: Any) -> None:
        super().__init__(*names, **attributes)
        self.told = told

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the names and the help."""
        record = super().get_help_record(ctx)
        if record is None:
            return None
        return record[0], say(self.told) if isinstance(self.told, str) else self.told()


def _lang_option() -> Option:
    # Its value is read before anything is parsed; here it is only checked.
    return Option(["--lang"], type=click.Choice(["ru", "en", "auto"]), expose_value=False, told="cli-option-lang")


def _show_help(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(__version__)
        ctx.exit()


def _eager_flag(name: str, told: str, callback: Callable[[click.Context, click.Parameter, bool], None]) -> Option:
    return Option([name], is_flag=True, is_eager=True, expose_value=False, told=told, callback=callback)


class _Told(click.Command):
    """What commands and groups of commands share."""

    told: str

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help`, told in the reader's language."""
        del ctx
        return _eager_flag("--help", "cli-option-help", _show_help)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=say("cli-usage") + " ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        del ctx
        keys = (self.told, f"{self.told}-more")
        for key in keys:
            if has_text("en", key):
                formatter.write_paragraph()
                with formatter.indentation():
                    formatter.write_text(say(key))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        records = [record for each in self.get_params(ctx) if (record := each.get_help_record(ctx)) is not None]
        with formatter.section(say("cli-options")):
            formatter.write_dl(records)


class Command(_Told):
    """A command; `told` is the key of its help."""

    def __init__(self, *args: Any, told: str, own_lang: bool = False, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.told = told
        self.allow_extra_args = True
        if not own_lang:
            self.params.append(_lang_option())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; raises UsageProblem for what is too much."""
        rest = super().parse_args(ctx, args)
        if ctx.args:
            raise UsageProblem("cli-wrong-extra", detail=" ".join(ctx.args))
        return rest


class Group(_Told, click.Group):
    """Commands that are loaded when they are called: `modules` says where each is, as `module:name`."""

    def __init__(self, name: str, *, told: str, modules: Mapping[str, str]) -> None:
        super().__init__(name, no_args_is_help=True, params=[_lang_option()], subcommand_metavar="COMMAND …")
        self.told = told
        if told == "cli-program":
            self.params.append(_eager_flag("--version", "cli-option-version", _show_version))
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the table."""
        del ctx
        return list(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        del ctx
        if cmd_name not in self._modules:
            return None
        module, _, name = self._modules[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; raises UsageProblem when there is none such."""
        if args[0] not in self._modules and not args[0].startswith("-"):
            raise UsageProblem("cli-wrong-command", name=args[0])
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and the commands with a line each, without loading them."""
        super().format_options(ctx, formatter)
        prefix = self.told.removesuffix("-program")
        with formatter.section(say("cli-commands")):
            formatter.write_dl([(name, say(f"{prefix}-{name}")) for name in self._modules])


def command(name: str, *, told: str, **attributes: Any) -> Callable[[Handler], click.Command]:
    """Make a function a command; what it returns is the exit code."""
    return click.command(name, cls=Command, told=told, **attributes)


def option(*names: str, told: str, **attributes: Any) -> Callable[[Handler], Handler]:
    """Give a command an option."""
    return click.option(*names, cls=Option, told=told, **attributes)
