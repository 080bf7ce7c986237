// The board by keys. One card at a time is in the order of Tab; arrows or letters go to the others.

import { openDialog } from "../dialog.js";
import { address } from "../palette/places.js";
import { shortcut } from "../shortcuts.js";
import { bringIntoSight, focusCard } from "./cards.js";
import { CARD, cardsIn, loadMore, stacksOf } from "./columns.js";
import { openMenu } from "./menu.js";

const root = address.replace(/palette$/, "");
const PARTS = "a, button, input, summary";

/** Registers the board's keys. */
export function listenToKeys(board) {
  let current = null;
  // Where it stood, for when it goes away.
  let stood = null;

  function order(card, on) {
    for (const part of card.querySelectorAll(PARTS)) part.tabIndex = on ? 0 : -1;
  }

  function choose(card) {
    if (card === current) {
      if (card) order(card, true);
      return;
    }
    if (current) order(current, false);
    current = card;
    if (card) {
      order(card, true);
      const stack = card.closest("[data-stage]");
      stood = { stack, at: cardsIn(stack).indexOf(card) };
    }
  }

  function someCard() {
    const there = stood?.stack.isConnected ? cardsIn(stood.stack) : [];
    return there[Math.min(stood?.at ?? 0, there.length - 1)] ?? board.querySelector(CARD);
  }

  for (const card of board.querySelectorAll(CARD)) order(card, false);
  // A column that scrolls can still be reached by Tab; browsers see to that only where nothing in it can.
  const reachable = (root) => root.querySelectorAll("ol[data-stage]").forEach((stack) => (stack.tabIndex = 0));
  reachable(board);
  choose(board.querySelector(CARD));
  board.addEventListener("focusin", (event) => {
    const card = event.target.closest(CARD);
    if (card) choose(card);
  });
  board.addEventListener("page:loaded", (event) => {
    const card = event.target.closest?.(CARD);
    if (card) order(card, card === current);
    reachable(event.target);
  });
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.matches?.(CARD) && node !== current) order(node, false);
    }
    if (!current?.isConnected) choose(someCard());
  }).observe(board, { childList: true, subtree: true });

  /** The card that a key is about: the one with the focus, or the last that had it while nothing else has. */
  function about() {
    const focused = document.activeElement;
    const card = focused?.closest(CARD);
    if (card && board.contains(card)) return card;
    return focused === document.body || focused?.id === "main" ? current : null;
  }

  function show(card) {
    focusCard(card, { preventScroll: true });
    bringIntoSight(card);
  }

  function inSight(stack) {
    return stack.offsetParent !== null && stack.querySelector(CARD) !== null;
  }

  function down(by) {
    const from = about();
    if (!from) return false;
    const stack = from.closest("[data-stage]");
    const cards = cardsIn(stack);
    const to = cards[cards.indexOf(from) + by];
    if (to) {
      show(to);
    } else if (by > 0 && loadMore(stack)) {
      stack.addEventListener("page:loaded", () => document.activeElement?.closest(CARD) === from && down(1), { once: true });
    }
    return true;
  }

  function across(by) {
    const from = about();
    if (!from) return false;
    const stacks = stacksOf(board).filter(inSight);
    const to = stacks[stacks.indexOf(from.closest("[data-stage]")) + by];
    if (!to) return true;
    const top = from.getBoundingClientRect().top;
    const far = (card) => Math.abs(card.getBoundingClientRect().top - top);
    show(cardsIn(to).reduce((best, card) => (far(card) < far(best) ? card : best)));
    return true;
  }

  // The first key only shows where one is.
  function begin(step) {
    return () => {
      if (!current) return false;
      const focused = document.activeElement;
      if (board.contains(focused) && focused.closest(CARD)) return step();
      show(current);
      return true;
    };
  }

  const there = () => board.isConnected && board.querySelector(CARD) !== null;
  const within = () => there() && board.contains(document.activeElement);
  const onCard = () => there() && about() !== null;
  // Hiring managers reject and choose many, and move nobody.
  const many = () => onCard() && document.querySelector("[data-selecting]") !== null;
  const movable = () => onCard() && about().hasAttribute("data-move-url");
  const group = "Board";
  // While many are chosen, what is done is done to all of them.
  const taken = (action) => !about().dispatchEvent(new CustomEvent("card:act", { bubbles: true, cancelable: true, detail: { action } }));
  const say = (label, shown) => ({ label, group, shown });

  for (const [letter, arrow, step, words] of [
    ["j", "ArrowDown", () => down(1), say("Next card", "J or ↓")],
    ["k", "ArrowUp", () => down(-1), say("Card before", "K or ↑")],
    ["l", "ArrowRight", () => across(1), say("Next column", "L or →")],
    ["h", "ArrowLeft", () => across(-1), say("Column before", "H or ←")],
  ]) {
    shortcut(letter, { ...words, run: begin(step), when: there });
    // Arrows scroll the page, unless the reader is on the board.
    shortcut(arrow, { ...words, hidden: true, run: begin(step), when: within });
  }
  shortcut("m", { ...say("Move to…, then a digit or the first letters of a stage"), run: () => taken("move") || openMenu(about()), when: movable });
  shortcut("r", {
    ...say("Reject"),
    run() {
      if (taken("reject")) return;
      const card = about();
      openDialog(`${root}applications/${card.id.slice(5)}/rejection`, { from: card.querySelector(".nm a") });
    },
    when: many,
  });
  const select = (range) => () => about().dispatchEvent(new CustomEvent("card:select", { bubbles: true, detail: { range } }));
  shortcut("s", { ...say("Select"), run: select(false), when: many });
  shortcut("shift+s", { ...say("Select all from the last one", "Shift S"), run: select(true), when: many });
  shortcut("e", { ...say("Open", "E or Enter"), run: () => about().querySelector(".nm a").click(), when: onCard });
}
