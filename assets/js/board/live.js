// What others do shows by itself. A board asks for its pulse every other second while somebody can see it; when the
// pulse has risen it asks for the columns, and brings its own up to date card by card: focus, scroll, an open menu, a
// card that is being dragged and what is on its way to the server are left alone.

import { menuIsOpen } from "./menu.js";
import { showPeople } from "./presence.js";
import { furtherOn, reconcile } from "./reconcile.js";
import { goOn, standStill } from "./standing.js";

/** Between two looks, in milliseconds; after faults twice as long each time, up to the longest. */
const EVERY = 2000;
const LONGEST = 60000;
/** After so many faults, one after the other, the reader is told. */
const TOLD = 3;
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

// What the server said, or null for what is not of its making: cut off, or a page that a proxy answers in its place.
async function saidBy(answer) {
  if (!answer.headers.get("Content-Type")?.includes("json")) return null;
  try {
    return await answer.json();
  } catch {
    return null;
  }
}

// Whether the server will go on refusing: 401, 403 or 404, else 0. A proxy that asks to sign in sends elsewhere.
async function refusedBy(answer) {
  if (answer.type === "opaqueredirect" || answer.status === 401) return 401;
  return (answer.status === 403 || answer.status === 404) && (await saidBy(answer)) ? answer.status : 0;
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
  // When the board was last known to be true, by the server's clock as far as it said so.
  let since = Date.parse(document.querySelector("time[data-clock]")?.dateTime) || Date.now();

  const visible = () => document.visibilityState === "visible";

  function later() {
    clearTimeout(timer);
    if (stopped || !visible()) return;
    const pause = Math.min(LONGEST, EVERY * 2 ** faults);
    // Not all at once, after a server was away.
    timer = setTimeout(look, pause * (0.9 + Math.random() * (faults ? 0.6 : 0.2)));
  }

  function well() {
    faults = 0;
    goOn(board);
  }

  function fault() {
    faults += 1;
    if (faults >= TOLD || !navigator.onLine) standStill(board, "away", since, start);
  }

  async function look() {
    clearTimeout(timer);
    if (stopped || !visible() || asking) return;
    asking = new AbortController();
    let answer = null;
    try {
      answer = await fetch(board.dataset.pulseUrl, {
        headers: { Accept: "application/json", "HX-Request": "true", ...(tag && { "If-None-Match": tag }) },
        redirect: "manual",
        signal: asking.signal,
      });
    } catch (error) {
      if (error.name !== "AbortError") fault();
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
    const refused = await refusedBy(answer);
    if (refused) {
      stopped = true;
      standStill(board, refused, since);
      if (refused === 401) document.addEventListener("signed-in-again", start, { once: true });
      return;
    }
    const said = answer.ok ? await saidBy(answer) : null;
    if (!said && answer.status !== 304) {
      fault();
      return;
    }
    const now = Date.parse(answer.headers.get("Date")) || Date.now();
    let stale = Date.now() - read > STALE;
    if (said) {
      tag = answer.headers.get("ETag") ?? "";
      showPeople(said.people);
      stale ||= part(said.pulse, 0) !== part(board.dataset.pulse, 0);
    }
    if (stale && !(await refresh())) return;
    since = now;
    well();
  }

  function start() {
    stopped = false;
    look();
  }

  const busy = () => board.classList.contains("dragging") || menuIsOpen();

  /** Brings the board up to date, now or once the reader's hands are free; false when the server did not answer. */
  async function refresh() {
    if (busy() || refreshing) {
      wanted = true;
      return true;
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
      tag = "";
      fault();
      return false;
    }
    if (busy()) wanted = true;
    else {
      read = Date.now();
      show(reconcile(board, answer, further));
    }
    return !wanted || busy() || refresh();
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
  window.addEventListener("online", look);
  window.addEventListener("offline", () => !stopped && fault());
  look();
}
