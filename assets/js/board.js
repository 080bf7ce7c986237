// The board by drag, on mouse and touch. Everything here can also be done by "Move to…" on each card.
//
//   <div class="board" data-board>
//     <ol class="stack" data-stage="12" [data-form-url="/…/{application}"] [data-refusal="why nothing can be dropped here"]>
//       <li class="card-person" data-application="7" data-version="3" data-move-url="/applications/7/moves">
//
// A drop posts stage and version. The answer's fragments replace what changed; on a refusal the card goes back to
// where it was and the server's sentence is shown. A stage with data-form-url opens its form in the dialog instead.

import Sortable from "sortablejs";
import { openDialog } from "./dialog.js";
import { whenPresent } from "./page.js";
import { htmx } from "./requests.js";
import { toast } from "./toasts.js";

function putBack({ item, from, oldIndex }) {
  const others = [...from.children].filter((child) => child !== item);
  from.insertBefore(item, others[oldIndex] ?? null);
}

function stacks(board) {
  return [...board.querySelectorAll("[data-stage]")];
}

// An empty column is a strip; one that got its first card opens.
function fold(board) {
  for (const stack of stacks(board)) stack.closest(".col")?.classList.toggle("col-folded", !stack.querySelector(".card-person"));
}

function start(board, stack) {
  Sortable.create(stack, {
    group: "board",
    draggable: "[data-move-url]",
    filter: ".tool",
    preventOnFilter: false,
    sort: false,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    delay: 180,
    delayOnTouchOnly: true,
    touchStartThreshold: 6,
    fallbackTolerance: 5,
    ghostClass: "lifted",
    dragClass: "drag-image",
    scrollSensitivity: 90,
    onStart({ from }) {
      board.classList.add("dragging");
      for (const other of stacks(board)) other.classList.toggle("drop-ok", other !== from);
    },
    onMove({ to }) {
      for (const other of stacks(board)) other.classList.toggle("drop-here", other === to && other !== stack);
    },
    onEnd(drop) {
      board.classList.remove("dragging");
      for (const other of stacks(board)) other.classList.remove("drop-ok", "drop-here");
      if (drop.to !== drop.from) dropped(drop);
    },
  });
}

function dropped(drop) {
  const { item, to } = drop;
  if (to.dataset.refusal) {
    putBack(drop);
    toast(to.dataset.refusal, { kind: "warn" });
    return;
  }
  if (to.dataset.formUrl) {
    const address = to.dataset.formUrl.replace("{application}", item.dataset.application);
    putBack(drop);
    openDialog(address, { from: item.querySelector("a") });
    return;
  }
  // What dragging left behind; htmx would copy it to the new card, and the content policy would say no.
  item.removeAttribute("style");
  item.classList.add("sending");
  // A card that was replaced is no longer there when the answer is told, so the path of the request names it.
  const settle = (event) => {
    if (event.detail.pathInfo?.requestPath !== item.dataset.moveUrl) return;
    document.removeEventListener("htmx:afterRequest", settle);
    item.classList.remove("sending");
    if (!event.detail.successful) putBack(drop);
    fold(to.closest("[data-board]"));
  };
  document.addEventListener("htmx:afterRequest", settle);
  htmx.ajax("POST", item.dataset.moveUrl, {
    source: item,
    target: item,
    swap: "outerHTML",
    values: { stage: to.dataset.stage, version: item.dataset.version },
  });
}

whenPresent("[data-board]", (board) => {
  for (const stack of stacks(board)) start(board, stack);
  // A column that was loaded anew needs its hands again.
  board.addEventListener("page:loaded", () => {
    for (const stack of stacks(board)) if (!Sortable.get(stack)) start(board, stack);
  });
});
