// Where the widget comes from and what the page that embeds it asks for.
//
//   <script src="https://.../widget.js" async data-lang="en" data-theme="dark" data-side="left"></script>

// A module is no "current script": it is found by its address.
const script = (document.currentScript ?? document.querySelector("script[src*='/widget.js']")) as HTMLScriptElement;

export const HOME = new URL(script.src).origin;
export const API = `${HOME}/api/v1`;
export const AT_HOME = HOME === location.origin;

export interface Identity {
  user_id: string;
  email: string;
  expires: number;
  signature: string;
}

const { lang, theme, side, title, launcher, user, email, expires, signature } = script.dataset;

export const OPTIONS = { lang, theme, side, title, launcher };

/** Who the visitor is, as the embedding site's own server signed it. */
export const IDENTITY: Identity | undefined =
  user && email && expires && signature ? { user_id: user, email, expires: Number(expires), signature } : undefined;
