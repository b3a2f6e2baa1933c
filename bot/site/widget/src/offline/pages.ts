// Pages that are put together on the device; their frame is the page that the server keeps for this (templates/offline.html).

import type { Hit } from "./lexicon";
import { kept, LAST_RESORT } from "./shelf";

const PLACE = "<!--isi-->";

const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const framed = async (content: string, status = 200): Promise<Response> => {
  const frame = await kept(LAST_RESORT);
  if (!frame) return Response.error();
  const headers = new Headers({ "Content-Type": "text/html; charset=utf-8" });
  for (const name of ["Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"]) {
    const value = frame.headers.get(name);
    if (value) headers.set(name, value);
  }
  return new Response((await frame.text()).replace(PLACE, () => content), { status, headers });
};

const list = (hits: Hit[], readable: Set<string>): string =>
  hits.length
    ? `<ul class="results">${hits
        .map(({ title, url, excerpt }) => `<li><a href="${escape(url)}">${escape(title)}</a>${readable.has(url) ? " <strong>(tersimpan)</strong>" : ""}<p>${escape(excerpt)}</p></li>`)
        .join("")}</ul>`
    : "";

export const notHere = (hits: Hit[]): Promise<Response> =>
  framed(`<h1>Sedang tanpa jaringan</h1><p class="lead">Halaman ini belum tersimpan di perangkat Bapak/Ibu. Yang sudah pernah dibaca tetap dapat dibuka:</p>${list(hits, new Set())}`);

export const found = (question: string, hits: Hit[], readable: Set<string>): Promise<Response> =>
  framed(
    `<h1>Hasil untuk “${escape(question)}”</h1><p class="lead">Pencarian tanpa jaringan. Artikel bertanda (tersimpan) dapat dibuka sekarang, yang lain begitu tersambung.</p>${
      list(hits, readable) || "<p>Belum ada yang cocok. Coba kata lain.</p>"
    }`,
  );

export const reportKept = (): Promise<Response> =>
  framed(
    '<h1>Laporan tersimpan di perangkat ini</h1><p class="lead" role="status">Jaringan sedang terputus. Laporan dikirim sendiri begitu tersambung; biarkan halaman ini terbuka atau buka lagi nanti. Nomor tiketnya ditampilkan di sini.</p>',
  );
