// The ticket page and the list: words put into what is being written, and the field that a chosen deed needs.
(() => {
  "use strict";
  const put = (field, words) => {
    const start = field.selectionStart ?? field.value.length;
    const end = field.selectionEnd ?? start;
    const gap = start && !field.value.slice(0, start).endsWith("\n") ? "\n\n" : "";
    field.setRangeText(gap + words, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    const field = button && document.getElementById(button.dataset.insert);
    if (field) put(field, button.dataset.words);
    const deed = event.target.closest("input[data-writes]");
    if (deed) document.getElementById("isi").focus();
  });
  // A canned reply is found by any part of its title; it goes in when the title stands there whole: chosen, or typed.
  document.addEventListener("input", (event) => {
    const choice = event.target.closest("[data-insert-choice]");
    const field = choice && document.getElementById(choice.dataset.insertChoice);
    const wanted = field && [...choice.list.options].find((each) => each.value === choice.value);
    if (!wanted) return;
    choice.value = "";
    put(field, wanted.dataset.words);
  });
  document.addEventListener("keydown", (event) => {
    const choice = event.key === "Enter" && event.target.closest("[data-insert-choice]");
    if (!choice || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // Enter sends no form from here; the only one that is left goes in
    const typed = choice.value.trim().toLowerCase();
    const left = typed ? [...choice.list.options].filter((each) => each.value.toLowerCase().includes(typed)) : [];
    if (left.length !== 1) return;
    choice.value = "";
    put(document.getElementById(choice.dataset.insertChoice), left[0].dataset.words);
  });
  for (const place of document.querySelectorAll("[data-for-seconds]")) setTimeout(() => place.remove(), 1000 * place.dataset.forSeconds);
  // From one ticket of a list to the next: the numbers of the list that was open last in this tab, and nothing else of it.
  const LIST = "petugas-daftar";
  const list = document.querySelector("[data-list]");
  if (list) {
    const numbers = [...list.querySelectorAll("[name=nomor]")].map((box) => box.value);
    sessionStorage.setItem(LIST, JSON.stringify({ address: list.dataset.list, numbers }));
  }
  const order = document.getElementById("urutan");
  const last = JSON.parse(sessionStorage.getItem(LIST) || "null");
  if (order && last) {
    document.getElementById("ke-daftar").href = last.address;
    const here = last.numbers.indexOf(order.dataset.number);
    const [before, after] = order.querySelectorAll("a");
    for (const [link, number] of [[before, here > 0 && last.numbers[here - 1]], [after, here >= 0 && last.numbers[here + 1]]]) {
      if (number) link.href = `${location.pathname.replace(/\d+$/, "")}${number}`;
      else link.remove();
    }
    order.hidden = here < 0 || !order.children.length;
  }
  // Whoever leaves with something written is asked first; what was sent is no longer unsent.
  let unsent = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("#tulis textarea")) unsent = Boolean(event.target.value.trim());
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id === "tulis") unsent = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsent) event.preventDefault();
  });
})();
