import socket
from collections.abc import Iterator

import pytest

from bot.supervision.failures import PortTaken
from bot.supervision.ports import demand, free_port, is_free


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_with_a_server_is_not_free(taken: int) -> None:
    assert not is_free("127.0.0.1", taken)


def test_listening_everywhere_meets_a_server_on_the_loopback(taken: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        unused = other.getsockname()[1]

    assert not is_free("0.0.0.0", taken)  # noqa: S104
    assert is_free("0.0.0.0", unused)  # noqa: S104


def test_a_taken_port_is_told_with_the_command_that_takes_another(taken: int) -> None:
    with pytest.raises(PortTaken, match=f"Port {taken} on 127.0.0.1 is taken.* --port {taken + 1}"):
        demand("127.0.0.1", taken)


def test_the_preferred_port_is_kept_while_it_is_free() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]

    assert free_port(port) == port


def test_another_port_is_found_when_the_preferred_one_is_taken(taken: int) -> None:
    found = free_port(taken)

    assert found != taken
    assert is_free("127.0.0.1", found)


def test_any_port_is_a_real_one() -> None:
    assert free_port(0) > 0


def test_a_port_that_was_just_left_is_free_again() -> None:
    """Without SO_REUSEADDR a restart within a minute would find its own port taken."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        connection, _ = server.accept()
        connection.close()  # the side that closes first is left in TIME_WAIT
        client.close()

    assert is_free("127.0.0.1", port)
