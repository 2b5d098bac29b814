"""Addresses of the network, as far as they tell callers apart."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

HOUSEHOLD_BITS = 64
"""What a connection gets of IPv6 at least: within it one takes any address at will."""


def connection_of(address: str) -> str:
    """What all addresses of one connection have in common; of IPv4 the address itself.

    Counted by whole IPv6 addresses, whoever has 2**64 of them is never stopped.
    """
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    network = int(known) >> HOUSEHOLD_BITS << HOUSEHOLD_BITS
    return f"{IPv6Address(network)}/{HOUSEHOLD_BITS}"
