// How htmx speaks with the server: the CSRF token on every request, and what an answer that is no success means.

import { announceLoaded, csrfToken, messageFrom } from "./page.js";
import { toast, toastSignIn } from "./toasts.js";

const ASKS = "[hx-get], [hx-post]";

/** Lets what `root` holds ask the server by itself. htmx is larger than all the rest, so it is fetched where something asks. */
export function enliven(root) {
  if (!root.matches(ASKS) && !root.querySelector(ASKS)) return;
  import("./htmx.js").then(({ htmx }) => htmx.process(root));
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});

/** Answers with which a form comes back to its reader, with all that was typed: mended here, or overtaken by somebody. */
export const FORM_AGAIN = new Set([409, 422]);

/** What to tell the reader about an answer that is no success. */
export function explain(status, body, contentType) {
  const said = messageFrom(body, contentType);
  if (said) return said;
  if (status === 0) return "The server did not answer. Check the connection and try again.";
  if (status === 403) return "You may not do that here.";
  if (status === 404) return "That is not there any more. Load the page again.";
  if (status === 409) return "Someone else changed this first. Load the page again to see what they did.";
  if (status === 413) return "The file is too large.";
  if (status === 429) return "That was too often in a short time. Wait a minute and try again.";
  return "That did not work. Try again; if it goes on, tell an admin.";
}

/** Shows why a request did not succeed. */
export function refuse(status, body, contentType) {
  if (status === 401) toastSignIn();
  else toast(explain(status, body, contentType), { kind: status >= 500 || status === 0 ? "bad" : "warn" });
}

// A form that came back with errors beside its fields is shown; a refusal with a sentence is not, it becomes a toast.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status !== 422) return;
  const refused = messageFrom(xhr.responseText, xhr.getResponseHeader("Content-Type"));
  event.detail.shouldSwap = !refused;
  event.detail.isError = Boolean(refused);
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  refuse(xhr.status, xhr.responseText, xhr.getResponseHeader("Content-Type"));
});

document.addEventListener("htmx:sendError", () => refuse(0, "", ""));
document.addEventListener("htmx:timeout", () => refuse(0, "", ""));

document.addEventListener("htmx:load", (event) => announceLoaded(event.detail.elt));

enliven(document.body);
