// Undo on a board: the card goes back without the page being loaded anew. Forms in the dialog are answered alike.

import { toast, toastSignIn } from "../toasts.js";
import { focusCard } from "./cards.js";
import { cardOf } from "./columns.js";
import { post, takeAnswer } from "./moves.js";

// What was done to many: the columns are asked for, and the page stays.
function takeMany(board, { say, undo }) {
  toast(say, { undo });
  board.dispatchEvent(new CustomEvent("board:stale", { detail: { own: true } }));
}

async function takeBack(board, form) {
  const said = form.closest(".toast");
  const held = said?.contains(document.activeElement);
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
    const { application } = got.data;
    if (application) takeAnswer(board, got.data);
    else takeMany(board, got.data);
    // The message had the focus, and is gone: it goes to whom it was about.
    if (held) focusCard(cardOf(application) ?? board.querySelector(".nm a[tabindex='0']"));
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
  document.addEventListener("dialog:answered", ({ detail }) => {
    if (detail.application) {
      takeAnswer(board, detail);
      return;
    }
    board.dispatchEvent(new CustomEvent("board:many"));
    takeMany(board, detail);
  });
  // Somebody was faster than a form: the card behind it is not what it was either.
  document.addEventListener("dialog:refused", () => board.dispatchEvent(new CustomEvent("board:stale")));
}
