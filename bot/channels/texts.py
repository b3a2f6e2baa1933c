"""What a channel itself has to say: only what no dialogue can know (files, groups, erasing, linking)."""

from typing import Final

from bot.channels.port import Choice

ERASE_YES: Final = "!hapus-ya"
ERASE_NO: Final = "!hapus-tidak"
TYPED: Final = "!tulis:"  # what follows is taken as if the person had typed it
_LOCAL: Final = "!"  # payloads of the dialogue begin with "/", so these two never meet

GROUP: Final = (
    "Maaf, saya hanya melayani percakapan pribadi supaya data sekolah tidak terbaca orang lain. "
    "Silakan kirim pesan langsung kepada saya, Bapak/Ibu."
)
EDITED: Final = "Pesan yang diubah tidak terbaca otomatis, Bapak/Ibu. Silakan kirim sebagai pesan baru."
CHOICE_GONE: Final = "Pilihan ini sudah tidak berlaku. Silakan tulis kembali pertanyaannya, Bapak/Ibu."
FILE_TOO_LARGE: Final = (
    "Berkasnya terlalu besar untuk diterima di sini (batasnya {megabytes} MB). "
    "Silakan kirim yang lebih kecil, atau lampirkan lewat formulir bantuan: {form}"
)
FILE_AS_LINK: Final = "Berkas dari petugas: {name}\n{url}"
FILE_LOST: Final = "Berkasnya belum dapat kami unduh. Silakan kirim ulang sebentar lagi, Bapak/Ibu."
FAILED: Final = "Maaf, pesan terakhir belum dapat kami proses. Silakan kirim ulang sebentar lagi, Bapak/Ibu."

WORDLESS: Final = {
    "voice": "Maaf, saya belum bisa mendengarkan pesan suara. Boleh ditulis kendalanya, Bapak/Ibu?",
    "audio": "Maaf, saya belum bisa mendengarkan rekaman. Boleh ditulis kendalanya, Bapak/Ibu?",
    "sticker": "Stikernya lucu, Bapak/Ibu. Kalau ada kendala ARKAS atau BOSP, silakan tulis di sini.",
    "location": "Lokasi tidak diperlukan, Bapak/Ibu. Cukup tulis kendalanya di sini.",
    "contact": "Kontak tidak diperlukan dan tidak kami simpan. Cukup tulis kendalanya di sini, Bapak/Ibu.",
    "reaction": "",  # a thumb on a message wants no answer
}
WORDLESS_OTHER: Final = "Maaf, pesan jenis ini belum bisa saya baca. Boleh ditulis dengan kata-kata, Bapak/Ibu?"

ERASE_ASK: Final = (
    "Semua pesan, lampiran, dan identitas Bapak/Ibu di bot ini akan dihapus dan tidak dapat dikembalikan. "
    "Tiket yang sudah dibuat tetap ada di Tim Helpdesk. Lanjutkan menghapus?"
)
ERASE_CHOICES: Final = (Choice("Ya, hapus", ERASE_YES), Choice("Batal", ERASE_NO))
ERASE_KEPT: Final = "Baik, tidak ada yang dihapus."
ERASED: Final = "Pesan dan identitas Bapak/Ibu sudah dihapus. Kapan pun perlu bantuan lagi, silakan tulis di sini."

LINKED: Final = (
    "Percakapan Bapak/Ibu sudah tersambung ke sini. Silakan lanjutkan; tiket yang dibuat di sana ikut terbaca."
)
LINK_TO_WEB: Final = (
    "Untuk melanjutkan percakapan ini di situs, buka tautan berikut dalam 15 menit (hanya bisa dipakai sekali):\n{url}"
)
TICKETS: Final = "Tiket Bapak/Ibu:\n{lines}\n\nPilih satu untuk melihat statusnya."

EMAIL_HOW: Final = "Tulis /email diikuti alamatnya, misalnya: /email rina@sekolah.sch.id"
EMAIL_SENT: Final = "Kode 6 angka sudah dikirim ke {email} (berlaku 15 menit). Balas dengan: /kode 123456"
EMAIL_OFF: Final = "Konfirmasi email belum tersedia saat ini."
EMAIL_JOINED: Final = "Email {email} sudah dikonfirmasi. Tiket dengan alamat itu sekarang mengikuti Bapak/Ibu."
CODE_HOW: Final = "Tulis /kode diikuti 6 angka dari email, misalnya: /kode 123456"

CHANNELS: Final = {"telegram": "Telegram", "whatsapp": "WhatsApp"}
# For officers, in the ticket's notes.
MISSED_CLOSED: Final = (
    "Tidak terkirim ke {channel}: pesan terakhir pelapor di sana sudah lebih dari 24 jam. Pelapor hanya menerima email."
)
MISSED_LEFT: Final = "Tidak terkirim ke {channel}: pelapor memblokir bot di sana. Pelapor hanya menerima email."

MISSED_OTHER: Final = "Tidak terkirim ke {channel} ({reason}). Pelapor hanya menerima email."


def is_local(payload: str) -> bool:
    """Whether a payload belongs to the channel and not to the dialogue."""
    return payload.startswith(_LOCAL)
