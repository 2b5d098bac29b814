"""What the commands themselves say, in the language of the terminal."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import click

from registry.words import LANGUAGES, N_, _, gettext
from registry.words.languages import CHINESE, ENGLISH

HEADINGS = {
    "Options": N_("选项"),
    "Commands": N_("命令"),
    "Positional arguments": N_("参数"),
}


def language_of(environment: Mapping[str, str]) -> str:
    """English for a terminal set to English, else Chinese.

    The first of LC_ALL, LC_MESSAGES and LANG that is set decides, as everywhere;
    ``C`` and ``POSIX`` name no language.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        given = environment.get(name, "")
        if given:
            return ENGLISH if given.lower().startswith("en") else CHINESE
    return next(iter(LANGUAGES))


class Formatter(click.HelpFormatter):
    """Help whose headings are in the reader's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, prefix or _("用法："))

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        super().write_heading(gettext(HEADINGS.get(heading, heading)))


class Context(click.Context):
    """A command's context; its help is written by our formatter."""

    formatter_class = Formatter


class Command(click.Command):
    """A command whose help is spoken when it is asked for."""

    context_class = Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help``, with its own help in the reader's language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _("显示这段说明。")
        return option


class Group(Command, click.Group):
    """A command made of commands."""

    command_class = Command
    group_class = type


def spoken(command: click.Command) -> click.Command:
    """A copy of a command, with all below it, whose help is in the current language."""
    copied: Any = copy.copy(command)
    copied.help = _said(command.help)
    copied.short_help = _said(command.short_help)
    copied.params = [_spoken_parameter(each) for each in command.params]
    if isinstance(command, click.Group):
        copied.commands = {
            name: spoken(each) for name, each in command.commands.items()
        }
    return copied  # type: ignore[no-any-return]


def _spoken_parameter(parameter: click.Parameter) -> click.Parameter:
    copied: Any = copy.copy(parameter)
    for name in ("help", "metavar"):
        value = getattr(parameter, name, None)
        if isinstance(value, str):
            setattr(copied, name, gettext(value))
    return copied  # type: ignore[no-any-return]


def _said(text: str | None) -> str | None:
    return gettext(text) if text else text


def complaint(error: click.ClickException) -> str:
    """What is wrong with how a command was called."""
    if isinstance(error, click.NoSuchOption):
        return _("没有这个选项：%(name)s", name=error.option_name)
    if isinstance(error, click.NoSuchCommand):
        return _("没有这个命令：%(name)s", name=error.command_name)
    if isinstance(error, click.MissingParameter):
        return _("缺少参数：%(name)s", name=_name_of(error))
    if isinstance(error, click.BadParameter):
        return _(
            "参数 %(name)s 不对：%(message)s",
            name=_name_of(error),
            message=_why_bad(error),
        )
    return error.format_message()


def _why_bad(error: click.BadParameter) -> str:
    """What a value should have been, as far as its kind tells."""
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.IntRange):
        return _("请填 %(least)s 到 %(most)s 的整数", least=kind.min, most=kind.max)
    if isinstance(kind, click.Choice):
        return _("只能是 %(choices)s", choices=" / ".join(map(str, kind.choices)))
    if isinstance(kind, click.Path):
        return _("没有这个文件，或不能读取")
    return error.message


def _name_of(error: click.BadParameter) -> str:
    if isinstance(error.param_hint, str):
        return error.param_hint
    if error.param is None:
        return ""
    if isinstance(error.param, click.Argument):
        return error.param.metavar or str(error.param.name)
    return " / ".join(error.param.opts)
