// Cards as elements: bringing one up to date and to its place without losing the focus or the reader's place.

import { announceLoaded } from "../page.js";
import { CARD, cardsIn } from "./columns.js";

// Marks that the page gives to a card, and no answer knows.
const OWN_ATTRIBUTES = ["data-shown"];
const OWN_CLASSES = ["sending", "unsent", "lifted", "arrived", "selected"];

function focusedPart(card) {
  const focused = document.activeElement;
  if (!card.contains(focused)) return null;
  const parts = [...card.querySelectorAll("a, button, input")];
  return { at: parts.indexOf(focused), whole: focused === card };
}

/** Puts the focus on a card: on its link, which opens the person. */
export function focusCard(card, options) {
  (card?.querySelector(".nm a") ?? card)?.focus(options);
}

/** Scrolls column and board no further than is needed to see `card` whole. */
export function bringIntoSight(card) {
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  // The offer phase may lie over the others at the right edge.
  const board = card.closest("[data-board]");
  const offer = board?.querySelector(".phase-offer");
  if (!offer || offer.contains(card) || getComputedStyle(offer).position !== "sticky") return;
  const hidden = card.getBoundingClientRect().right - offer.getBoundingClientRect().left + 12;
  if (hidden > 0) board.scrollLeft += hidden;
}

/** Names whole, where a card is too narrow for a word of one: with what its age means, for whoever comes to the card. */
export function sayNamesWhole(board) {
  for (const how of ["pointerover", "focusin"]) {
    board.addEventListener(how, (event) => {
      const name = event.target.closest?.(CARD)?.querySelector(".nm a");
      const age = name?.nextElementSibling;
      if (!age || name.scrollWidth <= name.clientWidth || age.dataset.tip.startsWith(name.textContent)) return;
      age.dataset.tip = `${name.textContent}. ${age.dataset.tip}`;
    });
  }
}

/** Runs `change`, which may move or rewrite `card`, and keeps the focus in it when it is there. */
export function keepingFocus(card, change) {
  const part = focusedPart(card);
  change();
  if (!part || card.contains(document.activeElement) || !card.isConnected) return;
  const parts = [...card.querySelectorAll("a, button, input")];
  if (parts[part.at]) parts[part.at].focus({ preventScroll: true });
  else focusCard(card, { preventScroll: true });
}

/** The one card in a piece of markup, as an element; null when there is none. */
export function cardFrom(markup) {
  return new DOMParser().parseFromString(markup, "text/html").querySelector(CARD);
}

// The order of focus and the box that chooses a card are the page's own business, not the server's.
function markupOf(card) {
  return card.innerHTML.replace(/<input[^>]* class="pick"[^>]*>/, "").replace(/ tabindex="-?\d+"/g, "");
}

/** Makes `card` say what `fresh` says; the element stays the same. Returns whether anything changed. */
export function bringUpToDate(card, fresh) {
  const own = OWN_CLASSES.filter((name) => card.classList.contains(name));
  for (const { name, value } of fresh.attributes) {
    const wanted = name === "class" ? [value, ...own].join(" ") : value;
    if (card.getAttribute(name) !== wanted) card.setAttribute(name, wanted);
  }
  // Whoever may no longer be moved has no address for it.
  for (const { name } of [...card.attributes]) {
    if (!fresh.hasAttribute(name) && !OWN_ATTRIBUTES.includes(name)) card.removeAttribute(name);
  }
  if (markupOf(card) === markupOf(fresh)) return false;
  const box = card.querySelectorAll(":scope > .pick");
  keepingFocus(card, () => card.replaceChildren(...fresh.cloneNode(true).childNodes, ...box));
  announceLoaded(card);
  return true;
}

/** Runs `change` on a board and keeps what the reader looks at where it is, in each column and on the page. */
export function holdingPlaces(board, change) {
  const held = [];
  const hold = (scroller, cards, edge) => {
    const anchor = cards.find((card) => card.getBoundingClientRect().bottom > edge);
    if (anchor) held.push({ scroller, anchor, top: anchor.getBoundingClientRect().top });
  };
  for (const stack of board.querySelectorAll("[data-stage]")) {
    if (stack.scrollTop > 0) hold(stack, cardsIn(stack), stack.getBoundingClientRect().top);
  }
  const page = document.scrollingElement;
  const focused = document.activeElement?.closest?.(CARD);
  if (page.scrollTop > 0) {
    const visible = [...board.querySelectorAll(CARD)].filter((card) => {
      const box = card.getBoundingClientRect();
      return box.right > 0 && box.left < innerWidth && box.bottom > 0;
    });
    hold(page, focused && visible.includes(focused) ? [focused] : visible, 0);
  }
  change();
  for (const { scroller, anchor, top } of held) {
    if (anchor.isConnected) scroller.scrollTop += anchor.getBoundingClientRect().top - top;
  }
}
