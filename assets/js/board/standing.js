// Why a board stands still, above it, for as long as it does: since when, and what to do about it. A message at the foot
// of the page goes by itself; a board that looks alive and is not would mislead whoever comes back to it.

import { icon } from "../page.js";
import { signInLink } from "../toasts.js";
import { showPeople } from "./presence.js";

/** Longer ago than this the day is said, too, in milliseconds. */
const LONG = 12 * 3600000;

const REASONS = {
  401: () => "You have been signed out, so what others do no longer shows here.",
  403: () => "You may no longer follow this board.",
  404: () => "What this board shows is no longer there, or no longer yours to see.",
  away: () => (navigator.onLine ? "The server does not answer, so what others do does not show here. It is asked again by itself." : "There is no connection, so what others do does not show here. It goes on by itself once there is one."),
};

function button(label, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = label;
  made.addEventListener("click", press);
  return made;
}

function at(instant) {
  const clock = document.querySelector("[data-clock]");
  const day = Date.now() - instant > LONG ? { weekday: "short" } : {};
  return new Intl.DateTimeFormat("en-GB", { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: clock?.dataset.clock }).format(instant);
}

const shown = (board) => board.parentElement.querySelector(":scope > [data-standing-still]");

/** Says that `board` is as it was at `since` and why: 401, 403, 404 or "away", which `again` asks to be over. */
export function standStill(board, why, since, again) {
  const text = `${REASONS[why]()} The board is as it was at ${at(since)}.`;
  const before = shown(board);
  if (before?.dataset.standingStill === text) return;
  before?.remove();
  const notice = document.createElement("div");
  notice.className = "notice warn";
  notice.dataset.standingStill = text;
  const words = document.createElement("div");
  words.textContent = `${text} `;
  if (why === 401) words.append(signInLink());
  else words.append(why === "away" ? button("Ask now", again) : button("Load the page again", () => location.reload()));
  notice.append(icon("alert-triangle"), words);
  board.parentElement.prepend(notice);
  say(text);
  // Whoever else looks is not known any more.
  showPeople([]);
}

/** The board follows again. */
export function goOn(board) {
  const notice = shown(board);
  if (!notice) return;
  const focused = notice.contains(document.activeElement);
  notice.remove();
  if (focused) document.getElementById("main")?.focus();
  say("The board shows what others do again.");
}

function say(text) {
  const said = document.getElementById("board-said");
  if (said) said.textContent = text;
}
