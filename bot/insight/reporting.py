"""From figures to the tables of the dashboard. Pure: what it needs is read by `bot/insight/service.py`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.insight.figures import Figures
from bot.insight.models import Figure, Outcome, Period, Quantile, Scope, Share
from bot.insight.rules import differs, share_of
from bot.insight.tables import Cell, Chart, Column, Headline, Kind, Table, say, short_date
from bot.tickets.models import Step

OUTCOMES: Final = {
    Outcome.CONFIRMED: "Terjawab, dinyatakan pengguna",
    Outcome.ASSUMED: "Dianggap terjawab (tidak kembali 7 hari)",
    Outcome.ESCALATED: "Diteruskan ke petugas",
    Outcome.UNSOLVED: "Belum terjawab",
}
DECISIONS: Final = {
    "answer": "Langsung dijawab",
    "suggest": "Ditawari artikel",
    "clarify": "Ditanya balik",
    "abstain": "Tidak ada yang cocok",
}
REASONS: Final = {
    "two_rejections": "Dua jawaban ditolak",
    "no_fit": "Tidak ada artikel yang cocok",
    "loop": "Pertanyaan diulang-ulang",
    "asked_for_person": "Minta bicara dengan petugas",
    "unsafe": "Permintaan yang tidak boleh dipenuhi",
}
CHANNELS: Final = {
    "web": "Obrolan web",
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
    "form": "Formulir",
    "mail": "Email",
    "api": "API",
    "chat": "Obrolan",
    "follow_up": "Lanjutan tiket",
}
_CLOSED_BY: Final = {
    "officer": "Diselesaikan petugas",
    "reporter": "Dinyatakan selesai oleh pelapor",
    "silence": "Tertutup karena tidak dibalas 2x24 jam",
    "merged": "Digabungkan",
}
_NOW, _BEFORE = "Periode ini", "Periode sebelumnya"


@dataclass(frozen=True)
class Material:
    """All that a report is made of. `split` is by channel and by program: the part's name, then its figures."""

    period: Period
    scope: Scope
    now: Figures
    before: Figures
    steps: Sequence[tuple[Period, Figures]]
    channels: Mapping[str, Figures] = field(default_factory=dict)
    programs: Mapping[str, Figures] = field(default_factory=dict)
    titles: Mapping[int, str] = field(default_factory=dict)
    views: Mapping[int, int] = field(default_factory=dict)
    reviews: Mapping[int, int] = field(default_factory=dict)
    whatsapp: Sequence[tuple[str, int]] = ()
    whatsapp_budget: int = 0


def headlines(now: Figures, before: Figures) -> list[Headline]:
    """The numbers on top."""
    shares = {
        "Terjawab (dinyatakan)": (now.outcome(Outcome.CONFIRMED), before.outcome(Outcome.CONFIRMED)),
        "Pelapor puas": (now.satisfied(), before.satisfied()),
    }
    counts = {"Percakapan": Figure.TALKS, "Pertanyaan": Figure.QUESTIONS, "Tiket dibuka": Figure.OPENED}
    found = [_counted(name, now.count(figure), before.count(figure)) for name, figure in counts.items()]
    found += [_shared(name, *pair) for name, pair in shares.items()]
    times = {"Balasan pertama (tengah)": Figure.FIRST_REPLY, "Selesai (tengah)": Figure.SOLUTION}
    return found + [_timed(name, now, before, figure) for name, figure in times.items()]


def _counted(name: str, now: int, before: int) -> Headline:
    return Headline(name, say(now, Kind.COUNT), say(before, Kind.COUNT))


def _shared(name: str, now: Share, before: Share) -> Headline:
    change = ("membaik" if (now.value or 0) > (before.value or 0) else "menurun") if differs(now, before) else ""
    return Headline(name, say(now.value, Kind.SHARE), say(before.value, Kind.SHARE), change)


