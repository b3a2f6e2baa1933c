// Reports that were written without a network: kept on the device, sent once, with the key that the form gave them.

const STORE = "reports";

type Value = string | File;

export interface Report {
  key: string;
  fields: [name: string, value: Value][];
  outcome?: Outcome; // how it ended while no page was open to tell it
}

export interface Outcome {
  sent?: number; // the ticket's number
  refused?: string; // why, in the server's words
  report: { subject: string; details: string };
}

const open = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open("arkas", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const within = async <T>(mode: IDBTransactionMode, action: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = action(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
};

export const put = async (form: FormData): Promise<void> => {
  const fields = [...form.entries()].filter(([, value]) => typeof value === "string" || value.size) as Report["fields"];
  await within("readwrite", (store) => store.put({ key: String(form.get("key")), fields } satisfies Report));
};

/** Sends what waits; `told` says whether anybody heard of the end. What the network or a busy server keeps back stays for the next time. */
export const flush = async (told: (outcome: Outcome) => Promise<boolean>): Promise<void> => {
  for (const report of await within<Report[]>("readonly", (store) => store.getAll())) {
    const outcome = report.outcome ?? (await deliver(report).catch(() => undefined));
    if (!outcome) return;
    const ended: Report = { key: report.key, fields: [], outcome };
    if (await told(outcome)) await within("readwrite", (store) => store.delete(report.key));
    else await within("readwrite", (store) => store.put(ended));
  }
};

const deliver = async ({ key, fields }: Report): Promise<Outcome | undefined> => {
  const form = new FormData();
  // The page's own key: had the first try arrived after all, this one finds its ticket instead of opening another.
  form.append("client_id", `form:${key}`);
  for (const [name, value] of fields) if (name !== "key") form.append(name, value);
  const answer = await fetch("/api/v1/tickets", { method: "POST", body: form });
  if (answer.status === 429 || answer.status >= 500) return undefined;
  const told = (await answer.json()) as { number?: number; detail?: string };
  const text = (name: string) => String(form.get(name) ?? "");
  const report = { subject: text("subject"), details: text("details") };
  return answer.ok ? { sent: told.number ?? 0, report } : { refused: told.detail ?? "", report };
};
