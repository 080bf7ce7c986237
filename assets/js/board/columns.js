// The columns of a board: their cards, their counts, and more of both while one scrolls.

import { whenPresent } from "../page.js";

export const CARD = ".card-person";

/** The lists of cards, one for each stage. */
export function stacksOf(board) {
  return [...board.querySelectorAll("[data-stage]")];
}

/** The list of a stage, by its id; null where the board has no such column. */
export function stackOf(board, stage) {
  return board.querySelector(`[data-stage="${stage}"]`);
}

/** The cards of a list, in order. */
export function cardsIn(stack) {
  return [...stack.children].filter((child) => child.matches(CARD));
}

/** The card of an application on this page, or null. */
export function cardOf(application) {
  return document.getElementById(`card-${application}`);
}

/** Whose card it is. */
export function nameOn(card) {
  return card.querySelector(".nm a")?.textContent.trim() ?? "";
}

/** An empty column is a strip; one that has somebody is open. An empty board gives way to what the page says instead. */
export function openAndClose(board) {
  board.classList.toggle("board-bare", !board.querySelector(`${CARD}, .more-row`));
  for (const stack of stacksOf(board)) stack.closest(".col")?.classList.toggle("col-folded", !stack.querySelector(CARD));
}

// --- counts ----------------------------------------------------------------------------------------------------------

// What the server said last, by stage, and what was done since and is still on its way there.
const said = new Map();
const under = new Set();

function countsIn(stack) {
  const head = stack.closest(".col")?.querySelector(".col-head");
  return [parseInt(head?.querySelector(".n")?.textContent.replace(/\D/g, "") || "0", 10), parseInt(head?.querySelector(".late")?.textContent || "0", 10)];
}

/** Takes the counts that stand in a board's heads (a page, or a fragment of it) for what the server says. */
export function readCounts(board) {
  for (const stack of stacksOf(board)) said.set(stack.dataset.stage, countsIn(stack));
}

/** Takes over counts as the server says them: by stage the total and the late ones. */
export function takeCounts(board, counts) {
  for (const [stage, pair] of Object.entries(counts ?? {})) said.set(stage, pair);
  showCounts(board);
}

/** Counts a change that is on its way: `from` and `to` are stages or null. Returns what ends it. */
export function countOn(board, { from = null, to = null, late = false }) {
  const change = { from, to, late };
  under.add(change);
  showCounts(board);
  return ({ kept = false } = {}) => {
    if (!under.delete(change)) return;
    if (kept) {
      // The server gave no counts of its own: what was reckoned holds until it does.
      for (const [stage, sign] of [[from, -1], [to, 1]]) {
        const pair = said.get(stage);
        if (pair) said.set(stage, [pair[0] + sign, pair[1] - (sign < 0 && late ? 1 : 0)]);
      }
    }
    showCounts(board);
  };
}

/** How many are in a stage, with what is on its way. */
export function totalOf(stage) {
  let [total, late] = said.get(stage) ?? [0, 0];
  for (const change of under) {
    if (change.from === stage) {
      total -= 1;
      if (change.late) late -= 1;
    }
    if (change.to === stage) total += 1;
  }
  return [Math.max(0, total), Math.max(0, late)];
}

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** Writes all counts into the heads, the phases and the switcher of stages, and tells the board: `board:counted`. */
export function showCounts(board) {
  for (const stack of stacksOf(board)) {
    const [total, late] = totalOf(stack.dataset.stage);
    const head = stack.closest(".col").querySelector(".col-head");
    write(head.querySelector(".n"), total.toLocaleString("en"));
    write(document.getElementById(`switch-${stack.dataset.stage}`), total.toLocaleString("en"));
    let mark = head.querySelector(".late");
    if (!late) mark?.remove();
    else {
      if (!mark) {
        mark = document.createElement("span");
        mark.className = "late";
        head.append(mark);
      }
      write(mark, `${late.toLocaleString("en")} late`);
    }
  }
  for (const phase of board.querySelectorAll("[data-phase]")) {
    const total = stacksOf(phase).reduce((sum, stack) => sum + totalOf(stack.dataset.stage)[0], 0);
    write(phase.querySelector(".phase-head .n"), total.toLocaleString("en"));
  }
  board.dispatchEvent(new CustomEvent("board:counted"));
}

// --- more while scrolling --------------------------------------------------------------------------------------------

/** How far below the visible part the next cards are asked for, in pixels. */
const AHEAD = "400px";

/** Asks for the next cards of a column; whether there are any to ask for. */
export function loadMore(stack) {
  const link = stack.querySelector(":scope > .more-row .more");
  if (!link || link.classList.contains("htmx-request")) return Boolean(link);
  link.click();
  return true;
}

// Cards that came by another way meanwhile are not shown twice.
function dropDoubles(stack) {
  const seen = new Set();
  for (const card of cardsIn(stack)) {
    if (seen.has(card.id) || document.getElementById(card.id)?.closest("[data-stage]") !== stack) card.remove();
    seen.add(card.id);
  }
}

/** Loads more of each column when its end comes near. The link stays for who has no script, or no luck. */
export function loadWhileScrolling(board) {
  const watch = (root) =>
    new IntersectionObserver((entries) => entries.forEach((entry) => entry.isIntersecting && loadMore(entry.target.parentElement)), {
      root,
      rootMargin: AHEAD,
    });
  const page = watch(null);
  const own = new WeakMap();
  whenPresent(".more-row", (row) => {
    const stack = row.closest("[data-stage]");
    if (!stack || !board.contains(stack)) return;
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(stack).overflowY);
    if (scrolls && !own.has(stack)) own.set(stack, watch(stack));
    (scrolls ? own.get(stack) : page).observe(row);
  });
  board.addEventListener("page:loaded", (event) => {
    const stack = event.target.closest?.("[data-stage]");
    if (stack) dropDoubles(stack);
  });
}