def _timed(name: str, now: Figures, before: Figures, figure: Figure) -> Headline:
    new, old = now.duration(figure, 0.5), before.duration(figure, 0.5)
    change = ""
    if new and old and (new.high < old.low or new.low > old.high):
        change = "membaik" if new.minutes < old.minutes else "menurun"
    words = [say(each.minutes if each else None, Kind.MINUTES) for each in (new, old)]
    return Headline(name, words[0], words[1], change)


def tables(material: Material) -> list[Table]:
    """All tables of the dashboard, in its order."""
    return [make(material) for make in _TABLES]


def _course(m: Material) -> Table:
    figures = {
        "Percakapan": Figure.TALKS,
        "Pertanyaan": Figure.QUESTIONS,
        "Tiket dibuka": Figure.OPENED,
        "Tiket selesai": Figure.SOLVED,
    }
    rows: list[Sequence[Cell]] = [
        (_step_name(step), *(counted.count(figure) for figure in figures.values())) for step, counted in m.steps
    ]
    columns = (Column("Tanggal", Kind.TEXT), *(Column(name) for name in figures))
    return Table("perjalanan", "Percakapan dan tiket", "", columns, rows, Chart("line", (1, 2, 3, 4)), shown=400)


def _step_name(step: Period) -> str:
    first = short_date(step.first)
    return first if step.days == 1 else f"{first} - {short_date(step.last)}"


_SHARE_COLUMNS: Final = (
    Column("Jumlah"),
    Column("Bagian", Kind.SHARE),
    Column("95 % dari", Kind.SHARE),
    Column("sampai", Kind.SHARE),
    Column(_BEFORE, Kind.SHARE),
    Column("Berubah", Kind.TEXT),
)


def _share_cells(now: Share, before: Share) -> tuple[Cell, ...]:
    bounds: tuple[Cell, Cell] = (now.low, now.high) if now.whole else (None, None)
    return now.part, now.value, *bounds, before.value, "nyata" if differs(now, before) else "dalam batas kebetulan"


def _outcomes(m: Material) -> Table:
    rows = [(name, *_share_cells(m.now.outcome(each), m.before.outcome(each))) for each, name in OUTCOMES.items()]
    pending = m.now.count(Figure.PROBLEMS, Outcome.PENDING.value)
    note = (
        "Kendala yang diceritakan di percakapan. Yang dinyatakan pengguna dipisah dari yang hanya dianggap: artikel "
        f"dibaca, tidak ditolak, dan orangnya tidak kembali dengan kendala itu. {say(pending, Kind.COUNT)} kendala "
        "belum genap 7 hari dan belum dihitung."
    )
    columns = (Column("Akhir", Kind.TEXT), *_SHARE_COLUMNS)
    return Table("penyelesaian", "Akhir setiap kendala", note, columns, rows, Chart("bar", (2, 5)))


def _compared(figure: Figure, names: Mapping[str, str], m: Material) -> list[tuple[str, int, int]]:
    subjects = dict.fromkeys([*names, *m.now.subjects(figure), *m.before.subjects(figure)])
    rows = [(names.get(each, each), m.now.count(figure, each), m.before.count(figure, each)) for each in subjects]
    return sorted(rows, key=lambda row: -row[1])


def _comparison(slug: str, title: str, figure: Figure, names: Mapping[str, str]) -> Callable[[Material], Table]:
    def make(m: Material) -> Table:
        columns = (Column("", Kind.TEXT), Column(_NOW), Column(_BEFORE))
        return Table(slug, title, "", columns, _compared(figure, names, m), Chart("bar", (1, 2)))

    return make


def _times(m: Material) -> Table:
    wanted = {"Balasan pertama": Figure.FIRST_REPLY, "Selesai": Figure.SOLUTION}
    rows: list[Sequence[Cell]] = []
    for name, figure in wanted.items():
        for label, q in (("tengah (median)", 0.5), ("9 dari 10 tiket (p90)", 0.9)):
            rows.append((f"{name}, {label}", *_time_cells(m.now.duration(figure, q), m.before.duration(figure, q))))
    note = "Dalam jam layanan, Senin-Jumat 08.00-17.00 WIB tanpa hari libur; dari 100 menit dibulatkan ke dua angka."
    columns = (
        Column("", Kind.TEXT), Column("Waktu", Kind.MINUTES), Column("95 % dari", Kind.MINUTES),
        Column("sampai", Kind.MINUTES), Column("Tiket"), Column(_BEFORE, Kind.MINUTES),
    )  # fmt: skip
    return Table("waktu", "Lama menunggu", note, columns, rows, Chart("bar", (1, 5)))


