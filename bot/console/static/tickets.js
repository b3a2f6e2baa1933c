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
  document.addEventListener("change", (event) => {
    const choice = event.target.closest("[data-insert-choice]");
    const field = choice && document.getElementById(choice.dataset.insertChoice);
    if (!field || !choice.value) return;
    put(field, choice.value);
    choice.selectedIndex = 0;
  });
  for (const place of document.querySelectorAll("[data-for-seconds]")) setTimeout(() => place.remove(), 1000 * place.dataset.forSeconds);
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
