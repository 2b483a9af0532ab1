"""What is wrong with a command line, in the reader's language."""

import click

from loadzone.i18n import translate


def told(wrong: click.ClickException, lang: str) -> str:
    """Return one line that says what is wrong and where to read more; empty when the help was shown instead."""
    if isinstance(wrong, click.exceptions.NoArgsIsHelpError):
        click.echo(wrong.format_message(), err=True)
        return ""
    key, data = _kind(wrong)
    text = translate(lang, key, **data)
    path = wrong.ctx.command_path if isinstance(wrong, click.UsageError) and wrong.ctx else "loadzone"
    return " ".join((text, translate(lang, "cli-see-help", command=f"{path} --help")))


def _kind(wrong: click.ClickException) -> tuple[str, dict[str, object]]:
    match wrong:
        case click.MissingParameter(param=click.Parameter() as param):
            return "cli-wrong-missing", {"name": _name(param)}
        case click.BadParameter(param=click.Parameter(type=click.Choice() as choice) as param):
            return "cli-wrong-choice", {"name": _name(param), "choices": ", ".join(map(str, choice.choices))}
        case click.BadParameter(param=click.Parameter() as param):
            return "cli-wrong-value", {"name": _name(param), "kind": _type(param)}
        case click.NoSuchOption():
            return "cli-wrong-option", {"name": wrong.option_name}
        case click.BadOptionUsage():
            return "cli-wrong-no-value", {"name": wrong.option_name}
        case UsageProblem():
            return wrong.key, wrong.data
        case _:
            return "cli-wrong", {"detail": wrong.format_message()}


def _name(param: click.Parameter) -> str:
    return (
        param.opts[0] if isinstance(param, click.Option) else param.make_metavar(click.Context(click.Command("")))
    )


def _type(param: click.Parameter) -> str:
    match param.type:
        case click.IntRange() | click.types.IntParamType():
            return "int"
        case click.FloatRange() | click.types.FloatParamType():
            return "float"
        case click.DateTime():
            return "date"
        case _:
            return "other"


class UsageProblem(click.UsageError):
    """Arguments that do not go together; `key` names the text that says so."""

    def __init__(self, key: str, **data: object) -> None:
        super().__init__(key, click.get_current_context(silent=True))
        self.key = key
        self.data = data
