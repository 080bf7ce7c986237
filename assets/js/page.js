// What several modules need: the token of the page, and running something on every piece of the page, now and later.

/** The CSRF token of this page, "" where there is none. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** Calls `start(element)` once for each element that matches, now and for whatever is loaded later. */
export function whenPresent(selector, start) {
  const seen = new WeakSet();
  const look = (root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    for (const element of found) {
      if (seen.has(element)) continue;
      seen.add(element);
      start(element);
    }
  };
  look(document);
  document.addEventListener("page:loaded", (event) => look(event.target instanceof Document ? document : event.target));
}

/** Announces that `root` holds new content. */
export function announceLoaded(root) {
  root.dispatchEvent(new CustomEvent("page:loaded", { bubbles: true }));
}

/** What tells the server that a board is open, and which: it then answers with what was done, and the page stays. */
export function boardHeader() {
  const board = document.querySelector("[data-board]");
  return board ? { "X-Board": `${board.dataset.board}${new URL(board.dataset.url ?? location.href, location.href).search}` } : {};
}

/** An icon of the sprite, as an element. */
export function icon(name) {
  const sprite = document.querySelector('meta[name="icons"]')?.content ?? "";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "ico");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** The sentence in which the server said what went wrong: JSON `message` or `error`, or the element marked `data-message`. */
export function messageFrom(body, contentType) {
  if (contentType?.includes("json")) {
    try {
      const said = JSON.parse(body);
      return said.message ?? said.error ?? "";
    } catch {
      return "";
    }
  }
  if (!contentType?.includes("html")) return "";
  const parsed = new DOMParser().parseFromString(body, "text/html");
  return parsed.querySelector("[data-message]")?.textContent.trim().replace(/\s+/g, " ") ?? "";
}
