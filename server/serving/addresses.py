"""Under which addresses other machines of the local network find this one."""

from __future__ import annotations

import fcntl
import ipaddress
import socket
import struct

SIOCGIFADDR = 0x8915
# Bridges of containers and virtual machines: phones cannot reach them.
INNER_INTERFACES = ("docker", "br-", "veth", "virbr", "cni", "podman")


def lan_addresses() -> list[str]:
    """IPv4 addresses of this machine's real interfaces, private ones first."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, interface in socket.if_nameindex():
            if interface.startswith(INNER_INTERFACES):
                continue
            request = struct.pack("256s", interface.encode()[:15])
            try:
                answer = fcntl.ioctl(probe.fileno(), SIOCGIFADDR, request)
            except OSError:
                continue  # the interface has no IPv4 address
            address = socket.inet_ntoa(answer[20:24])
            if not ipaddress.ip_address(address).is_loopback:
                found.append(address)
    return sorted(set(found), key=lambda address: (not ipaddress.ip_address(address).is_private, address))


def host_names() -> list[str]:
    """Names of this machine, with the one that mDNS gives it in a local network."""
    name = socket.gethostname()
    short = name.split(".", 1)[0]
    names = ["localhost", name, f"{short}.local"]
    return [one for one in dict.fromkeys(names) if is_host_name(one)]


def is_host_name(name: str) -> bool:
    """Whether a name can stand in a certificate."""
    return 0 < len(name) <= 253 and all(char.isascii() and (char.isalnum() or char in ".-") for char in name)
