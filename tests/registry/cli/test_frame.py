"""Every command explains itself, fails with a reason and leaves the right exit code."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from registry.cli.commands import commands
from registry.cli.words import language_of
from registry.words import translations
from tests.registry.cli.conftest import Run


def every_command(
    command: click.Command = commands, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from every_command(below, (*path, name))


ALL = list(every_command())
NAMES = [" ".join(path) or "registry" for path, _ in ALL]


@pytest.mark.parametrize("path", [path for path, _ in ALL], ids=NAMES)
def test_every_command_explains_itself_without_anything_being_set_up(
    bare: Run, path: tuple[str, ...]
) -> None:
    ran = bare(*path, "--help")
    assert ran.code == 0
    assert "用法：registry" in ran.out
    assert "显示这段说明。" in ran.out


@pytest.mark.parametrize("command", [command for _, command in ALL], ids=NAMES)
def test_every_command_and_every_option_says_what_it_is_for(
    command: click.Command,
) -> None:
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert command.help
    assert [each.name for each in options if not each.help] == []


def test_help_is_in_english_on_an_english_terminal(bare: Run) -> None:
    english = translations("en")
    ran = bare("--help", LANG="en_US.UTF-8")
    for words in ("用法：", "显示这段说明。", commands.help or ""):
        assert english.gettext(words) in ran.out


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "zh-CN"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "C"}, "zh-CN"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
    ],
)
def test_the_terminal_chooses_the_language(
    environment: dict[str, str], language: str
) -> None:
    assert language_of(environment) == language


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sever"], "没有这个命令：sever"),
        (["serve", "--prot", "80"], "没有这个选项：--prot"),
        (["serve", "--port", "http"], "请填 1 到 65535 的整数"),
        (["labels", "x.pdf", "--form", "doc"], "只能是 pdf / png / zpl / tspl"),
        (["import"], "缺少参数：文件"),
        (["import", "/no/such/file.xlsx"], "没有这个文件"),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_leaves_two(
    bare: Run, arguments: list[str], words: str
) -> None:
    ran = bare(*arguments)
    assert ran.code == 2
    assert words in ran.err
    assert f"registry {arguments[0]} --help" in ran.err or "registry --help" in ran.err


def test_without_a_command_all_are_listed_and_two_is_left(bare: Run) -> None:
    ran = bare()
    assert ran.code == 2
    assert {name for name in commands.commands if name not in ran.err} == set()


@pytest.mark.parametrize("arguments", [["verify"], ["settings"], ["db", "upgrade"]])
def test_without_settings_it_says_which_and_leaves_three(
    bare: Run, arguments: list[str]
) -> None:
    ran = bare(*arguments)
    assert ran.code == 3
    assert "REGISTRY_SECRET_KEY" in ran.err


def test_an_empty_database_is_not_worked_on(bare: Run, empty_database_url: str) -> None:
    ran = bare(
        "verify",
        REGISTRY_DATABASE_URL=empty_database_url,
        REGISTRY_SECRET_KEY="s" * 40,
    )
    assert ran.code == 3
    assert "registry db upgrade" in ran.err


def test_a_database_that_cannot_be_reached_is_said_to_be_so(bare: Run) -> None:
    ran = bare(
        "verify",
        REGISTRY_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing",
        REGISTRY_SECRET_KEY="s" * 40,
    )
    assert ran.code == 3
    assert "数据库不能使用" in ran.err


def test_asking_for_a_missing_file_does_not_make_it(bare: Run, tmp_path) -> None:
    ran = bare(
        "verify",
        REGISTRY_DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}",
        REGISTRY_SECRET_KEY="s" * 40,
    )
    assert ran.code == 3
    assert list(tmp_path.iterdir()) == []
