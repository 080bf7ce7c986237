// "Move to…" on a card: a small menu of the board's stages. A digit or the first letters choose, arrows and Enter too.

import { openDialog } from "../dialog.js";
import { focusCard } from "./cards.js";
import { CARD, nameOn, stacksOf } from "./columns.js";
import { move, neighbourOf } from "./moves.js";

/** How long letters belong to one word, in milliseconds. */
const WORD = 900;

let menu = null;
let owner = null;

/** Whether the menu is open. */
export function menuIsOpen() {
  return menu !== null;
}

/** Closes the menu; the focus goes back to the card. */
export function closeMenu({ refocus = true } = {}) {
  if (!menu) return;
  const [closing, card] = [menu, owner];
  menu = owner = null;
  closing.remove();
  card.querySelector(".tool")?.removeAttribute("aria-expanded");
  if (refocus && card.isConnected) focusCard(card, { preventScroll: true });
  card.closest("[data-board]")?.dispatchEvent(new CustomEvent("board:menu-closed"));
}

function item(text, key) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "menu-item";
  button.setAttribute("role", "menuitem");
  const words = document.createElement("span");
  words.textContent = text;
  button.append(words);
  if (key) {
    const hint = document.createElement("kbd");
    hint.textContent = key;
    hint.setAttribute("aria-hidden", "true");
    button.setAttribute("aria-keyshortcuts", key);
    button.append(hint);
  }
  return button;
}

/** After something was decided about `card` by key or menu, the next one has the focus. */
export function decide(card, to) {
  const next = neighbourOf(card);
  move(card, to);
  if (card.closest("[data-stage]") === to && next) focusCard(next);
}

function put(at) {
  const box = at.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, innerWidth - size.width - 8));
  const below = box.bottom + 4;
  const above = Math.min(box.top - 4, innerHeight - 8) - size.height;
  const top = below + size.height > innerHeight - 8 ? Math.max(8, above) : below;
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
}

/** Opens the menu of stages for `card`, beside `at`. */
export function openMenu(card, at = card) {
  closeMenu({ refocus: false });
  const board = card.closest("[data-board]");
  const here = card.closest("[data-stage]");
  owner = card;
  menu = document.createElement("div");
  menu.className = "menu-list stage-menu";
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", `Move ${nameOn(card)} to`);
  stacksOf(board).forEach((stack, n) => {
    const button = item(stack.dataset.name, n < 9 ? String(n + 1) : "");
    if (stack === here) {
      button.setAttribute("aria-disabled", "true");
      button.setAttribute("aria-current", "true");
    }
    button.addEventListener("click", () => {
      if (stack === here) return;
      closeMenu();
      decide(card, stack);
    });
    menu.append(button);
  });
  const page = card.querySelector(".tool")?.href;
  if (page) {
    const rule = document.createElement("hr");
    rule.className = "menu-rule";
    const more = item("With a note or a date…", "");
    more.addEventListener("click", () => {
      closeMenu();
      openDialog(page, { from: card.querySelector(".nm a") });
    });
    menu.append(rule, more);
  }
  listen();
  // Within the content, where who reads by landmarks finds it.
  document.getElementById("main").append(menu);
  card.querySelector(".tool")?.setAttribute("aria-expanded", "true");
  put(at);
  menu.querySelector(".menu-item:not([aria-disabled])")?.focus();
}

// Who types on after the stage was clear already means no other key: the rest of its name does nothing.
function swallowRest(name, typed) {
  let until = Date.now() + WORD;
  const swallow = (event) => {
    typed += event.key.toLowerCase();
    if (Date.now() > until || !name.startsWith(typed)) {
      document.removeEventListener("keydown", swallow, true);
      return;
    }
    until = Date.now() + WORD;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("keydown", swallow, true);
}

function listen() {
  let typed = "";
  let pause;
  const items = () => [...menu.querySelectorAll(".menu-item")];
  const step = (by) => {
    const all = items();
    all[(all.indexOf(document.activeElement) + by + all.length) % all.length].focus();
  };
  const spell = (letter) => {
    clearTimeout(pause);
    pause = setTimeout(() => (typed = ""), WORD);
    typed += letter.toLowerCase();
    const fitting = items().filter((each) => each.textContent.toLowerCase().startsWith(typed) && !each.hasAttribute("aria-disabled"));
    if (fitting.length === 1) {
      swallowRest(fitting[0].querySelector("span").textContent.toLowerCase(), typed);
      fitting[0].click();
    } else fitting[0]?.focus();
  };
  menu.addEventListener("keydown", (event) => {
    // No key of the page works while the menu is open.
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key;
    if (key === "Escape" || key === "Tab") closeMenu();
    else if (key === "ArrowDown") step(1);
    else if (key === "ArrowUp") step(-1);
    else if (key === "Home") items()[0].focus();
    else if (key === "End") items().at(-1).focus();
    else if (/^[1-9]$/.test(key)) items().find((each) => each.getAttribute("aria-keyshortcuts") === key)?.click();
    else if (/^\p{L}$/u.test(key)) spell(key);
    else return;
    event.preventDefault();
  });
}

/** Lets "Move to…" on the cards of `board` open the menu; without a script it is a link. */
export function offerStages(board) {
  board.addEventListener("click", (event) => {
    const tool = event.target.closest(`${CARD}[data-application] .tool`);
    if (!tool || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const card = tool.closest(CARD);
    if (owner !== card) openMenu(card, tool);
    else if (event.detail < 2) closeMenu();
  });
  document.addEventListener("pointerdown", (event) => menu && !menu.contains(event.target) && !event.target.closest(".tool") && closeMenu({ refocus: false }));
  board.addEventListener("scroll", () => closeMenu({ refocus: false }), { capture: true, passive: true });
  window.addEventListener("resize", () => closeMenu({ refocus: false }));
}
