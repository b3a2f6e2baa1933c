// Keys, focus and questions of the console. Pages only write attributes (docs/console.md, "For developers"):
//   data-key="a"  data-key="g t"   the element is clicked, or focused when it is a field; data-title names it in the help
//   data-rows, data-row            j and k walk the rows, x ticks a row's box, Enter opens its link
//   data-confirm="..."             a form asks before it is sent
//   data-check-all="name"          ticks all boxes of that name
//   data-busy="..."                a form that takes long is sent once, and says so in its role=status
// Everything works without this file; nothing here talks to the server.
(() => {
  "use strict";
  const OFF = "petugas-pintasan-mati";
  const WAIT = 1200; // ms that the second key of a pair may take
  const LEFT_WITHIN = 4000; // ms after which a sent form is thought to have stayed
  let pending = "";
  let timer = 0;
  let leaving = false; // a form is on its way: what is pressed now was meant for the page that follows

  const off = () => localStorage.getItem(OFF) === "1";
  const visible = (element) => element.getClientRects().length > 0 && !element.closest("[inert]");
  const typing = (element) =>
    element instanceof HTMLElement &&
    (element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])"));
  const all = () => [...document.querySelectorAll("[data-key]")].filter(visible);
  const open = () => document.querySelector("dialog[open]");

  const use = (element) => {
    if (typing(element)) {
      element.focus();
      if (element.select) element.select();
    } else if (element.matches("summary")) {
      const inside = element.parentElement.contains(document.activeElement);
      if (inside || !element.parentElement.open) element.click(); // what stands open is gone to first, then closed
      element.focus(); // Tab goes on inside
    } else if (element.matches("a[href], button, input, label")) element.click();
    else element.focus();
  };

  const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter(visible);
  const handle = (row) => row.querySelector("[data-row-link]") || row.querySelector("a[href], button, input") || row;
  // Who comes back to a list goes on where it was left: after the row, or at what has taken its place.
  const ROW = "petugas-baris";
  const boxOf = (row) => row.querySelector("input[type=checkbox]")?.value;
  const resumed = (list, by) => {
    const left = JSON.parse(sessionStorage.getItem(ROW) || "null");
    if (!left || left.path !== location.pathname) return 0;
    const place = list.findIndex((row) => boxOf(row) === left.value);
    return place < 0 ? left.place : place + by;
  };
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || !boxOf(row)) return;
    sessionStorage.setItem(ROW, JSON.stringify({ path: location.pathname, value: boxOf(row), place: rows().indexOf(row) }));
  });
  const walk = (by) => {
    const list = rows();
    if (!list.length) return false;
    const here = list.findIndex((row) => row.contains(document.activeElement));
    const wanted = here < 0 ? resumed(list, by) : here + by;
    const next = list[Math.max(0, Math.min(list.length - 1, wanted))];
    const target = handle(next);
    if (target === next) next.tabIndex = -1;
    target.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };
  const tick = () => {
    const row = rows().find((each) => each.contains(document.activeElement));
    const box = row && row.querySelector("input[type=checkbox]");
    if (box) box.click();
    return Boolean(box);
  };
  // A key of a deed on ticked rows, where none is ticked, means the row that is walked to.
  const tickFor = (element) => {
    const form = element.closest(".bulk") && element.form;
    if (form && !form.querySelector("[data-row] input:checked")) tick();
  };
  const BUILT_IN = { j: () => walk(1), k: () => walk(-1), x: tick };
  const BUILT_IN_TITLES = { j: "Baris berikutnya", k: "Baris sebelumnya", x: "Centang baris" };

  const press = (key) => {
    const wanted = pending ? `${pending} ${key}` : key;
    clearTimeout(timer);
    pending = "";
    const elements = all();
    const found = elements.find((element) => element.dataset.key === wanted);
    if (found) {
      tickFor(found);
      use(found);
      return true;
    }
    if (elements.some((element) => element.dataset.key.startsWith(`${wanted} `))) {
      pending = wanted;
      timer = setTimeout(() => (pending = ""), WAIT);
      return true;
    }
    return Object.hasOwn(BUILT_IN, wanted) && BUILT_IN[wanted]();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target) && !open()) {
      event.target.blur();
      return;
    }
    // Of many deeds on a list, Enter means the one whose value is being chosen, not the form's first button.
    const pair = event.key === "Enter" && typing(event.target) && event.target.closest(".bulk .pair");
    if (pair) {
      event.preventDefault();
      pair.querySelector("button").click();
      return;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
    if (typing(event.target) || open() || leaving || (off() && event.key !== "?")) return;
    if (press(event.key)) event.preventDefault();
  });

  const make = (name, text, children = []) => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    element.append(...children);
    return element;
  };
  const line = (key, title) => make("div", "", [
    make("dt", title),
    make("dd", "", key.split(" ").flatMap((part, i) => (i ? [" ", make("kbd", part)] : [make("kbd", part)]))),
  ]);
  const title = (element) =>
    element.dataset.title || element.getAttribute("aria-label") ||
    (element.labels && element.labels[0] ? element.labels[0].textContent : element.textContent).trim();

  const help = () => {
    const dialog = make("dialog", "", [make("h2", "Pintasan papan tombol")]);
    dialog.setAttribute("aria-label", "Pintasan papan tombol");
    const seen = new Map(all().map((element) => [element.dataset.key, title(element)]));
    if (rows().length) for (const [key, text] of Object.entries(BUILT_IN_TITLES)) seen.set(key, text);
    dialog.append(make("dl", "", [...seen].map(([key, text]) => line(key, text))));
    dialog.append(make("p", "Ctrl+Enter mengirim formulir, Esc keluar dari isian."));
    const box = make("input");
    box.type = "checkbox";
    box.checked = !off();
    box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
    dialog.append(make("p", "", [make("label", "", [box, " Pintasan huruf aktif"])]));
    const close = make("button", "Tutup");
    close.className = "button";
    close.addEventListener("click", () => dialog.close());
    dialog.append(close);
    const before = document.activeElement;
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before instanceof HTMLElement) before.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
  };

  const prepare = (root) => {
    for (const element of root.querySelectorAll("[data-key]")) element.setAttribute("aria-keyshortcuts", element.dataset.key);
    for (const button of root.querySelectorAll("[data-help]")) button.hidden = false;
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-help]")) help();
  });
  document.addEventListener("submit", (event) => {
    const question = (event.submitter && event.submitter.dataset.confirm) || event.target.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    leaving = true;
    setTimeout(() => (leaving = false), LEFT_WITHIN); // a download leaves nothing
    if (!form.dataset.busy) return;
    if (form.ariaBusy === "true") {
      event.preventDefault();
      return;
    }
    form.ariaBusy = "true";
    const told = form.querySelector("[role=status]");
    if (told) told.textContent = form.dataset.busy;
  });
  window.addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted) for (const form of document.querySelectorAll("form[data-busy]")) form.ariaBusy = "false";
  });
  document.addEventListener("change", (event) => {
    const name = event.target.dataset && event.target.dataset.checkAll;
    if (name) for (const box of document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)) box.checked = event.target.checked;
  });
  // What htmx put in place of the focused element must not lose the keyboard: its first marked place, or itself.
  document.addEventListener("htmx:afterSettle", (event) => {
    const place = event.detail.elt;
    prepare(place.parentElement || document);
    if (place.closest("[data-quiet]")) return; // what comes by itself takes nobody's place
    if (document.activeElement && document.activeElement !== document.body) return;
    const next = place.querySelector("[data-focus]") || place;
    if (!next.matches("a, button, input, select, textarea")) next.tabIndex = -1;
    next.focus({ preventScroll: true });
  });
  prepare(document);
  const current = document.querySelector(".menu [aria-current]"); // on a phone the menu is a row that scrolls
  if (current) current.scrollIntoView({ block: "nearest", inline: "center" });
})();
