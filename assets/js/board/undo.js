// Undo on a board: the card goes back without the page being loaded anew. Forms in the dialog are answered alike.

import { toast, toastSignIn } from "../toasts.js";
import { post, takeAnswer } from "./moves.js";

async function takeBack(board, form) {
  const said = form.closest(".toast");
  const got = await post(form.action);
  form.dispatchEvent(new CustomEvent("form:answered", { bubbles: true }));
  if (got.status === 401) {
    toastSignIn();
    return;
  }
  if (got.form) {
    location.assign(got.form);
    return;
  }
  // The offer stays where only the way to the server was missing.
  if (got.status !== 0) said?.remove();
  if (got.ok && got.data) {
    takeAnswer(board, got.data);
    return;
  }
  toast(got.status === 0 ? "The server did not answer, so nothing was undone. Try again." : got.reason, { kind: got.status === 0 || got.status >= 500 ? "bad" : "warn" });
  board.dispatchEvent(new CustomEvent("board:stale"));
}

/** Answers what is done beside the cards of `board`. */
export function answerOnTheSpot(board) {
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.submitter?.hasAttribute("data-undo") || !event.target.closest("#toasts")) return;
    event.preventDefault();
    takeBack(board, event.target);
  });
  document.addEventListener("dialog:answered", (event) => takeAnswer(board, event.detail));
  // Somebody was faster than a form: the card behind it is not what it was either.
  document.addEventListener("dialog:refused", () => board.dispatchEvent(new CustomEvent("board:stale")));
}
