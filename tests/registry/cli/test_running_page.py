"""The page on running it names every command, and none that is not there."""

from __future__ import annotations

import re

import click

from registry.cli import frame
from registry.cli.commands import commands
from tests.harness.sources import ROOT
from tests.registry.cli.test_frame import every_command

PAGE = (ROOT / "docs" / "running.md").read_text("utf-8")


def test_the_page_lists_exactly_the_commands_there_are() -> None:
    there = {
        " ".join(["registry", *path])
        for path, command in every_command(commands)
        if not isinstance(command, click.Group)
    }
    assert set(re.findall(r"^\| `(registry [^`]+)` \|", PAGE, re.MULTILINE)) == there


def test_the_page_tells_every_exit_code() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    used = {frame.REFUSED, frame.MISUSED, frame.NOT_SET_UP, frame.WARNED}
    assert told == {0, frame.INTERRUPTED} | used


def test_every_option_and_setting_named_on_the_page_exists() -> None:
    options = {
        option
        for _, command in every_command(commands)
        for parameter in command.params
        for option in parameter.opts
    }
    ours = "\n".join(line for line in PAGE.splitlines() if "pip install" not in line)
    named = set(re.findall(r"(--[a-z][a-z-]+)", ours)) - {"--help"}
    assert named - options == set()
