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

export interface Message {
  id: number;
  sender: "user" | "bot" | "officer";
  text: string;
  articles: Card[];
  buttons: Button[];
  ticket: { number: number } | null;
  attachments: { name: string }[];
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
  attachments: { name: string }[];
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
