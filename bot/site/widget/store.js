// What is kept in the browser between visits: the talk's id and token, what could not be sent yet, whether it was open.
// Private windows may refuse storage; the talk then lives as long as the page.

class Store {
  constructor(name) {
    this.name = name;
  }

  load() {
    try {
      const saved = JSON.parse(localStorage.getItem(this.name)) || {};
      return { id: saved.id, token: saved.token, queue: Array.isArray(saved.queue) ? saved.queue : [] };
    } catch {
      return { queue: [] };
    }
  }

  save(talk) {
    try {
      localStorage.setItem(this.name, JSON.stringify(talk));
    } catch {
      // See above.
    }
  }

  get wasOpen() {
    try {
      return sessionStorage.getItem(this.name) === "open";
    } catch {
      return false;
    }
  }

  set wasOpen(open) {
    try {
      sessionStorage.setItem(this.name, open ? "open" : "");
    } catch {
      // See above.
    }
  }
}
