// What the API speaks (see /docs on the server) and what waits to be sent.

export interface Card {
  id: number;
  number?: number | null; // by which it is chosen, where the cards of a turn come in several messages
  title: string;
  excerpt: string;
  url: string;
  payload: string;
}

export interface Button {
  title: string;
  payload: string;
}

export interface Attachment {
  name: string;
  url?: string; // signed, for a while; missing until the server has the file
}

export interface Message {
  id: number;
  sender: "user" | "bot" | "officer";
  text: string;
  articles: Card[];
  buttons: Button[];
  ticket: { number: number } | null;
  attachments: Attachment[];
  client_id: string | null;
  created_at: string;
}

export interface Article {
  id: number;
  title: string;
  html: string;
  url: string;
  verified: boolean;
}

export interface Waiting {
  client_id: string;
  text: string;
  payload?: string;
  attachments: Attachment[];
  tab: string;
  at: number;
}

/** What a browser keeps of a talk; the same for all its tabs. */
export interface Saved {
  id?: string;
  token?: string;
  user?: string;
  read: number;
  queue: Waiting[];
}
