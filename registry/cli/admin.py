"""``registry admin``: the first administrator, and the way back in when locked out.

A password is asked for, or read from ``REGISTRY_ADMIN_PASSWORD``; there is no default.
"""

from __future__ import annotations

import click

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.auth import actions as auth
from registry.auth import queries as credentials
from registry.cli.frame import REFUSED, Installation, said
from registry.cli.institutions import about_institution, actor_for, chosen_institution
from registry.cli.words import Command, Group
from registry.organisation import actions as organisation
from registry.organisation.models import FactorFor
from registry.organisation.queries import institutions, root_department
from registry.store.transaction import transaction
from registry.words import N_, _

PASSWORD_VARIABLE = "REGISTRY_ADMIN_PASSWORD"  # noqa: S105 - a name, not a secret

admin = Group("admin", help=N_("管理员：建立第一位管理员，忘记密码时重设。"))


@admin.command(
    "create",
    cls=Command,
    help=N_("建立管理员；还没有机构时先建立机构。密码当场输入，没有默认密码。"),
)
@click.option("--school", metavar=N_("名称"), help=N_("机构名称（第一次使用时需要）。"))
@click.option("--name", metavar=N_("姓名"), help=N_("管理员姓名。"))
@click.option("--sign-in", metavar=N_("用户名"), help=N_("登录用的用户名。"))
@about_institution
@click.pass_obj
def create(
    installation: Installation,
    *,
    school: str | None,
    name: str | None,
    sign_in: str | None,
    slug: str | None,
) -> None:
    """Add somebody who may administer, and the institution if there is none yet."""
    with installation.at_work():
        is_first = not institutions()
        if is_first and school is None:
            school = asked(_("机构名称"))
        name = name or asked(_("管理员姓名"))
        sign_in = sign_in or asked(_("用户名"))
        password = asked_password(installation)
        with transaction():
            if is_first:
                organisation.found_institution(slug or "school", school or "")
            actor = actor_for(slug)
            _add(actor, installation, name=name, sign_in=sign_in, password=password)
    click.echo(
        _("已建立管理员 %(name)s，用户名：%(sign_in)s", name=name, sign_in=sign_in)
    )
    click.echo(_("请用浏览器打开：%(url)s", url=installation.settings.public_url))


def _add(
    actor: Actor, installation: Installation, *, name: str, sign_in: str, password: str
) -> None:
    home = root_department(actor.institution_id)
    person = organisation.add_person(actor, organisation.PersonDraft(name, home.id))
    organisation.grant_role(actor, person.id, Role.ADMINISTRATOR, home.id)
    auth.create_credential(
        actor, installation.settings, person.id, sign_in, password, must_change=False
    )


@admin.command(
    "reset",
    cls=Command,
    help=N_("给一个用户重设密码，并停止其所有登录；新密码显示一次，登录后须修改。"),
)
@click.argument("sign_in", metavar=N_("用户名"))
@about_institution
@click.pass_obj
def reset(installation: Installation, sign_in: str, slug: str | None) -> int:
    """Give somebody who is locked out a new password to begin with."""
    with installation.at_work():
        actor = actor_for(slug)
        found = credentials.credential_by_name(actor.institution_id, sign_in)
        if found is None:
            said(_("没有这个用户名：%(name)s", name=sign_in))
            return REFUSED
        if found.disabled_at is not None:
            auth.enable(actor, found.person_id)
        password = auth.reset_password(actor, installation.settings, found.person_id)
    click.echo(_("新密码（只显示这一次）：%(password)s", password=password))
    return 0


@admin.command(
    "reset-second-factor",
    cls=Command,
    help=N_("重设一个用户的二次验证（手机丢了又没有备用码时），并停止其所有登录。"),
)
@click.argument("sign_in", metavar=N_("用户名"))
@about_institution
@click.pass_obj
def reset_second_factor(
    installation: Installation, sign_in: str, slug: str | None
) -> int:
    """Take a lost second factor away, where no other administrator can."""
    with installation.at_work():
        actor = actor_for(slug)
        found = credentials.credential_by_name(actor.institution_id, sign_in)
        if found is None:
            said(_("没有这个用户名：%(name)s", name=sign_in))
            return REFUSED
        auth.reset_second_factor(actor, found.person_id)
    click.echo(_("已重设。下次登录只用密码；要求二次验证的，登录后重新设置。"))
    return 0


@admin.command(
    "second-factor",
    cls=Command,
    help=N_(
        "显示或改变登录时谁要二次验证：nobody 不要求，deciders 管理员和审批的人，"
        "everyone 所有人。"
    ),
)
@click.argument(
    "who",
    required=False,
    metavar=N_("范围"),
    type=click.Choice([str(each) for each in FactorFor]),
)
@about_institution
@click.pass_obj
def second_factor(
    installation: Installation, who: str | None, slug: str | None
) -> None:
    """Say of whom a second factor is asked, or ask it of others."""
    with installation.at_work():
        found = chosen_institution(slug)
        if who is not None:
            actor = Actor.system(found.id)
            organisation.change_institution(actor, found.version, factor_for=who)
            found = chosen_institution(slug)
        words, from_when = found.factor_for, found.factor_from
    click.echo(_("登录时要二次验证的：%(who)s", who=words))
    if words != FactorFor.NOBODY and from_when is not None:
        click.echo(_("从 %(day)s 起必须", day=from_when.date().isoformat()))


def asked(question: str) -> str:
    """An answer typed at the terminal."""
    return str(click.prompt(question, type=str, err=True)).strip()


def asked_password(installation: Installation) -> str:
    """The password of the environment, or one typed twice without being shown."""
    given = installation.environment.get(PASSWORD_VARIABLE)
    if given is not None:
        return given
    while True:
        first = click.prompt(_("密码（不显示）"), hide_input=True, err=True)
        if first == click.prompt(_("再输入一次"), hide_input=True, err=True):
            return str(first)
        click.echo(_("两次输入不一致，请重新输入。"), err=True)
