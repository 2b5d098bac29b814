"""No test reaches beyond this machine: every other address is refused."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any


class OutsideReached(AssertionError):
    """A test tried to talk to another machine."""


_ADDRESSED = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"}
_LOOKED_UP = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def is_this_machine(host: Any) -> bool:
    """Whether a host of a socket address is one of our own."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _ADDRESSED:
        address = arguments[1]
        if isinstance(address, tuple) and not is_this_machine(address[0]):
            raise OutsideReached(address)
    elif event in _LOOKED_UP and not is_this_machine(arguments[0]):
        raise OutsideReached(arguments[0])


def stay_on_this_machine() -> None:
    """Hold for the rest of this process; there is no way back."""
    sys.addaudithook(_audit)
