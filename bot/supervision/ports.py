"""Ports of this machine."""

import socket

from bot.supervision.failures import PortTaken


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now. SO_REUSEADDR, as servers use it: a port just left counts as free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError:
            return False
    return True


def demand(host: str, port: int) -> None:
    """Raise PortTaken when nobody else could listen there."""
    if not is_free(host, port):
        raise PortTaken(host, port)


def free_port(preferred: int, host: str = "127.0.0.1") -> int:
    """Return the preferred port, or one that the kernel picks when it is taken (or when 0 says "any")."""
    if preferred and is_free(host, preferred):
        return preferred
    with socket.socket() as any_port:
        any_port.bind((host, 0))
        return int(any_port.getsockname()[1])
