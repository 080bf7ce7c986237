// Somebody beside the board: a card opens them in a panel at the right, and the board stays where it is. The address
// says who is open (?person=, the number of their application), so that it can be sent on and gone back from. On wide
// screens the board beside it goes on working; on narrow ones the panel covers it. Without a script a card's link leads
// to the person's page.
//
// Forms in the panel, and dialogs opened from it, are sent without leaving: then the panel and the board are read anew.

import { bringIntoSight } from "./board/cards.js";
import { menuIsOpen } from "./board/menu.js";
import { announceLoaded, csrfToken } from "./page.js";
import { address as paletteAddress, visited } from "./palette/places.js";
import { enliven, refuse } from "./requests.js";
import { shortcut } from "./shortcuts.js";

const NARROW = matchMedia("(max-width: 760px)");
const board = () => document.getElementById("board");
const root = paletteAddress.replace(/palette$/, "");

let panel = null;
let shown = null;
let asking = null;
// Where the reader goes on when the card that is open has left its column.
let neighbours = {};
// What was written about somebody and not sent yet, by application.
const drafts = new Map();

const isOpen = () => panel !== null && !panel.hidden;
const cardOf = (id) => document.getElementById(`card-${id}`);
const idOf = (card) => card?.id.startsWith("card-") ? card.id.slice(5) : null;

function wanted() {
  const id = new URLSearchParams(location.search).get("person");
  return id && /^\d{1,18}$/.test(id) ? id : null;
}

function addressWith(id) {
  const there = new URL(location.href);
  if (id) there.searchParams.set("person", id);
  else there.searchParams.delete("person");
  return there;
}

function build() {
  panel = document.createElement("aside");
  panel.className = "beside";
  panel.id = "beside";
  panel.hidden = true;
  panel.setAttribute("aria-label", "Candidate");
  document.querySelector(".shell").after(panel);
  panel.addEventListener("click", clicked);
  panel.addEventListener("submit", submitted);
  panel.addEventListener("dialog:sent", (event) => {
    event.preventDefault();
    refresh();
  });
}

// On a narrow screen nothing behind the panel can be seen, so nothing behind it can be reached either.
function cover() {
  document.querySelector(".shell").inert = isOpen() && NARROW.matches;
}

function mark(id) {
  for (const card of document.querySelectorAll("[data-shown]")) card.removeAttribute("data-shown");
  cardOf(id)?.setAttribute("data-shown", "");
}

function cards() {
  return [...(board()?.querySelectorAll(".card-person") ?? [])].filter((card) => card.offsetParent !== null);
}

function look(id) {
  const card = cardOf(id);
  const all = cards();
  const at = all.indexOf(card);
  neighbours = { stack: card?.parentElement ?? null, previous: idOf(all[at - 1]), next: at < 0 ? null : idOf(all[at + 1]) };
}

function neighbour(way) {
  const card = cardOf(shown);
  if (card && card.parentElement === neighbours.stack) {
    const all = cards();
    return idOf(all[all.indexOf(card) + (way === "next" ? 1 : -1)]);
  }
  return cardOf(neighbours[way]) ? neighbours[way] : null;
}

function keepDraft() {
  const words = panel?.querySelector("textarea[name=body]")?.value ?? "";
  if (shown && words.trim()) drafts.set(shown, words);
  else drafts.delete(shown);
}

function fill(html) {
  panel.innerHTML = html;
  const field = panel.querySelector("textarea[name=body]");
  if (field && drafts.has(shown)) field.value = drafts.get(shown);
  for (const said of panel.querySelectorAll("template[data-said]")) {
    document.getElementById("toasts").append(said.content);
    said.remove();
  }
  for (const way of ["previous", "next"]) {
    const button = panel.querySelector(`[data-beside=${way}]`);
    button.hidden = neighbour(way) === null;
  }
  panel.removeAttribute("aria-label");
  panel.setAttribute("aria-labelledby", "beside-name");
  enliven(panel);
  announceLoaded(panel);
}

// Until the answer comes the panel says whose it will be.
function wait(id) {
  const name = cardOf(id)?.querySelector(".nm a")?.textContent.trim() ?? "";
  const heading = document.createElement("h2");
  heading.tabIndex = -1;
  heading.textContent = name || "Candidate";
  const head = document.createElement("header");
  head.className = "beside-head";
  head.append(heading);
  panel.replaceChildren(head);
  panel.setAttribute("aria-label", name || "Candidate");
  panel.removeAttribute("aria-labelledby");
}

async function load(id, { focus }) {
  asking?.abort();
  const control = (asking = new AbortController());
  panel.setAttribute("aria-busy", "true");
  let answer;
  let text;
  try {
    answer = await fetch(`${root}applications/${id}/panel`, { headers: { "HX-Request": "true", Accept: "text/html" }, signal: control.signal });
    text = await answer.text();
  } catch (error) {
    if (error.name === "AbortError") return;
    refuse(0, "", "");
    close();
    return;
  }
  if (asking !== control) return;
  asking = null;
  if (focus === "keep") keepDraft();
  panel.removeAttribute("aria-busy");
  if (!answer.ok) {
    refuse(answer.status, text, answer.headers.get("Content-Type") ?? "");
    if (answer.status !== 401) close();
    return;
  }
  // The reader may have gone on into the panel while it was read anew.
  const inside = panel.contains(document.activeElement);
  const top = panel.scrollTop;
  fill(text);
  if (focus === "keep") {
    panel.scrollTop = top;
    if (inside) panel.querySelector("h2")?.focus({ preventScroll: true });
    return;
  }
  panel.scrollTop = 0;
  if (focus || inside) panel.querySelector("h2").focus({ preventScroll: true });
}

