// Making an open board what the server says it is, card by card: nothing that need not change is touched, so that the
// focus, the place in each column and what is on its way to the server stay as they are.

import { announceLoaded } from "../page.js";
import { enliven } from "../requests.js";
import { bringUpToDate, focusCard, holdingPlaces, keepingFocus } from "./cards.js";
import { CARD, cardsIn, openAndClose, readCounts, showCounts, stackOf, stacksOf } from "./columns.js";
import { takeFigures } from "./figures.js";
import { neighbourOf, onItsWay } from "./moves.js";

/** As many cards beyond the first pages as the server brings up to date in one answer. */
const MOST_FURTHER = 300;
/** In a column with more than its first page these many are surely still in it, however many came on top. */
const FIRST = 10;
/** Cards in the first page of a column. */
const PAGE = 20;

/** The applications shown beyond the first pages, those nearest to what the reader looks at first. */
export function furtherOn(board) {
  const cards = stacksOf(board).flatMap((stack) => {
    const all = cardsIn(stack);
    return all.length > PAGE ? all.slice(FIRST) : [];
  });
  if (cards.length > MOST_FURTHER) {
    const far = new Map(cards.map((card) => [card, Math.abs(card.getBoundingClientRect().top - innerHeight / 2)]));
    cards.sort((one, other) => far.get(one) - far.get(other));
  }
  return cards.slice(0, MOST_FURTHER).map((card) => card.id.slice("card-".length));
}

// Puts the children `wanted` of `parent` in their order, before whatever else is in it; those in place are not touched.
function inOrder(parent, wanted) {
  let at = parent.firstElementChild;
  for (const child of wanted) {
    if (child === at) at = at.nextElementSibling;
    else parent.insertBefore(child, at);
  }
}

function emptied(column) {
  const copy = column.cloneNode(true);
  copy.querySelector("[data-stage]").replaceChildren();
  copy.classList.add("col-folded");
  return copy;
}

// Columns come, are renamed, change places. Those that went are returned: their people may still have to leave them.
function arrange(board, fresh) {
  const gone = new Set(board.querySelectorAll(".col"));
  const came = [];
  const phases = [...fresh.querySelectorAll("[data-phase]")].map((there) => {
    let phase = board.querySelector(`[data-phase="${there.dataset.phase}"]`);
    if (!phase) {
      phase = there.cloneNode(true);
      phase.querySelector(".cols").replaceChildren();
    }
    const columns = [...there.querySelectorAll(".col")].map((wanted) => {
      const here = document.getElementById(wanted.id);
      gone.delete(here);
      if (!here) {
        const column = emptied(wanted);
        came.push(column);
        return column;
      }
      bringHeadUpToDate(here, wanted);
      return here;
    });
    inOrder(phase.querySelector(".cols"), columns);
    return phase;
  });
  inOrder(board, phases);
  came.forEach(announceLoaded);
  return gone;
}

function bringHeadUpToDate(column, fresh) {
  const [title, wanted] = [column, fresh].map((each) => each.querySelector(".col-head h3"));
  if (title.textContent !== wanted.textContent) title.textContent = title.title = wanted.textContent;
  const [stack, there] = [column, fresh].map((each) => each.querySelector("[data-stage]"));
  for (const name of ["name", "formUrl", "refusal"]) {
    if (there.dataset[name] === undefined) delete stack.dataset[name];
    else stack.dataset[name] = there.dataset[name];
  }
}

// The switcher of stages on phones, which stands before the board.
function bringSwitcherUpToDate(board, switcher) {
  const here = board.previousElementSibling;
  if (!switcher || !here?.matches("[data-strip]")) return;
  const words = (strip) => [...strip.querySelectorAll("a")].map((link) => `${link.hash} ${link.firstChild.textContent}`).join();
  if (words(here) === words(switcher)) return;
  const current = here.querySelector("[aria-current]")?.hash;
  here.replaceChildren(...switcher.childNodes);
  if (current) here.querySelector(`a[href="${current}"]`)?.setAttribute("aria-current", "true");
}

// By application: where it stands now beyond the first pages. Nothing for those who are no longer on the board.
function furtherIn(fresh) {
  const found = new Map();
  const further = fresh.querySelector("template[data-further]")?.content;
  for (const list of further?.querySelectorAll("[data-stage]") ?? []) {
    for (const card of list.querySelectorAll(CARD)) found.set(card.id, { card, stage: list.dataset.stage });
  }
  return found;
}

// Whoever is not in this column any more leaves it. Of those beyond the first page, who were asked about are known; of
// the others only whom somebody has moved.
function removeGone(stack, fresh, all, { standing, further, asked }) {
  const there = new Set(fresh ? cardsIn(fresh).map((card) => card.id) : []);
  const whole = !fresh?.querySelector(".more-row");
  const cards = cardsIn(stack);
  const last = cards.findLastIndex((card) => there.has(card.id));
  cards.forEach((card, at) => {
    if (there.has(card.id) || onItsWay(card) || all.querySelector(`#${card.id}`)) return;
    const now = further.get(card.id);
    if (now?.stage === stack.dataset.stage) {
      bringUpToDate(card, now.card);
      return;
    }
    const stands = standing[card.id.slice("card-".length)];
    const moved = stands !== undefined && String(stands) !== stack.dataset.stage;
    if (now || asked.has(card.id) || moved || whole || at < last) card.remove();
  });
}

// Who changed columns goes over first, so that those who stay need not move around them.
function bringOver(board, fresh) {
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
  const hadMore = row !== null;
  for (const now of cardsIn(fresh)) {
    while (at?.matches(CARD) && onItsWay(at)) at = at.nextElementSibling;
    const here = document.getElementById(now.id);
    if (here && onItsWay(here)) continue;
    const card = here ?? document.adoptNode(now);
    // The next ones of the column, which only moved up into its first page, did not come from anywhere.
    if (!here && (!hadMore || !began || at?.matches(CARD))) arrived.push(card);
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

/** Makes `board` what `answer`, a document with a fresh one, says. `asked` are the applications it was asked about beyond
 * the first pages. Returns the cards that came from elsewhere. */
export function reconcile(board, answer, asked) {
  const fresh = answer.querySelector("[data-board]");
  const known = {
    standing: JSON.parse(fresh.dataset.standing ?? "{}"),
    further: furtherIn(fresh),
    asked: new Set(asked.map((id) => `card-${id}`)),
  };
  const focused = document.activeElement?.closest?.(CARD);
  const instead = focused && board.contains(focused) ? neighbourOf(focused) : null;
  const arrived = [];
  holdingPlaces(board, () => {
    const gone = arrange(board, fresh);
    for (const stack of stacksOf(board)) removeGone(stack, stackOf(fresh, stack.dataset.stage), fresh, known);
    arrived.push(...bringOver(board, fresh));
    for (const stack of stacksOf(fresh)) arrived.push(...fill(stackOf(board, stack.dataset.stage), stack));
    for (const column of gone) column.remove();
  });
  bringSwitcherUpToDate(board, answer.querySelector("[data-strip]"));
  if (instead && !focused.isConnected) focusCard(instead.isConnected ? instead : board.querySelector(CARD), { preventScroll: true });
  board.dataset.pulse = fresh.dataset.pulse;
  takeFigures(board, { mine: fresh.dataset.mine, active: fresh.dataset.active });
  readCounts(fresh);
  showCounts(board);
  openAndClose(board);
  return arrived;
}
