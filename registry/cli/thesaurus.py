"""``registry thesaurus``: whether the files of the thesaurus are as they should be."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli.frame import REFUSED, said
from registry.cli.words import Command
from registry.matching.concepts import Role, read_thesaurus, thesaurus_files
from registry.matching.thesaurus_check import check_thesaurus
from registry.words import N_, _, format_list, gettext

SENTENCES = {
    "not_utf8": N_("文件不是 UTF-8 编码"),
    "not_csv": N_("这一行不是有效的 CSV：%(values)s"),
    "header": N_("表头不对，应与 docs/thesaurus.md 一致"),
    "cells": N_("这一行有 %(values)s 格，与表头不符"),
    "blanks_around": N_("前后有空格或换行：%(values)s"),
    "empty_value": N_("两个竖线之间没有内容：%(values)s"),
    "value_twice": N_("同一个值写了两次：%(values)s"),
    "one_value_only": N_("这一格只能有一个值：%(values)s"),
    "name_twice": N_("这个名称已经有了：%(values)s"),
    "name_says_nothing": N_("名称为空，或带有问号：%(values)s"),
    "english_missing": N_("缺少英文名称：%(values)s"),
    "english_not_english": N_("英文名称里有汉字：%(values)s"),
    "role_unknown": N_("没有这种角色：%(values)s"),
    "class_unknown": N_("分类代码不对：%(values)s"),
    "alias_of_one_character": N_("别名至少两个字：%(values)s"),
    "names_itself": N_("指向了自己：%(values)s"),
    "no_such_concept": N_("所指的名称不存在：%(values)s"),
    "circle": N_("上级名称绕成了圈：%(values)s"),
    "role_of_broader": N_("上级名称的角色不合：%(values)s"),
    "group_goes_with": N_("大类不能属于别的物品：%(values)s"),
    "goes_with_its_own": N_("不能属于自己的上级或下级：%(values)s"),
    "instead_other_role": N_("可替代的物品必须是同一种角色：%(values)s"),
    "instead_its_own": N_("自己的上级或下级不必写成可替代：%(values)s"),
    "alias_shared": N_("这个别名也是别的物品的名称，都要带问号：%(values)s"),
    "alias_not_shared": N_("这个别名只有一处用，不要带问号：%(values)s"),
}


@click.command(
    "thesaurus",
    cls=Command,
    help=N_("检查同义词表。不给文件则检查程序自带的全部文件。"),
)
@click.argument(
    "files",
    nargs=-1,
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
)
def thesaurus(files: tuple[Path, ...]) -> int:
    """Print what is wrong with the files, and how much they hold."""
    chosen = list(files) or thesaurus_files()
    contents = {str(each): each.read_bytes() for each in chosen}
    findings = check_thesaurus(contents)
    for found in findings:
        values = format_list(filter(None, found.values))
        words = gettext(SENTENCES[found.code], values=values)
        click.echo(f"{found.file}:{found.line}{_('：')}{words}")
    read = read_thesaurus(each.decode(errors="replace") for each in contents.values())
    concepts = read.concepts.values()
    said(
        _(
            "%(files)s 个文件，%(concepts)s 个物品概念（可独立使用的 %(things)s 个），"
            "%(words)s 个名称，问题 %(findings)s 处。",
            files=len(chosen),
            concepts=len(concepts),
            things=sum(each.role is Role.THING for each in concepts),
            words=len(read.meanings),
            findings=len(findings),
        )
    )
    return REFUSED if findings else 0
