"""Long answers in sections that end at sensible places."""

from bot.dialogue.sections import AT_ONCE, SECTION, sections

STEPS = "\n".join(f"{number}. " + "langkah yang harus dibaca pelan-pelan " * 3 for number in range(1, 10))
LONG = f"Inti jawabannya.\n\nPenjelasan singkat.\n\nLangkah-langkah\n{STEPS}"


def test_what_fits_a_screen_is_shown_at_once() -> None:
    assert sections("x" * AT_ONCE) == ("x" * AT_ONCE,)


def test_nothing_is_lost_and_no_line_is_cut() -> None:
    parts = sections(LONG)
    assert len(parts) == 2
    assert "\n".join(parts).split() == LONG.split()
    assert {line for part in parts for line in part.split("\n")} == set(LONG.split("\n"))
    assert all(len(part) <= SECTION for part in parts)


def test_a_paragraph_stays_whole_where_half_a_section_stands_before_it() -> None:
    first, second = sections(f"{'a ' * 250}\n\nJudul\n{'b ' * 310}\nakhir")
    assert first.strip("a ") == ""
    assert second.startswith("Judul\n")


def test_a_heading_is_not_left_behind_by_its_first_step() -> None:
    first, second = sections(f"{'a ' * 390}\n\nJudul\n1. {'b ' * 170}\n2. akhir")
    assert "Judul" not in first
    assert second.startswith("Judul\n1. ")
