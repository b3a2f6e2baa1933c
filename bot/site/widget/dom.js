// Making elements. What people and bot write is only ever set as text.

const MAY_STAND = new Set("P BR STRONG EM CODE PRE BLOCKQUOTE HR A UL OL LI H2 H3 H4 TABLE THEAD TBODY TR TH TD".split(" "));

const el = (tag, properties = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node && !name.includes("-")) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

const icon = (path) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const attributes = { width: 24, height: 24, viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  svg.append(document.createElementNS(svg.namespaceURI, "path"));
  svg.firstChild.setAttribute("d", path);
  return svg;
};

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const safeLink = (address) => {
  try {
    const url = new URL(address, HOME);
    return ["https:", "http:", "mailto:"].includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
};

const link = (address, text, properties = {}) => {
  const url = safeLink(address);
  if (!url) return document.createTextNode(text);
  const elsewhere = url.origin !== location.origin ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return el("a", { href: url.href, textContent: text, ...elsewhere, ...properties });
};

// Addresses inside plain text become links; a full stop at the end belongs to the sentence.
const withLinks = (text) => text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/).map((part, i) => (i % 2 ? link(part, part) : part));

// Rebuilds washed HTML from the elements that articles use; anything else leaves only its text.
const rebuilt = (nodes) =>
  Array.from(nodes).flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return [node.data];
    if (node.nodeType !== Node.ELEMENT_NODE || ["SCRIPT", "STYLE"].includes(node.tagName)) return [];
    const inner = rebuilt(node.childNodes);
    if (!MAY_STAND.has(node.tagName)) return inner;
    if (node.tagName === "A") return [link(node.getAttribute("href") || "", node.textContent)];
    return [el(node.tagName, node.tagName === "OL" && node.start !== 1 ? { start: node.start } : {}, ...inner)];
  });
