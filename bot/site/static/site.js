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