def _time_cells(now: Quantile | None, before: Quantile | None) -> tuple[Cell, ...]:
    cells = (now.minutes, now.low, now.high, now.n) if now else (None, None, None, 0)
    return *cells, before.minutes if before else None


def _tickets(m: Material) -> Table:
    lines = {
        "Dibuka": (Figure.OPENED, None),
        **{name: (Figure.SOLVED, subject) for subject, name in _CLOSED_BY.items()},
        "Dilanjutkan setelah selesai": (Figure.FOLLOWED_UP, None),
        "Pengingat 6 jam dikirim": (Figure.REMINDERS, Step.REMINDER_6H.value),
        "Pengingat 24 jam dikirim": (Figure.REMINDERS, Step.REMINDER_24H.value),
    }
    rows = [(name, m.now.count(*line), m.before.count(*line)) for name, line in lines.items()]
    columns = (Column("", Kind.TEXT), Column(_NOW), Column(_BEFORE))
    return Table("tiket", "Tiket", "", columns, rows, Chart("bar", (1, 2)))


def _satisfaction(m: Material) -> Table:
    good, bad = (
        [share_of(f.count(Figure.RATINGS, answer), f.count(Figure.RATINGS)) for f in (m.now, m.before)]
        for answer in ("good", "bad")
    )
    rows = [("Puas", *_share_cells(*good)), ("Belum puas", *_share_cells(*bad))]
    note = f"Penilaian pelapor setelah tiket selesai: {say(m.now.count(Figure.RATINGS), Kind.COUNT)} suara."
    return Table("kepuasan", "Kepuasan pelapor", note, (Column("", Kind.TEXT), *_SHARE_COLUMNS), rows)


_OF_ARTICLES: Final = (
    Figure.SHOWN, Figure.CHOSEN, Figure.HELPED, Figure.REJECTED, Figure.VOTES_UP, Figure.VOTES_DOWN,
)  # fmt: skip


def _articles(m: Material) -> Table:
    named = {int(subject) for figure in _OF_ARTICLES for subject in m.now.subjects(figure)} | set(m.views)
    rows = [_article_row(m, article) for article in named | set(m.reviews)]
    names = ("Ditampilkan", "Dipilih", "Membantu", "Ditolak", "Suara ya", "Suara tidak", "Dibaca", "Ditinjau")
    columns = (Column("Artikel", Kind.TEXT), *(Column(name) for name in names))
    note = "Ditampilkan, dipilih, membantu dan ditolak: sekali per kendala di percakapan. Suara dan dibaca: di halaman."
    by_shown = sorted(rows, key=lambda row: (-row[1], -row[7], row[0]))
    return Table("artikel", "Artikel", note, columns, by_shown, Chart("bar", (1, 2, 3), rows=10))


def _article_row(m: Material, article: int) -> tuple[str, int, int, int, int, int, int, int, int]:
    n = [m.now.count(figure, str(article)) for figure in _OF_ARTICLES]
    title = m.titles.get(article, "(sudah dihapus)")
    return f"{article}. {title}", *n, m.views.get(article, 0), m.reviews.get(article, 0)  # type: ignore[return-value]


def _channels(m: Material) -> Table:
    rows: list[Sequence[Cell]] = []
    for channel, figures in sorted(m.channels.items(), key=lambda part: -part[1].count(Figure.TALKS)):
        confirmed = figures.outcome(Outcome.CONFIRMED)
        counts = [figures.count(figure) for figure in (Figure.TALKS, Figure.QUESTIONS, Figure.OPENED, Figure.SOLVED)]
        rows.append((CHANNELS.get(channel, channel), *counts, confirmed.value))
    names = ("Percakapan", "Pertanyaan", "Tiket dibuka", "Tiket selesai")
    columns = (Column("Kanal", Kind.TEXT), *map(Column, names), Column("Terjawab (dinyatakan)", Kind.SHARE))
    return Table("kanal", "Per kanal", "", columns, rows, Chart("bar", (1, 3)))


