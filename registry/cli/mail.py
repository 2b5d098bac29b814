"""``registry mail``: whether mail goes out."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formatdate

import click

from registry.cli.frame import Installation, NotSetUp, said
from registry.cli.words import Command, Group
from registry.config.smtp import read_smtp_url
from registry.notifications.mailing import Refused, Unreachable, connected, hand_over
from registry.words import N_, _


@click.command(
    "test", cls=Command, help=N_("给一个地址发一封试信，看邮件服务器是否设好。")
)
@click.argument("address")
@click.pass_obj
def test(installation: Installation, address: str) -> None:
    """Send one mail now, and say what the server answered."""
    settings = installation.settings
    if not settings.sends_mail:
        raise NotSetUp(
            _(
                "还没有设邮件服务器。请先设 REGISTRY_SMTP_URL 和 REGISTRY_MAIL_FROM，"
                "例如 smtp+starttls://用户:密码@smtp.school.edu.cn:587。"
            )
        )
    mail = EmailMessage()
    try:
        mail["Subject"] = _("资产登记：试信")
        mail["From"], mail["To"] = settings.mail_from, address
        mail["Date"] = formatdate(usegmt=True)
        mail.set_content(_("收到这封信，说明邮件已经设好。") + "\n", cte="base64")
        with connected(read_smtp_url(settings.smtp_url)) as talk:
            hand_over(talk, mail)
    except (Unreachable, Refused, ValueError) as error:
        raise NotSetUp(_("信没有发出去：%(reason)s", reason=error)) from error
    said(_("试信已交给邮件服务器，请到 %(address)s 查收。", address=address))


mail = Group("mail", help=N_("邮件通知。"), commands=[test])