/** Opens somebody beside the board. `how`: whether the address is "push"ed, "replace"d or left as it is ("stay"). */
function open(id, { how = "push", focus = true } = {}) {
  if (!panel) build();
  if (isOpen() && shown === id) {
    if (focus) panel.querySelector("h2")?.focus({ preventScroll: true });
    return;
  }
  const already = isOpen();
  keepDraft();
  shown = id;
  panel.hidden = false;
  document.documentElement.classList.add("has-beside");
  cover();
  look(id);
  mark(id);
  wait(id);
  if (focus) panel.querySelector("h2").focus({ preventScroll: true });
  if (how === "push" && !already) history.pushState({ beside: true }, "", addressWith(id));
  else if (how !== "stay") history.replaceState(history.state, "", addressWith(id));
  visited(personKey(id));
  load(id, { focus });
  const card = cardOf(id);
  if (card) bringIntoSight(card);
}

// The palette names people, not applications.
function personKey(id) {
  const person = /\/candidates\/(\d+)/.exec(cardOf(id)?.querySelector(".nm a")?.getAttribute("href") ?? "");
  return person ? `c${person[1]}` : "";
}

function hide() {
  if (!isOpen()) return;
  asking?.abort();
  keepDraft();
  const back = panel.contains(document.activeElement) || document.activeElement === document.body;
  panel.hidden = true;
  document.documentElement.classList.remove("has-beside");
  cover();
  mark(null);
  if (back) (cardOf(shown) ?? cardOf(neighbours.next) ?? cardOf(neighbours.previous))?.querySelector(".nm a")?.focus();
  shown = null;
}

function close() {
  if (!isOpen()) return;
  // What was opened here is gone back from; who came by the address stays on the page.
  if (history.state?.beside) history.back();
  else {
    history.replaceState(history.state, "", addressWith(null));
    hide();
  }
}

function step(way) {
  const id = neighbour(way);
  if (id) open(id, { how: "replace" });
}

function refresh() {
  board().dispatchEvent(new CustomEvent("board:stale", { detail: { own: true } }));
  again();
}

// What was done on the board, here or by somebody else, shows in the panel as well; not while something is being written.
let soon = 0;
function again() {
  clearTimeout(soon);
  soon = setTimeout(() => {
    if (!isOpen() || panel.querySelector("textarea:focus")?.value) return;
    mark(shown);
    load(shown, { focus: "keep" });
  }, 60);
}

function clicked(event) {
  const does = event.target.closest("[data-beside]")?.dataset.beside;
  if (does === "close") close();
  else if (does) step(does);
}

async function submitted(event) {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-again")) return;
  event.preventDefault();
  const data = new FormData(form, submitter);
  const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  let done = false;
  try {
    const answer = await fetch(submitter?.getAttribute("formaction") ?? form.action, {
      method: "POST", body, headers: { "X-Dialog": "1", "X-CSRFToken": csrfToken(), Accept: "text/html" },
    });
    done = answer.headers.has("X-Location");
    if (!done) refuse(answer.status, await answer.text(), answer.headers.get("Content-Type") ?? "");
  } catch {
    refuse(0, "", "");
  }
  form.dispatchEvent(new CustomEvent("form:answered", { bubbles: true }));
  if (!done) return;
  // It has arrived: a draft no more.
  for (const field of form.querySelectorAll("textarea")) field.value = "";
  refresh();
}

const plain = (event) => event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

if (root && board()) {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || !plain(event)) return;
    const card = event.target.closest("#board .card-person");
    if (!card || event.target.closest("button, input, label, summary, details, a:not(.nm a)")) return;
    const id = idOf(card);
    // Who marks words with the mouse wants them, not the panel.
    if (!id || (!event.target.closest("a") && String(getSelection()))) return;
    event.preventDefault();
    // The second half of a double click was meant for what lay above: a stage of the menu, which is closed by now.
    if (event.detail < 2) open(id);
  });

  // Keys go from card to card on the board, and the panel goes along.
  document.addEventListener("focusin", (event) => {
    if (!isOpen() || NARROW.matches) return;
    const id = idOf(event.target.closest?.("#board .card-person"));
    if (id && id !== shown) open(id, { how: "replace", focus: false });
  });

  const within = () => isOpen() && panel.contains(document.activeElement);
  shortcut("j", { label: "Next card, with the panel", group: "Beside the board", when: within, run: () => step("next") });
  shortcut("k", { label: "Previous card, with the panel", group: "Beside the board", when: within, run: () => step("previous") });

  // What the board's keys do to a card, they do here to who is open.
  const button = (action) => panel?.querySelector(`.beside-actions a[href$="/${action}"]`);
  for (const [key, label, action] of [["m", "Move to…", "move"], ["r", "Reject", "rejection"]]) {
    shortcut(key, { label: `${label}, from the panel`, group: "Beside the board", when: () => within() && button(action) !== null, run: () => button(action).click() });
  }

  // Before the menus hear of it: an open menu, a dialog and a card in the air have the first claim on this key.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !isOpen() || event.defaultPrevented) return;
      if (document.querySelector("dialog[open], details.menu[open], .dragging") || menuIsOpen()) return;
      event.preventDefault();
      close();
    },
    true,
  );

  board().addEventListener("board:answered", (event) => String(event.detail.application) === shown && again());
  new MutationObserver((changes) => {
    if (changes.some((change) => idOf(change.target) === shown)) again();
  }).observe(board(), { subtree: true, attributeFilter: ["data-version"] });

  window.addEventListener("popstate", () => {
    const id = wanted();
    if (id) open(id, { how: "stay" });
    else hide();
  });
  NARROW.addEventListener("change", cover);

  const first = wanted();
  if (first) open(first, { how: "stay" });
}
