"""What the help center and the console write for readers: the examples of the functions hold."""

import doctest

from bot.console import templating
from bot.site import formatting
from bot.site.formatting import file_size


def test_examples_hold() -> None:
    for module in (formatting, templating):
        result = doctest.testmod(module)
        assert (result.failed, result.attempted > 0) == (0, True), module


def test_a_file_is_never_called_a_thousand_of_a_unit() -> None:
    assert [file_size(size) for size in (999, 1000, 999_499, 999_500)] == ["999 byte", "1 KB", "999,5 KB", "1 MB"]
