// The board by drag, on mouse and touch. Everything here can also be done by "Move to…" on each card.
//
//   <div class="board" data-board>
//     <ol class="stack" data-stage="12" [data-form-url="/…/{application}"] [data-refusal="why nothing can be dropped here"]>
//       <li class="card-person" data-application="7" data-version="3" data-move-url="/applications/7/moves">
//
// A drop posts stage and version. The answer's fragments replace what changed; on a refusal the card goes back to
// where it was and the server's sentence is shown. A stage with data-form-url opens its form in the dialog instead.

import { makeDraggable, stacksOf } from "./board/drag.js";
import { openDialog } from "./dialog.js";
import { whenPresent } from "./page.js";
import { htmx } from "./requests.js";
import { toast } from "./toasts.js";

// An empty column is a strip; one that got its first card opens.
function fold(board) {
  for (const stack of stacksOf(board)) stack.closest(".col")?.classList.toggle("col-folded", !stack.querySelector(".card-person"));
}

function dropped(card, to) {
  if (to.dataset.refusal) {
    toast(to.dataset.refusal, { kind: "warn" });
    return;
  }
  if (to.dataset.formUrl) {
    openDialog(to.dataset.formUrl.replace("{application}", card.dataset.application), { from: card.querySelector("a") });
    return;
  }
  // Where it was is marked, so that it can go back to exactly there.
  const place = document.createComment("");
  const board = to.closest("[data-board]");
  card.before(place);
  to.prepend(card);
  fold(board);
  card.classList.add("sending");
  // A card that was replaced is no longer there when the answer is told, so the path of the request names it.
  const settle = (event) => {
    if (event.detail.pathInfo?.requestPath !== card.dataset.moveUrl) return;
    document.removeEventListener("htmx:afterRequest", settle);
    card.classList.remove("sending");
    if (!event.detail.successful) place.after(card);
    place.remove();
    fold(board);
  };
  document.addEventListener("htmx:afterRequest", settle);
  htmx.ajax("POST", card.dataset.moveUrl, {
    source: card,
    target: card,
    swap: "outerHTML",
    values: { stage: to.dataset.stage, version: card.dataset.version },
  });
}

whenPresent("[data-board]", (board) => makeDraggable(board, dropped));
