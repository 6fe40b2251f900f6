"""Where a request comes from. A header that names an address is believed of trusted proxies only."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection


def address_of(peer: str, forwarded: str, proxies: Collection[str]) -> str:
    """Return the last address that a trusted proxy names in ``X-Forwarded-For``, else the peer's."""
    if peer not in proxies:
        return peer
    for one in reversed([part.strip() for part in forwarded[-2000:].split(",")]):
        try:
            address = str(ipaddress.ip_address(one))
        except ValueError:
            break
        if address not in proxies:
            return address
    return peer


def is_within(address: str, networks: Collection[str]) -> bool:
    """Whether an address is in one of ``networks`` (``192.0.2.0/24``, or one address); without any, every address is."""
    if not networks:
        return True
    try:
        one = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(one, ipaddress.IPv6Address) and one.ipv4_mapped is not None:
        one = one.ipv4_mapped
    return any(one in ipaddress.ip_network(network, strict=False) for network in networks)


def check_networks(networks: Collection[str]) -> None:
    """Raises ``ValueError`` where one is none."""
    for network in networks:
        ipaddress.ip_network(network, strict=False)
