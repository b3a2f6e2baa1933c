// Making elements. What people and bot write is only ever set as text.

import { HOME } from "./config";

const MAY_STAND = new Set("P BR STRONG EM CODE PRE BLOCKQUOTE HR A UL OL LI H2 H3 H4 TABLE THEAD TBODY TR TH TD".split(" "));

type Properties = Record<string, unknown>;
type Child = Node | string | null | undefined;

export const el = <Tag extends keyof HTMLElementTagNameMap>(tag: Tag, properties: Properties = {}, ...children: Child[]): HTMLElementTagNameMap[Tag] => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node && !name.includes("-")) (node as unknown as Properties)[name] = value;
    else node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child): child is Node | string => child != null));
  return node;
};

const SVG = "http://www.w3.org/2000/svg";

export const icon = (path: string): SVGSVGElement => {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { width: 24, height: 24, viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": true };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, String(value));
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
};

export const CROSS = "M6 6l12 12M18 6 6 18";

const safeLink = (address: string): URL | null => {
  try {
    const url = new URL(address, HOME);
    return ["https:", "http:", "mailto:"].includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
};

export const link = (address: string, text: string): Node => {
  const url = safeLink(address);
  if (!url) return document.createTextNode(text);
  const elsewhere = url.origin !== location.origin ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return el("a", { href: url.href, textContent: text, ...elsewhere });
};

/** Addresses inside plain text become links; a full stop at the end belongs to the sentence. */
export const withLinks = (text: string): Child[] =>
  text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/).map((part, i) => (i % 2 ? link(part, part) : part));

interface Policy {
  createHTML(html: string): string;
}

interface PolicyMaker {
  createPolicy(name: string, rules: Policy): Policy;
}

// Pages that demand Trusted Types let the parser read only what a policy made; what it read is rebuilt below anyway.
// Made when it is needed: a name is given once a page, and a page that grants it to nobody still gets the talk.
let policy: Policy | undefined;
const trusted = (html: string): string => {
  const { trustedTypes } = window as { trustedTypes?: PolicyMaker };
  policy ??= (trustedTypes ?? ({ createPolicy: (_, rules) => rules } as PolicyMaker)).createPolicy("arkas-chat", { createHTML: (words) => words });
  return policy.createHTML(html);
};

/** Rebuilds washed HTML from the elements that articles use; anything else leaves only its text. Empty where the page forbids it. */
export const rebuild = (html: string): (Node | string)[] => {
  try {
    return rebuilt(new DOMParser().parseFromString(trusted(html), "text/html").body.childNodes);
  } catch {
    return [];
  }
};

const rebuilt = (nodes: NodeListOf<ChildNode>): (Node | string)[] =>
  Array.from(nodes).flatMap((node) => {
    if (node instanceof Text) return [node.data];
    if (!(node instanceof HTMLElement) || ["SCRIPT", "STYLE"].includes(node.tagName)) return [];
    const inner = rebuilt(node.childNodes);
    if (!MAY_STAND.has(node.tagName)) return inner;
    if (node instanceof HTMLAnchorElement) return [link(node.getAttribute("href") ?? "", node.textContent ?? "")];
    const start = node instanceof HTMLOListElement && node.start !== 1 ? { start: node.start } : {};
    return [el(node.tagName.toLowerCase() as "div", start, ...inner)];
  });
