// Moving a card: painted at once, sent, and settled by what the server answers. On a refusal the card goes back to
// exactly where it was, and the page says why. Several moves may be on their way; those of one card follow each other.

import { openDialog } from "../dialog.js";
import { boardHeader, csrfToken } from "../page.js";
import { explain } from "../requests.js";
import { toast, toastSignIn } from "../toasts.js";
import { bringIntoSight, bringUpToDate, cardFrom, focusCard, holdingPlaces, keepingFocus } from "./cards.js";
import { CARD, cardOf, cardsIn, countOn, nameOn, openAndClose, stackOf, takeCounts, totalOf } from "./columns.js";
import { takeFigures } from "./figures.js";

// By application: the moves that are painted and not yet settled, in their order.
const waiting = new Map();

// What is on its way arrives without the page. What has to wait, for an answer or for the reader to sign in, does not.
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector(".unsent") || [...waiting.values()].some((queue) => queue.length > 1)) event.preventDefault();
});

/** Whether something about this card is on its way to the server. */
export function onItsWay(card) {
  return waiting.has(card.dataset.application);
}

/** Where the focus goes when `card` leaves its place: to the next one, else the one before, else another column's first. */
export function neighbourOf(card) {
  const stack = card.closest("[data-stage]");
  const cards = cardsIn(stack);
  const at = cards.indexOf(card);
  return cards[at + 1] ?? cards[at - 1] ?? [...stack.closest("[data-board]").querySelectorAll("[data-application]")].find((other) => other !== card && other.offsetParent) ?? null;
}

/** Moves `card` to another stack, now on the page and then at the server. */
export function move(card, to) {
  const from = card.closest("[data-stage]");
  const board = to.closest("[data-board]");
  if (from === to) return;
  if (to.dataset.refusal) {
    toast(to.dataset.refusal, { kind: "warn" });
    return;
  }
  const application = card.dataset.application;
  if (to.dataset.formUrl && isAfter(board, to, from)) {
    openDialog(to.dataset.formUrl.replace("{application}", application), { from: card.querySelector("a") });
    return;
  }
  const change = paint(card, from, to);
  const queue = waiting.get(application) ?? [];
  queue.push(change);
  waiting.set(application, queue);
  if (queue.length === 1) send(board, application);
}

// Going back to a stage asks for no form.
function isAfter(board, to, from) {
  const stages = [...board.querySelectorAll("[data-stage]")];
  return stages.indexOf(to) > stages.indexOf(from);
}

function paint(card, from, to) {
  const board = to.closest("[data-board]");
  const age = card.querySelector(".age");
  const late = age?.classList.contains("late") ?? false;
  const place = document.createComment("");
  const change = { place, to: to.dataset.stage, said: age && { text: age.textContent, late, tip: age.dataset.tip } };
  change.counted = countOn(board, { from: from.dataset.stage, to: to.dataset.stage, late });
  card.before(place);
  keepingFocus(card, () => to.prepend(card));
  if (age) {
    age.textContent = "today";
    age.classList.remove("late");
    age.dataset.tip = "Moved just now";
  }
  card.classList.add("sending");
  openAndClose(board);
  return change;
}

async function send(board, application) {
  const [change] = waiting.get(application);
  const card = cardOf(application);
  if (!card) {
    forget(application);
    return;
  }
  const body = new URLSearchParams({ stage: change.to, version: card.dataset.version });
  const got = await post(card.dataset.moveUrl, body);
  if (got.status === 401) {
    // It stays where it was put, and is sent once the reader has signed in again.
    card.classList.replace("sending", "unsent");
    toastSignIn({ kept: "Your move is kept, and sent once you have signed in again." });
    document.addEventListener("signed-in-again", () => resend(board, application), { once: true });
    return;
  }
  if (!got.ok || !got.data) {
    refuseMove(board, application, got);
    return;
  }
  settle(board, application, got.data);
}

function resend(board, application) {
  cardOf(application)?.classList.replace("unsent", "sending");
  if (waiting.has(application)) send(board, application);
}

/** Posts to the server as a board does. Returns `{ok, status, data, reason, form}`. */
export async function post(address, body = new URLSearchParams()) {
  const headers = { Accept: "application/json", "HX-Request": "true", "X-CSRFToken": csrfToken(), ...boardHeader() };
  let answer;
  let text;
  try {
    answer = await fetch(address, { method: "POST", body, headers, keepalive: true });
    text = await answer.text();
  } catch {
    return { ok: false, status: 0, reason: "The server did not answer, so this was taken back. Check the connection and try again." };
  }
  const type = answer.headers.get("Content-Type") ?? "";
  let data = null;
  if (type.includes("json")) {
    try {
      data = JSON.parse(text);
    } catch {
      // Cut off on the way: as if nothing had come.
    }
  }
  const form = answer.headers.get("HX-Redirect");
  return { ok: answer.ok, status: answer.status, data, form, reason: answer.ok ? "" : reasonOf(answer.status, text, type, data) };
}

function reasonOf(status, text, type, data) {
  const words = [explain(status, text, type), ...(data?.needed ?? [])];
  if (data?.when) words.push(`That was ${ago(new Date(data.when))}.`);
  return words.join(" ");
}

