"""``registry serve``: where the shipped server listens, and whether that is safe.

Plain HTTP is for this machine alone, unless one says that a proxy stands in front or
that one knows what one does.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import click

from registry.cli.frame import Installation, NotSetUp, said
from registry.cli.server import Address, serve
from registry.cli.words import Command
from registry.config import Settings
from registry.words import N_, _


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_safe(address: Address, *, behind_proxy: bool, plain_allowed: bool) -> None:
    """NotSetUp for plain HTTP that others can reach without anybody saying so."""
    if address.secure or is_loopback(address.host) or behind_proxy or plain_allowed:
        return
    raise NotSetUp(
        _(
            "没有启动：%(host)s 可从其他电脑访问，而明文 HTTP 会让密码在网络上被看到，"
            "手机也不能实时扫码。请任选其一：\n"
            "  用证书：--certificate 证书.pem --key 私钥.pem\n"
            "  前面有 HTTPS 反向代理：--behind-proxy\n"
            "  内网确实只能用 HTTP：--allow-plain-http",
            host=address.host,
        )
    )


def require_pair(certificate: Path, key: Path) -> None:
    """NotSetUp unless certificate and key are readable and belong together."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise NotSetUp(
            _(
                "证书和私钥不能用：%(reason)s。请检查文件是否为 PEM 格式、是否配套。",
                reason=error,
            )
        ) from error


def require_free(address: Address) -> Address:
    """The address by number; NotSetUp if it is taken or none of this machine's."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        family, kind, _protocol, _name, place = found[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        raise NotSetUp(
            _(
                "不能监听 %(url)s：%(reason)s。请换一个地址或端口（--host、--port）。",
                url=address.url,
                reason=error.strerror or error,
            )
        ) from error
    return replace(address, host=str(place[0]))


def doubts(settings: Settings, address: Address, *, behind_proxy: bool) -> list[str]:
    """What will work worse than people expect, in words."""
    told = []
    encrypted = address.secure or behind_proxy
    if encrypted and not settings.secure:
        told.append(
            _("注意：REGISTRY_PUBLIC_URL 还是 http://，登录信息不会限定在 HTTPS。")
        )
    if settings.secure and not encrypted:
        told.append(
            _("注意：REGISTRY_PUBLIC_URL 是 https://，用 HTTP 打开时将无法保持登录。")
        )
    if not settings.secure and not is_loopback(address.host):
        told.append(_("注意：用 HTTP 时手机不能实时扫码，只能拍照识别。"))
    return told


@click.command(
    "serve",
    cls=Command,
    help=N_("启动服务。收到停止信号（Ctrl+C 或 SIGTERM）后几秒内干净停下。"),
)
@click.option("--host", default="127.0.0.1", help=N_("监听地址，默认只限本机。"))
@click.option("--port", default=8000, type=click.IntRange(1, 65535), help=N_("端口。"))
@click.option("--workers", default=2, type=click.IntRange(1, 64), help=N_("进程数。"))
@click.option(
    "--threads", default=64, type=click.IntRange(4, 1024), help=N_("每个进程的线程数。")
)
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    help=N_("HTTPS 证书（PEM，含中间证书）。"),
)
@click.option("--key", type=click.Path(path_type=Path), help=N_("证书的私钥（PEM）。"))
@click.option(
    "--behind-proxy", is_flag=True, help=N_("前面有 HTTPS 反向代理，并信任它的转发头。")
)
@click.option(
    "--allow-plain-http",
    is_flag=True,
    help=N_("允许其他电脑用明文 HTTP 访问（密码会在网络上明文传输）。"),
)
@click.pass_obj
def serve_command(
    installation: Installation,
    *,
    host: str,
    port: int,
    workers: int,
    threads: int,
    certificate: Path | None,
    key: Path | None,
    behind_proxy: bool,
    allow_plain_http: bool,
) -> int:
    """Serve the application until told to stop."""
    if (certificate is None) != (key is None):
        raise click.UsageError(_("--certificate 和 --key 要一起给出。"))
    address = Address(host, port, certificate, key)
    require_safe(address, behind_proxy=behind_proxy, plain_allowed=allow_plain_http)
    if certificate and key:
        require_pair(certificate, key)
    settings = installation.settings
    if behind_proxy:
        settings = replace(settings, proxies=max(1, settings.proxies))
    installation.require_schema()
    address = require_free(address)
    for doubt in doubts(settings, address, behind_proxy=behind_proxy):
        said(doubt)
    return serve(
        installation.create_app, settings, address, workers=workers, threads=threads
    )
