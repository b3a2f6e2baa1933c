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

// While a subject is typed, at most three articles that may answer it are offered below; what was offered here is not
// offered again after sending.
const offer = document.getElementById("subject-offer");
if (offer) {
  const subject = document.getElementById("subject");
  let timer, asked;
  subject.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, 400);
  });

  const suggest = async () => {
    const query = subject.value.trim();
    asked?.abort();
    asked = new AbortController();
    if (query.length < 8) return offer.replaceChildren();
    try {
      const answer = await fetch(`/api/v1/articles?limit=3&query=${encodeURIComponent(query)}`, { signal: asked.signal });
      const { decision, articles } = await answer.json();
      show(decision === "abstain" ? [] : articles);
    } catch {
      // Without an answer the form is just a form.
    }
  };

  const show = (articles) => {
    const list = document.createElement("ul");
    list.append(...articles.map(({ title, url }) => {
      const link = Object.assign(document.createElement("a"), { href: url, textContent: title, target: "_blank", rel: "noopener" });
      const item = document.createElement("li");
      item.append(link);
      return item;
    }));
    const title = Object.assign(document.createElement("p"), { textContent: "Mungkin artikel ini menjawab:" });
    offer.replaceChildren(...(articles.length ? [title, list] : []));
    if (articles.length) subject.form.elements.ditawari.value = "1";
  };
}

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
