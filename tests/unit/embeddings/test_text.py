"""Folding, tokens, stems, spelling: whatever is typed is read, and what is right is left alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from embeddings.analysis import Analyzer
from embeddings.features import ngrams
from embeddings.lexicon import Lexicon, Replacement
from embeddings.spelling import CUTOFF, SpellingRepair
from embeddings.splitting import split_questions
from embeddings.stemming import Stemmer
from embeddings.text import LONGEST_QUESTION, clean, fold, parts, tokens


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("TOLOOONG min!!", ["tolong", "min"]),
        ("arkas 4.2.6 & 4.2.1", ["arkas", "4.2.6", "4.2.1"]),
        ("jam 08.00-17.00, 2x24 jam", ["jam", "08.00-17.00", "2x24", "jam"]),
        ("ＢＫＵ kafé", ["bku", "kafe"]),
        ("lap. K7a/K7", ["lap", "k7a", "k7"]),
        ("tu\u200btup\x00bku", ["tutup", "bku"]),
        ("jum’at", ["jum'at"]),
        ("🙏🙏", []),
    ],
)
def test_tokens(text: str, forms: list[str]) -> None:
    assert [t.form for t in tokens(clean(text))] == forms


@given(st.text(max_size=300))
def test_tokens_stand_where_they_say(text: str) -> None:
    cleaned = clean(text)
    for token in tokens(cleaned):
        assert fold(cleaned[token.start : token.end]) == token.form


@given(st.text())
def test_cleaning_ends_and_is_done_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_both_ends_of_a_long_story_are_kept() -> None:
    cleaned = clean("awal " + "x" * 100_000 + " akhir")
    assert len(cleaned) <= 2 * LONGEST_QUESTION
    assert cleaned.startswith("awal")
    assert cleaned.endswith("akhir")


def test_parts_of_doubled_and_glued_words() -> None:
    assert [parts(w) for w in ("abu2", "pph21", "64bit", "5jt", "k7a", "4.2.6", "sd1")] == [
        ("abu", "abu"),
        ("pph", "21"),
        ("64", "bit"),
        ("5", "jt"),
        ("k7a",),
        ("4.2.6",),
        ("sd1",),
    ]


@pytest.mark.parametrize("word", ["mengajukan", "diajukan", "pengajuan", "ngajuin", "ajukan", "pengajuannya"])
def test_affixed_forms_share_a_root(word: str) -> None:
    assert Stemmer({"aju"}, ()).stem(word) == "aju"


def test_roots_and_protected_words_stay() -> None:
    stemmer = Stemmer({"sekolah", "terima", "kolah"}, {"siplah", "dinas"})
    assert [stemmer.stem(w) for w in ("sekolah", "terima", "penerimaan", "siplah", "dinas", "4.2.1")] == [
        "sekolah",
        "terima",
        "terima",
        "siplah",
        "dinas",
        "4.2.1",
    ]


@given(st.text(alphabet=st.characters(codec="ascii", categories=["Ll"]), max_size=40))
def test_every_word_has_a_stem(word: str) -> None:
    stem = Stemmer({"aju", "tutup"}, ())
    assert bool(stem.stem(word)) == bool(word)


VOCABULARY = {"tutup": 20, "tunda": 2, "aktivasi": 9, "kode": 5, "rekening": 4, "dapodik": 3}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tutpu", ("tutup",)),
        ("aktivsi", ("aktivasi",)),
        ("rekeinng", ("rekening",)),
        ("utupt", ("utupt",)),  # three slips in five letters
        ("kodeaktivasi", ("kode", "aktivasi")),
        ("hujan", ("hujan",)),  # known, though no article has it
        ("bku", ("bku",)),  # no word of the articles, and too short for a neighbour
        ("rkning", ("rekening",)),
        ("kd", ("kode",)),
        ("ttup", ("tutup",)),
        ("td", ("td",)),  # "tunda" is too rare to be meant by so little
        ("4.2.9", ("4.2.9",)),
    ],
)
def test_spelling(typed: str, meant: tuple[str, ...]) -> None:
    assert SpellingRepair(VOCABULARY, {"hujan"}.__contains__).repair(typed) == meant


@given(st.text("abik", min_size=4, max_size=14), st.sets(st.text("abik", min_size=4, max_size=14), max_size=30))
def test_no_near_word_is_passed_over_for_its_length(typed: str, words: set[str]) -> None:
    repair = SpellingRepair(dict.fromkeys(words, 1), lambda _: False)
    near = {w for w in words if w[0] == typed[0] and OSA.normalized_similarity(typed, w) >= CUTOFF}
    found = {w for w, _ in repair._similar(typed, typed[0])}
    assert found <= near
    assert len(found) == min(len(near), 8)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kenapaa", ("kenapa",)),  # no article says it, but people do
        ("bosa", ("bisa",)),  # "bosp" is as near and commoner, yet no thumb slips so far
        ("yutup", ("tutup",)),  # the key beside the first letter
        ("eknapa", ("kenapa",)),
        ("kodegmn", ("kode", "gmn")),
    ],
)
def test_words_that_only_people_say_may_be_meant(typed: str, meant: tuple[str, ...]) -> None:
    counts = {**VOCABULARY, "bisa": 5, "bosp": 90}
    assert SpellingRepair(counts, lambda _: False, {"gmn", "kenapa"}).repair(typed) == meant


def test_a_word_that_was_cut_in_two_is_whole_again() -> None:
    spelling = SpellingRepair({"rekening": 4, "tutup": 3, "tut": 1}, {"upah", "reke"}.__contains__)
    assert spelling.joined("reke", "ning") == "rekening"
    assert spelling.joined("tut", "upah") is None  # a word by itself each
    assert spelling.joined("rek", "ken") is None
    read = Analyzer(lexicon(), spelling)
    analysis = read("no reke ning salah")
    assert analysis.content == ("no", "rekening", "salah")
    assert analysis.understood == "no rekening salah"


def test_the_lexicon_reads_what_was_misspelt() -> None:
    read = Analyzer(lexicon(), SpellingRepair(VOCABULARY, lambda _: False, {"rakas", "dong"}))
    assert read("rakass tutup donng").content == ("arkas", "tutup")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rekeningmw", ("rekening", "mw")),  # a short word sticks
        ("rekenngsalh", ("rekenngsalh",)),  # both misspelt is more than is guessed
        ("tutuprekenng", ("tutup", "rekening")),
        ("tutupkodebku", ("tutup", "kode", "bku")),
        ("rekeningqz", ("rekening",)),  # two letters that are no word are a slip
        ("pinya", ("punya",)),  # no "pi" with a "nya"
    ],
)
def test_words_that_were_written_together(typed: str, meant: tuple[str, ...]) -> None:
    counts = {**VOCABULARY, "bku": 9, "punya": 4, "salah": 9, "pi": 3}
    assert SpellingRepair(counts, lambda _: False, shorts={"mw"}).repair(typed) == meant


def test_a_misspelt_word_that_was_cut_in_two_is_whole_again() -> None:
    spelling = SpellingRepair({"tercatat": 4, "bku": 3}, lambda _: False)
    assert spelling.joined("te", "rcatt") == "tercatat"
    assert spelling.joined("bku", "rcatt") is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("poto", "foto"),  # one sound
        ("aktipasi", "aktivasi"),
        ("nmpang", "nampang"),
        ("sttusny", "status"),  # the "nya" of chat
        ("fotonx", "foto"),
    ],
)
def test_words_are_found_by_how_they_sound(typed: str, meant: str) -> None:
    counts = {"foto": 4, "aktivasi": 9, "nampang": 3, "status": 5, "kata": 9}
    assert SpellingRepair(counts, lambda _: False).repair(typed) == (meant,)


def together(sure: Sequence[str], choices: Sequence[Sequence[str]]) -> list[float]:
    """Texts in which "syarat" stands beside "dana", "surat" beside "tugas", and "tutup" beside "bku"."""
    pairs = {("syarat", "dana"), ("surat", "tugas"), ("tutup", "bku"), ("dinas", "kota")}
    return [float(any((term, other) in pairs for term in choice for other in sure)) for choice in choices]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("srat dana", ("syarat", "dana")),
        ("srat tugas", ("surat", "tugas")),
        ("srat", ("surat",)),  # nothing tells: the commoner one
        ("ttp bku", ("tutup", "bku")),  # the lexicon knows two meanings
        ("ttp begitu", ("tetap", "begitu")),
        ("dns kota", ("dinas", "kota")),  # seen in texts at large, and yet meant otherwise
        ("dns internet", ("dns", "internet")),
    ],
)
def test_the_other_words_tell_which_was_meant(typed: str, read: tuple[str, ...]) -> None:
    counts = {"surat": 30, "syarat": 9, "dana": 9, "tugas": 9, "tutup": 9, "dinas": 9, "kota": 9, "begitu": 3}
    spelling = SpellingRepair(counts, {"bku", "internet"}.__contains__, is_seen={"dns"}.__contains__)
    ttp = Replacement(("tetap",), "abbreviations", (("tutup",),))
    words: dict[tuple[str, ...], Replacement] = {("ttp",): ttp}
    assert Analyzer(Lexicon(replacements=words), spelling, together)(typed).content == read


def test_a_passive_that_was_written_in_two_is_one_word_and_a_place_stays_two() -> None:
    read = Analyzer(lexicon(), SpellingRepair({"ditolak": 1, "sekolah": 9, "tolak": 2, "di": 9}, lambda _: False))
    analysis = read("npsn di tolak di sekolah")
    assert analysis.content == ("npsn", "ditolak", "di", "sekolah")
    assert [analysis.text[w.start : w.end] for w in analysis.words] == ["npsn", "di tolak", "di", "sekolah"]


def test_for_how_long_it_has_been_so_is_no_matter() -> None:
    read = Analyzer(lexicon(), SpellingRepair({"sudah": 9, "hari": 9, "tutup": 2, "dalam": 2}, lambda _: False))
    assert read("tutup sudah 3 hari").content == ("tutup",)
    assert read("tutup dalam 3 hari").content == ("tutup", "dalam", "3", "hari")
    assert read("sudah 3 hari").content == ("sudah", "3", "hari")  # nothing else is said


def lexicon() -> Lexicon:
    return Lexicon(
        replacements={
            ("gmn",): Replacement(("bagaimana",), "abbreviations"),
            ("rakas",): Replacement(("arkas",), "renamed"),
        },
        synonyms={("password",): ("kata", "sandi"), ("kata", "sandi"): ("kata", "sandi")},
        fillers=frozenset({("dong",), ("terima", "kasih")}),
        edge_fillers=frozenset({("min",)}),
        domain_terms=frozenset({"bku", "pph21"}),
        roots=frozenset({"tutup"}),
    )


def test_fillers_are_set_aside_at_the_edges_or_anywhere() -> None:
    read = Analyzer(lexicon())
    assert read("min gmn dong tutup bku min terima kasih").content == ("bagaimana", "tutup", "bku")
    assert read("berapa min belanja buku").content == ("berapa", "min", "belanja", "buku")
    assert read("terima kasih min").content == ("terima", "kasih", "min")


def test_terms_are_roots_and_synonyms() -> None:
    read = Analyzer(lexicon())
    assert read("lupa password").terms == read("lupa kata sandi").terms == ("lupa", "kata", "sandi")
    assert read("PPh21 ditutup").terms == ("pph21", "tutup")


def test_only_guesses_are_shown_as_understood() -> None:
    read = Analyzer(lexicon(), SpellingRepair(VOCABULARY, lambda w: w == "kode"))
    assert read("gmn tutup?").understood is None
    assert read("gmn rakas tutpu, min?").understood == "bagaimana arkas tutup, min?"


@given(st.text(max_size=500))
@settings(deadline=None)
def test_any_text_is_analysed(text: str) -> None:
    analysis = Analyzer(lexicon(), SpellingRepair(VOCABULARY, lambda _: False))(text)
    assert all(analysis.terms)
    assert all(0 <= w.start < w.end <= len(analysis.text) for w in analysis.words)


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("cara tutup bku?", ("cara tutup bku?",)),
        ("Kenapa BKU terkunci ya? Kenapa?", ("Kenapa BKU terkunci ya? Kenapa?",)),
        (
            "1. bku tidak bisa ditutup\n2. kode aktivasi saya hilang",
            ("bku tidak bisa ditutup", "kode aktivasi saya hilang"),
        ),
        ("versi 4.2.6 gagal update. satu lagi dana belum masuk", ("versi 4.2.6 gagal update", "dana belum masuk")),
        ("", ("",)),
    ],
)
def test_messages_are_split_where_the_matter_changes(message: str, parts: tuple[str, ...]) -> None:
    assert split_questions(message) == parts


@given(st.text(max_size=300))
def test_splitting_loses_no_message(text: str) -> None:
    assert split_questions(text)


@given(st.text(min_size=1, max_size=30))
def test_ngrams_cover_the_word(word: str) -> None:
    grams = ngrams(word, 3, 5)
    assert grams
    assert all(gram in f"<{word}>" for gram in grams)
