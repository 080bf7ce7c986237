// What others do shows by itself. A board asks for its pulse every other second while somebody can see it; when the
// pulse has risen it asks for the columns, and brings its own up to date card by card: focus, scroll, an open menu, a
// card that is being dragged and what is on its way to the server are left alone.

import { announceLoaded } from "../page.js";
import { enliven } from "../requests.js";
import { toastSignIn } from "../toasts.js";
import { bringUpToDate, focusCard, holdingPlaces, keepingFocus } from "./cards.js";
import { CARD, cardsIn, openAndClose, readCounts, showCounts, stackOf, stacksOf } from "./columns.js";
import { menuIsOpen } from "./menu.js";
import { neighbourOf, onItsWay } from "./moves.js";
import { showPeople } from "./presence.js";

/** Between two looks, in milliseconds; after faults twice as long each time, up to the longest. */
const EVERY = 2000;
const LONGEST = 60000;
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
    if (answer.status === 304) return;
    const { pulse, people } = await answer.json();
    tag = answer.headers.get("ETag") ?? "";
    showPeople(people);
    if (part(pulse, 0) !== part(board.dataset.pulse, 0)) await refresh();
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
    refreshing = true;
    const markup = await columnsAt(address);
    refreshing = false;
    const fresh = markup && new DOMParser().parseFromString(markup, "text/html").querySelector("[data-board]");
    if (!fresh) {
      faults += 1;
      tag = "";
    } else if (busy()) wanted = true;
    else reconcile(fresh);
    if (wanted && !busy()) await refresh();
  }

  function reconcile(fresh) {
    const stages = (of) => stacksOf(of).map((stack) => stack.dataset.stage).join();
    if (stages(fresh) !== stages(board)) {
      // Somebody changed the stages themselves.
      board.replaceChildren(...fresh.childNodes);
      enliven(board);
      announceLoaded(board);
    } else {
      const standing = JSON.parse(fresh.dataset.standing ?? "{}");
      const focused = document.activeElement?.closest?.(CARD);
      const instead = focused && board.contains(focused) ? neighbourOf(focused) : null;
      const arrived = [];
      holdingPlaces(board, () => {
        for (const stack of stacksOf(fresh)) removeGone(stack, fresh, standing);
        arrived.push(...bringOver(fresh));
        for (const stack of stacksOf(fresh)) arrived.push(...fill(stackOf(board, stack.dataset.stage), stack));
      });
      if (instead && !focused.isConnected) focusCard(instead.isConnected ? instead : board.querySelector(CARD), { preventScroll: true });
      show(arrived);
    }
    board.dataset.pulse = fresh.dataset.pulse;
    readCounts(fresh);
    showCounts(board);
    openAndClose(board);
  }

  // Who is not in this column any more. Beyond the first page only those are known that somebody has moved.
  function removeGone(fresh, all, standing) {
    const stack = stackOf(board, fresh.dataset.stage);
    const there = new Set(cardsIn(fresh).map((card) => card.id));
    const whole = !fresh.querySelector(".more-row");
    const cards = cardsIn(stack);
    const last = cards.findLastIndex((card) => there.has(card.id));
    cards.forEach((card, at) => {
      if (there.has(card.id) || onItsWay(card)) return;
      if (all.querySelector(`#${card.id}`)) return;
      const stands = standing[card.dataset.application];
      const moved = stands !== undefined && String(stands) !== stack.dataset.stage;
      if (moved || whole || at < last) card.remove();
    });
  }

  // Who changed columns goes over first, so that those who stay need not move around them.
  function bringOver(fresh) {
    const moved = [];
    for (const now of fresh.querySelectorAll(CARD)) {
      const card = document.getElementById(now.id);
      const stack = stackOf(board, now.closest("[data-stage]").dataset.stage);
      if (!card || card.parentElement === stack || onItsWay(card)) continue;
      keepingFocus(card, () => stack.prepend(card));
      moved.push(card);
    }
    return moved;
  }

  function fill(stack, fresh) {
    const arrived = [];
    let at = stack.firstElementChild;
    const [row, more] = [stack, fresh].map((each) => each.querySelector(":scope > .more-row"));
    const last = cardsIn(fresh).at(-1)?.id;
    const began = stack.querySelector(CARD) !== null;
    for (const now of cardsIn(fresh)) {
      while (at?.matches(CARD) && onItsWay(at)) at = at.nextElementSibling;
      const here = document.getElementById(now.id);
      if (here && onItsWay(here)) continue;
      const card = here ?? document.adoptNode(now);
      // The next ones of the column, which only moved up into its first page, did not come from anywhere.
      if (!here && (!began || at?.matches(CARD))) arrived.push(card);
      if (card === at) at = at.nextElementSibling;
      else keepingFocus(card, () => stack.insertBefore(card, at));
      if (here) bringUpToDate(card, now);
    }
    // Whoever has scrolled further keeps what comes after that.
    if (!more) row?.remove();
    else if (cardsIn(stack).at(-1)?.id === last) {
      row?.remove();
      stack.append(document.adoptNode(more));
      enliven(more);
      announceLoaded(more);
    }
    return arrived;
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
