// The numbers around a board: how many it shows, how many of them are late, how many wait on the reader. What can be
// reckoned is reckoned from the columns; the rest is what the server said last.

import { stacksOf, totalOf } from "./columns.js";

function write(name, text) {
  for (const place of document.querySelectorAll(`[data-figure="${name}"]`)) {
    // Who has chosen "all that match" has chosen those of that moment: the server says when it is others by now.
    if (place.closest("[data-selecting]")?.elements.all?.checked) continue;
    if (place instanceof HTMLInputElement) place.value = text.replaceAll(",", "");
    else if (place.textContent !== text) place.textContent = text;
  }
}

/** Takes over what an answer or a fresh board says beside its columns; null or undefined says nothing. */
export function takeFigures(board, { mine, active }) {
  if (mine !== undefined) board.dataset.mine = mine ?? "";
  if (active !== undefined && active !== null) board.dataset.active = active;
}

function show(board) {
  let [total, late] = [0, 0];
  for (const stack of stacksOf(board)) {
    const [here, overdue] = totalOf(stack.dataset.stage);
    total += here;
    late += overdue;
  }
  const said = (number) => Number(number).toLocaleString("en");
  write("total", said(total));
  write("total-es", total === 1 ? "es" : "");
  write("late", said(late));
  write("mine", board.dataset.mine === "" ? "" : said(board.dataset.mine));
  write("active", said(board.dataset.active));
}

/** Keeps the numbers around `board` as its columns are. */
export function followCounts(board) {
  board.addEventListener("board:counted", () => show(board));
}
