// Where this reader comes back to. The browser keeps keys and counts only, no names: c7 is a candidate, rMLE-3 a
// requisition. What they are called the server says, as far as the reader may still see them.

const KEPT = 40;
const DAY = 86_400_000;
const form = document.querySelector("[data-palette-url]");
const store = form ? `places:${form.dataset.reader}` : "";
const named = form ? `places-named:${form.dataset.reader}` : "";

/** The address that the palette asks; "" where nobody is signed in. */
export const address = form?.dataset.paletteUrl ?? "";

function read(storage, key, otherwise) {
  try {
    return JSON.parse(storage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // Without room or leave to keep anything the palette starts empty.
  }
}

function keyOf(path) {
  const root = address.replace(/\/palette$/, "");
  const within = path.startsWith(root) ? path.slice(root.length) : path;
  const candidate = /^\/candidates\/(\d+)$/.exec(within);
  if (candidate) return `c${candidate[1]}`;
  const requisition = /^\/requisitions\/([^/]+)/.exec(within);
  if (!requisition || requisition[1] === "new") return "";
  try {
    return `r${decodeURIComponent(requisition[1])}`;
  } catch {
    // An address cut off within a sign ("%E0%A4") names nothing.
    return "";
  }
}

/** The place that the page at hand is about, "" for none. */
export function here() {
  return keyOf(location.pathname);
}

/** Notes that the reader was at the place of this key. */
export function visited(key) {
  if (!store || !key) return;
  const known = read(localStorage, store, {});
  const [count = 0] = known[key] ?? [];
  known[key] = [count + 1, Date.now()];
  const kept = Object.entries(known).sort((one, other) => other[1][1] - one[1][1]).slice(0, KEPT);
  write(localStorage, store, Object.fromEntries(kept));
}

/** Keys of places, the one most likely to be wanted first: often counts, and lately counts more. */
export function seen() {
  const known = read(localStorage, store, {});
  const weight = ([, [count, at]]) => Math.min(count, 20) / (1 + (Date.now() - at) / DAY) ** 1.5;
  return Object.entries(known)
    .sort((one, other) => weight(other) - weight(one))
    .map(([key]) => key)
    .slice(0, 24);
}

/** What the server said last about these places, for as long as this tab is open. */
export function remembered() {
  return read(sessionStorage, named, null);
}

/** Keeps what the server said about them. */
export function remember(answer) {
  write(sessionStorage, named, answer);
}

visited(here());

// Whoever signs out leaves no names behind in this tab.
document.addEventListener("submit", (event) => {
  if (event.target.matches?.('form[action$="/sign-out"]')) {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("places-named:")) sessionStorage.removeItem(key);
  }
});