function ago(instant) {
  const minutes = Math.round((Date.now() - instant) / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return minutes === 1 ? "a minute ago" : `${minutes} minutes ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 24) return hours === 1 ? "an hour ago" : `${hours} hours ago`;
  const days = Math.round(hours / 24);
  return days === 1 ? "yesterday" : `${days} days ago`;
}

function forget(application) {
  for (const change of waiting.get(application) ?? []) {
    change.counted();
    change.place.remove();
  }
  waiting.delete(application);
}

// The first of its moves that were not taken says where the card is in truth; what was to follow falls with it.
function refuseMove(board, application, got) {
  const card = cardOf(application);
  const [{ place, said }] = waiting.get(application);
  if (card && place.isConnected) {
    holdingPlaces(board, () => keepingFocus(card, () => place.before(card)));
    const age = card.querySelector(".age");
    if (age && said) {
      age.textContent = said.text;
      if (said.tip) age.dataset.tip = said.tip;
      age.classList.toggle("late", said.late);
    }
  }
  card?.classList.remove("sending", "unsent");
  forget(application);
  openAndClose(board);
  if (got.form) {
    openDialog(got.form, { from: card?.querySelector("a") });
    return;
  }
  toast(`${card ? `${nameOn(card)} stays in ${card.closest("[data-stage]")?.dataset.name ?? "place"}. ` : ""}${got.reason || "That did not work."}`, {
    kind: got.status === 0 || got.status >= 500 ? "bad" : "warn",
  });
  if (got.status !== 0) board.dispatchEvent(new CustomEvent("board:stale"));
}

function settle(board, application, answer) {
  const queue = waiting.get(application);
  const change = queue.shift();
  change.place.remove();
  change.counted({ kept: !answer.counts });
  takeFigures(board, answer);
  takeCounts(board, answer.counts);
  board.dispatchEvent(new CustomEvent("board:answered", { bubbles: true, detail: answer }));
  const card = cardOf(application);
  if (queue.length) {
    const fresh = cardFrom(answer.card ?? "");
    if (card && fresh) card.dataset.version = fresh.dataset.version;
    send(board, application);
    return;
  }
  waiting.delete(application);
  card?.classList.remove("sending", "unsent");
  place(board, answer);
  speak(board, answer);
}

// Brings the card of an answer to where it belongs, or takes it away.
function place(board, answer) {
  const card = cardOf(answer.application);
  const to = answer.stage === null ? null : (stackOf(board, answer.stage) ?? (answer.top ? card?.closest("[data-stage]") : null));
  // A board of several requisitions has columns of its own.
  if (answer.stage !== null && !to) {
    board.dispatchEvent(new CustomEvent("board:stale"));
    return;
  }
  const fresh = to && cardFrom(answer.card ?? "");
  if (!fresh) {
    if (card) leave(card);
    openAndClose(board);
    return;
  }
  if (answer.top && card?.parentElement === to) {
    bringUpToDate(card, fresh);
    openAndClose(board);
    return;
  }
  const next = answer.before === null ? null : cardOf(answer.before);
  const more = to.querySelector(":scope > .more-row");
  // Further down than what is loaded: it comes when one scrolls there.
  const hidden = !answer.top && (answer.before === null ? more : !next || next.parentElement !== to);
  if (hidden) {
    if (card) leave(card);
    openAndClose(board);
    return;
  }
  holdingPlaces(board, () => {
    const at = answer.top ? to.firstChild : (next ?? more);
    if (card) {
      keepingFocus(card, () => to.insertBefore(card, at));
      bringUpToDate(card, fresh);
    } else {
      to.insertBefore(document.adoptNode(fresh), at);
    }
  });
  openAndClose(board);
  // Who goes on with another card by keys keeps that one in sight.
  const at = document.activeElement?.closest?.(CARD);
  const moved = cardOf(answer.application);
  if (moved && (!at || at === moved)) bringIntoSight(moved);
}

/** Takes a card away; where the focus was in it, the next one gets it. */
export function leave(card) {
  const focused = card.contains(document.activeElement) || document.activeElement === document.body;
  const next = focused ? neighbourOf(card) : null;
  card.remove();
  if (next) focusCard(next);
}

// One message, seen and heard: who went where, and for who listens also at which place.
function speak(board, answer) {
  const card = cardOf(answer.application);
  const stack = card?.closest("[data-stage]");
  const at = stack ? cardsIn(stack).indexOf(card) + 1 : 0;
  const heard = at ? `, ${at} of ${totalOf(stack.dataset.stage)[0]}` : "";
  // What was offered to undo of the same person is not the last of their changes any more.
  document.querySelector(`#toasts .toast[data-about="${answer.application}"]`)?.remove();
  toast(answer.say, { undo: answer.undo ?? "", heard }).dataset.about = answer.application;
}

/** Takes over what the server answered to something that was done beside the cards: an ending, an undo, a form. */
export function takeAnswer(board, answer) {
  takeFigures(board, answer);
  takeCounts(board, answer.counts);
  board.dispatchEvent(new CustomEvent("board:answered", { bubbles: true, detail: answer }));
  place(board, answer);
  speak(board, answer);
}
