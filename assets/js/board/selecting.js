// Choosing many, on boards and lists. A box on each card and in each row, Shift for a range, a box above each column; the
// bar at the foot says how many are chosen and what can be done with them, in the dialog. Cards come without boxes, because
// there may be hundreds: they get one when it is needed. Esc lets go of all.

import { openDialog } from "../dialog.js";
import { csrfToken, whenPresent } from "../page.js";
import { focusCard } from "./cards.js";

const touch = window.matchMedia("(hover: none)");

function boxIn(card) {
  return card.querySelector(":scope > .pick, :scope > td > .pick");
}

function nameOf(card) {
  return card.querySelector(".nm a, a.name")?.textContent.trim() ?? "";
}

whenPresent("[data-selecting]", (bar) => {
  const board = document.getElementById("board");
  const every = bar.querySelector("[name=all]");
  const said = bar.querySelector("[data-selected]");
  const total = () => Number(bar.elements.count.value);
  // By id: what else is on the page may be replaced at any time.
  const chosen = new Map();
  let last = null;

  const cards = () => [...document.querySelectorAll(board ? "#board .card-person[id]" : ".list-people tr:has(.pick)")];
  const idOf = (card) => (board ? card.id.replace("card-", "") : boxIn(card).value.split(":")[0]);
  const seenOf = (card) => (board ? card.dataset.version : boxIn(card).value.split(":")[1]);

  function givenBox(card) {
    let box = boxIn(card);
    if (!box) {
      box = document.createElement("input");
      box.type = "checkbox";
      box.className = "pick";
      box.setAttribute("aria-label", `Select ${nameOf(card)}`);
      // Where keys go from card to card, only the parts of the one at hand are reached by Tab.
      box.tabIndex = card.querySelector(".nm a").tabIndex;
      card.append(box);
    }
    box.checked = chosen.has(idOf(card));
    card.classList.toggle("selected", box.checked);
    return box;
  }

  function choose(card, on) {
    if (on) chosen.set(idOf(card), seenOf(card));
    else chosen.delete(idOf(card));
  }

  function show() {
    const some = chosen.size > 0 || every?.checked;
    const count = every?.checked ? total() : chosen.size;
    bar.classList.toggle("on", some);
    document.documentElement.classList.toggle("selecting", some);
    said.textContent = some ? `${count.toLocaleString("en")} chosen` : "";
    if (some || touch.matches || !board) for (const card of cards()) givenBox(card);
    if (!board) return;
    for (const column of board.querySelectorAll(".col")) {
      const own = [...column.querySelectorAll(".card-person[id]")];
      let box = column.querySelector(".col-head > .pick");
      if (some && own.length && !box) {
        box = document.createElement("input");
        box.type = "checkbox";
        box.className = "pick";
        box.setAttribute("aria-label", `Select all shown in ${column.querySelector("h3").textContent}`);
        column.querySelector(".col-head").prepend(box);
      }
      if (!box) continue;
      const on = own.filter((card) => chosen.has(idOf(card))).length;
      box.hidden = !some || !own.length;
      box.checked = on > 0 && on === own.length;
      box.indeterminate = on > 0 && on < own.length;
    }
  }

  // From the one chosen last to this one, both included.
  function range(card, on) {
    const all = cards();
    const [from, to] = [all.findIndex((each) => idOf(each) === last), all.indexOf(card)];
    if (from < 0) return choose(card, on);
    for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) choose(each, on);
  }

  function pick(card, on, shift) {
    if (every) every.checked = false;
    if (shift) range(card, on);
    else choose(card, on);
    last = idOf(card);
    show();
  }

  function clear() {
    chosen.clear();
    if (every) every.checked = false;
    for (const card of cards()) if (boxIn(card)) givenBox(card);
    show();
  }

  // The one after the last who was chosen, of those who were not; else the one before, else any other.
  function nextAfterChosen() {
    const all = cards();
    const at = all.findIndex((card) => idOf(card) === last);
    const stack = all[at]?.parentElement;
    const rest = all.filter((card) => !chosen.has(idOf(card)) && card.offsetParent);
    const beside = rest.filter((card) => card.parentElement === stack);
    return beside.find((card) => all.indexOf(card) > at) ?? beside.at(-1) ?? rest[0];
  }

  board?.addEventListener("board:many", () => {
    const next = nextAfterChosen();
    clear();
    focusCard(next);
  });

  let shifted = false;
  document.addEventListener("click", (event) => (shifted = event.shiftKey), true);
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box === every) {
      if (box.checked) for (const card of cards()) choose(card, true);
      else chosen.clear();
      show();
      for (const card of cards()) if (boxIn(card)) givenBox(card);
    } else if (box.matches(".col-head > .pick")) {
      if (every) every.checked = false;
      for (const card of box.closest(".col").querySelectorAll(".card-person[id]")) choose(card, box.checked);
      show();
    } else if (box.matches(".card-person > .pick, .list-people .pick")) {
      pick(box.closest(".card-person, tr"), box.checked, shifted);
    }
  });

  // The key s on a card, with Shift for a range.
  document.addEventListener("card:select", (event) => {
    const card = event.target.closest(".card-person");
    if (card) pick(card, !chosen.has(idOf(card)), event.detail?.range);
  });

  // The keys that move or reject one card do it to all who are chosen.
  document.addEventListener("card:act", (event) => {
    const button = bar.querySelector(`button[formaction$="/${event.detail.action}"]`);
    if (!button || !bar.classList.contains("on")) return;
    event.preventDefault();
    bar.requestSubmit(button);
  });

  // A box comes when the pointer or the focus is on a card, and stays.
  for (const kind of ["pointerover", "focusin"]) {
    board?.addEventListener(kind, (event) => {
      const card = event.target.closest(".card-person[id]");
      if (card && !boxIn(card)) givenBox(card);
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !bar.classList.contains("on")) return;
    if (document.querySelector("dialog[open], details.menu[open]")) return;
    const card = board && last ? document.getElementById(`card-${last}`) : null;
    const had = bar.contains(document.activeElement);
    clear();
    if (had) card?.querySelector("a")?.focus();
  });
  bar.querySelector("[data-clear]").addEventListener("click", () => {
    const card = board && last ? document.getElementById(`card-${last}`) : cards()[0];
    clear();
    card?.querySelector("a")?.focus();
  });

  // What can be done opens in the dialog, with everybody who is chosen, those of other pages of a column as well.
  bar.addEventListener("submit", (event) => {
    const dialog = document.getElementById("dialog");
    if (typeof dialog?.showModal !== "function") return;
    event.preventDefault();
    const data = new URLSearchParams(new FormData(bar));
    data.delete("pick");
    // What the reader sees now is what is acted on.
    for (const card of cards()) if (chosen.has(idOf(card))) choose(card, true);
    if (!every?.checked) data.set("people", [...chosen].map(([id, seen]) => (seen ? `${id}:${seen}` : id)).join(" "));
    const options = { method: "POST", body: data, headers: { "X-CSRFToken": csrfToken() } };
    openDialog(event.submitter?.formAction ?? bar.action, { from: event.submitter, options }).then(() =>
      bar.dispatchEvent(new CustomEvent("form:answered", { bubbles: true })),
    );
  });

  // Cards that come later, or anew, are as the others are.
  if (board) {
    new MutationObserver((changes) => {
      if (!chosen.size && !touch.matches) return;
      const cardsCame = changes.some(({ addedNodes }) =>
        [...addedNodes].some((node) => node.matches?.(".card-person, .col, .stack, .phase") ?? false),
      );
      if (cardsCame) show();
    }).observe(board, { childList: true, subtree: true });
  }

  // A page that the browser kept comes back with its boxes as they were.
  for (const card of cards()) if (boxIn(card)?.checked) choose(card, true);
  show();
});
