// What others do shows by itself. A board asks for its pulse every other second while somebody can see it; when the
// pulse has risen it asks for the columns, and brings its own up to date card by card: focus, scroll, an open menu, a
// card that is being dragged and what is on its way to the server are left alone.

import { toastSignIn } from "../toasts.js";
import { menuIsOpen } from "./menu.js";
import { showPeople } from "./presence.js";
import { furtherOn, reconcile } from "./reconcile.js";

/** Between two looks, in milliseconds; after faults twice as long each time, up to the longest. */
const EVERY = 2000;
const LONGEST = 60000;
/** Days pass without anybody doing anything: after this long the columns are asked for anyway, in milliseconds. */
const STALE = 3600000;
/** How often at most it is said aloud that others have changed the board, in milliseconds. */
const QUIET = 10000;

const part = (pulse, at) => Number(pulse?.split(".")[at] ?? 0);

async function columnsAt(address) {
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true", Accept: "text/html" } });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

/** Keeps `board` as it is at the server. */
export function keepAlive(board) {
  let tag = "";
  let faults = 0;
  let timer = null;
  let asking = null;
  let refreshing = false;
  let wanted = false;
  let stopped = false;
  let read = Date.now();

  const visible = () => document.visibilityState === "visible";

  function later() {
    clearTimeout(timer);
    if (stopped || !visible()) return;
    const pause = Math.min(LONGEST, EVERY * 2 ** faults);
    // Not all at once, after a server was away.
    timer = setTimeout(look, pause * (0.9 + Math.random() * (faults ? 0.6 : 0.2)));
  }

  async function look() {
    clearTimeout(timer);
    if (stopped || !visible() || asking) return;
    asking = new AbortController();
    let answer = null;
    try {
      answer = await fetch(board.dataset.pulseUrl, {
        headers: { Accept: "application/json", "HX-Request": "true", ...(tag && { "If-None-Match": tag }) },
        signal: asking.signal,
      });
    } catch (fault) {
      if (fault.name !== "AbortError") faults += 1;
    }
    try {
      if (answer) await heard(answer);
    } finally {
      // The next look is certain, whatever becomes of this one.
      asking = null;
      later();
    }
  }

  async function heard(answer) {
    if (answer.status === 401) {
      stopped = true;
      toastSignIn({ kept: "The board is as it was then." });
      document.addEventListener("signed-in-again", start, { once: true });
      return;
    }
    // It is no longer this reader's to see, or no longer there: what is shown stays, and loading the page says more.
    if (answer.status === 403 || answer.status === 404) stopped = true;
    if (answer.status >= 400) {
      faults += 1;
      return;
    }
    faults = 0;
    if (answer.status !== 304) {
      const { pulse, people } = await answer.json();
      tag = answer.headers.get("ETag") ?? "";
      showPeople(people);
      if (part(pulse, 0) !== part(board.dataset.pulse, 0)) await refresh();
    }
    if (Date.now() - read > STALE) await refresh();
  }

  function start() {
    stopped = false;
    faults = 0;
    look();
  }

  const busy = () => board.classList.contains("dragging") || menuIsOpen();

  /** Brings the board up to date, now or once the reader's hands are free. */
  async function refresh() {
    if (busy() || refreshing) {
      wanted = true;
      return;
    }
    wanted = false;
    const address = new URL(board.dataset.url ?? location.href, location.href);
    address.hash = "";
    address.searchParams.set("since", board.dataset.pulse);
    const further = furtherOn(board);
    if (further.length) address.searchParams.set("shown", further.join());
    refreshing = true;
    const markup = await columnsAt(address);
    refreshing = false;
    const answer = markup && new DOMParser().parseFromString(markup, "text/html");
    if (!answer?.querySelector("[data-board]")) {
      faults += 1;
      tag = "";
    } else if (busy()) wanted = true;
    else {
      read = Date.now();
      show(reconcile(board, answer, further));
    }
    if (wanted && !busy()) await refresh();
  }

  let spoke = 0;
  // What the reader did beside the cards, and heard of there, is no news of somebody else.
  let own = false;
  function show(arrived) {
    for (const card of arrived) {
      card.classList.add("arrived");
      setTimeout(() => card.classList.remove("arrived"), 2500);
    }
    const known = own;
    own = false;
    if (known || !arrived.length || Date.now() - spoke < QUIET) return;
    spoke = Date.now();
    const said = document.getElementById("board-said");
    if (said) said.textContent = arrived.length === 1 ? "Somebody else moved one person on this board." : `Others moved ${arrived.length} people on this board.`;
  }

  board.addEventListener("board:answered", (event) => {
    // One step further is what was done here; a wider one means that others have done something, too.
    const { pulse } = event.detail;
    if (pulse && part(pulse, 0) === part(board.dataset.pulse, 0) + 1) board.dataset.pulse = pulse;
  });
  board.addEventListener("board:stale", (event) => {
    own ||= event.detail?.own ?? false;
    refresh();
  });
  for (const name of ["board:dragged", "board:menu-closed"]) board.addEventListener(name, () => wanted && refresh());
  document.addEventListener("visibilitychange", () => {
    if (visible()) look();
    else {
      clearTimeout(timer);
      asking?.abort();
    }
  });
  window.addEventListener("online", () => {
    faults = 0;
    look();
  });
  look();
}