def _programs(m: Material) -> Table:
    rows: list[Sequence[Cell]] = []
    for program, figures in sorted(m.programs.items(), key=lambda part: -part[1].count(Figure.OPENED)):
        median = figures.duration(Figure.SOLUTION, 0.5)
        counts = (figures.count(Figure.OPENED), figures.count(Figure.SOLVED))
        rows.append((program, *counts, median.minutes if median else None, figures.satisfied().value))
    columns = (
        Column("Program", Kind.TEXT), Column("Tiket dibuka"), Column("Tiket selesai"),
        Column("Selesai (tengah)", Kind.MINUTES), Column("Puas", Kind.SHARE),
    )  # fmt: skip
    note = "Program diketahui dari tiket; percakapan tanpa tiket tidak mencatatnya."
    return Table("program", "Per program", note, columns, rows, Chart("bar", (1, 2)))


_CALIBRATED: Final = (
    Column("Diperkirakan", Kind.SHARE), Column("Benar membantu", Kind.SHARE), Column("95 % dari", Kind.SHARE),
    Column("sampai", Kind.SHARE), Column("Kendala"),
)  # fmt: skip


def _calibration(m: Material) -> Table:
    rows = [(f"{n * 10}-{n * 10 + 10} %", *_calibrated(m.now, str(n))) for n in range(10)]
    note = (
        "Seberapa yakin bot pada artikel pertamanya, dibandingkan dengan seberapa sering artikel itu membantu; hanya "
        "kendala yang akhirnya dinyatakan orangnya. Kedua garis seharusnya berdekatan."
    )
    columns = (Column("Keyakinan", Kind.TEXT), *_CALIBRATED)
    return Table("kalibrasi", "Keyakinan bot dan kenyataan", note, columns, rows, Chart("line", (1, 2)))


def _calibrated(figures: Figures, tenth: str | None) -> tuple[Cell, ...]:
    n = figures.count(Figure.PREDICTED, tenth)
    if not n:
        return None, None, None, None, 0
    helped = share_of(figures.count(Figure.PREDICTED_HELPED, tenth), n)
    return figures.count(Figure.PREDICTED_SUM, tenth) / n / 1000, helped.value, helped.low, helped.high, n


def _calibration_course(m: Material) -> Table:
    rows = [(_step_name(step), *_calibrated(figures, None)) for step, figures in m.steps]
    columns = (Column("Tanggal", Kind.TEXT), *_CALIBRATED)
    title = "Keyakinan bot dari waktu ke waktu"
    return Table("kalibrasi-waktu", title, "", columns, rows, Chart("line", (1, 2)), shown=400)


def _whatsapp(m: Material) -> Table:
    rows: list[Sequence[Cell]] = [
        (month, sent, m.whatsapp_budget, sent / m.whatsapp_budget if m.whatsapp_budget else None)
        for month, sent in m.whatsapp
    ]
    columns = (Column("Bulan", Kind.TEXT), Column("Pesan terkirim"), Column("Anggaran"), Column("Terpakai", Kind.SHARE))
    note = "Pesan WhatsApp dihitung per bulan kalender terhadap ARKAS_WHATSAPP_BUDGET."
    return Table("whatsapp", "Biaya WhatsApp", note, columns, rows, Chart("bar", (1, 2)))


_TABLES: Final[Sequence[Callable[[Material], Table]]] = (
    _course,
    _outcomes,
    _comparison("keputusan", "Yang dilakukan bot dengan pertanyaan", Figure.QUESTIONS, DECISIONS),
    _comparison("eskalasi", "Alasan diteruskan ke petugas", Figure.ESCALATIONS, REASONS),
    _times,
    _tickets,
    _satisfaction,
    _articles,
    _channels,
    _programs,
    _calibration,
    _calibration_course,
    _whatsapp,
)
