// Phases fold to a strip. What is folded is kept for the reader, and without a script the button loads the page anew.

import { csrfToken } from "../page.js";
import { refuse } from "../requests.js";

// What is to be kept next; one after the other, and of several only the last: two that overtake each other on their way
// would leave the first choice.
let wanted = null;
let keeping = false;

async function keep(address, value) {
  wanted = value;
  if (keeping) return;
  keeping = true;
  while (wanted !== null) {
    const now = wanted;
    wanted = null;
    await post(address, now);
  }
  keeping = false;
}

async function post(address, value) {
  const body = new URLSearchParams({ key: "board.folded", value });
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" } });
    if (!answer.ok) refuse(answer.status, await answer.text(), answer.headers.get("Content-Type") ?? "");
  } catch {
    // It is folded here; only the next page will not know.
  }
}

/** Lets the buttons in the heads of phases fold them. */
export function foldPhases(board) {
  board.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-fold]");
    if (!form) return;
    event.preventDefault();
    const phase = form.closest("[data-phase]");
    const folded = phase.classList.toggle("phase-folded");
    form.querySelector("[aria-expanded]").setAttribute("aria-expanded", String(!folded));
    const all = [...board.querySelectorAll(".phase-folded")].map((each) => each.dataset.phase);
    keep(form.action, all.join(" "));
    form.dispatchEvent(new CustomEvent("form:answered", { bubbles: true }));
  });
}
