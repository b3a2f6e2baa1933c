// Small comforts for the pages. Everything works without this file.

// A vote is sent without leaving the place where one reads: the answer's own section takes the place of the old one.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-vote]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  event.submitter.setAttribute("aria-disabled", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const section = document.importNode(page.getElementById("nilai"), true);
    document.getElementById("nilai").replaceWith(section);
    const next = section.querySelector("[role=status], legend") || section.querySelector("h2");
    next.tabIndex = -1;
    next.focus();
  } catch {
    form.removeAttribute("data-vote");
    event.submitter.removeAttribute("aria-disabled");
    form.requestSubmit(event.submitter);
  }
});

// Offline: a worker keeps what was read, finds articles by their words, and holds a report until it can be sent.
// Who saves data is spared its 60 KB; a browser without workers misses only this.
const workers = navigator.serviceWorker;
if (workers && !navigator.connection?.saveData) {
  workers.addEventListener("message", ({ data }) => announce(data));
  addEventListener("load", async () => {
    await workers.register("/offline.js").catch(() => undefined);
    const { active } = await workers.ready;
    if (!workers.controller) active.postMessage({ keep: location.pathname });
    const send = () => active.postMessage("send");
    addEventListener("online", send);
    send();
  });
}

function announce({ sent, refused, report }) {
  const note = document.createElement("div");
  note.className = "note";
  note.setAttribute("role", "status");
  const title = document.createElement("p");
  title.textContent = sent
    ? `Laporan “${report.subject}” sudah terkirim. Nomor tiketnya #${sent}.`
    : `Laporan “${report.subject}” belum diterima: ${refused} Silakan kirim lagi lewat Formulir Layanan.`;
  note.append(title);
  if (!sent) {
    const details = document.createElement("p");
    details.textContent = report.details;
    note.append(details);
  }
  document.getElementById("isi").prepend(note);
}
