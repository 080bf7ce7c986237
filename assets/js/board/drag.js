// Taking a card by mouse, pen or finger to another column. Pointer events throughout, no native drag and drop: it
// behaves alike everywhere, and the cards stay where they are until the card is let go.

import { stacksOf } from "./columns.js";

/** How far a mouse goes before a press becomes a drag, in pixels. */
const MOUSE_SLACK = 5;
/** How far a finger may tremble while it rests on a card, and how long it rests before the card is taken. */
const TOUCH_SLACK = 9;
const TOUCH_REST = 220;
/** How near the edge scrolling begins, and the most it scrolls in a frame; sideways no more than this part of the board. */
const EDGE = 64;
const SIDEWAYS = 1 / 48;
/** How long a card is held over a folded phase until it opens, in milliseconds. */
const OPENS_AFTER = 450;
const FASTEST = 18;

const OWN_TARGETS = "button, input, label, select, textarea, summary, details, .tool";

function ghostOf(card) {
  const box = card.getBoundingClientRect();
  const ghost = card.cloneNode(true);
  for (const element of [ghost, ...ghost.querySelectorAll("[id]")]) element.removeAttribute("id");
  ghost.classList.add("drag-image");
  ghost.inert = true;
  ghost.setAttribute("aria-hidden", "true");
  ghost.style.width = `${box.width}px`;
  return { ghost, box };
}

function speed(at, from, to) {
  const room = Math.min(EDGE, (to - from) / 3);
  if (at < from + room) return -FASTEST * Math.min(1, (from + room - at) / room);
  if (at > to - room) return FASTEST * Math.min(1, (at - to + room) / room);
  return 0;
}

// What scrolls up and down under the pointer: the column where it has its own scrollbar, else the page.
function scroller(stack) {
  for (let element = stack; element && element !== document.body; element = element.parentElement) {
    const overflow = getComputedStyle(element).overflowY;
    if ((overflow === "auto" || overflow === "scroll") && element.scrollHeight > element.clientHeight + 1) return element;
  }
  return document.scrollingElement;
}

/** Lets cards (`[data-move-url]`) of `board` be dragged; `drop(card, stack)` is told of each that was let go on another column. */
export function makeDraggable(board, drop) {
  let press = null;

  function stackAt(x, y) {
    const under = document.elementFromPoint(x, y);
    const folded = under?.closest(".phase-folded:not(.phase-opened)") ?? null;
    if (folded !== press.folded) {
      clearTimeout(press.opening);
      press.folded = folded;
      if (folded) press.opening = setTimeout(() => folded.classList.add("phase-opened"), OPENS_AFTER);
    }
    return under?.closest(".col")?.querySelector("[data-stage]") ?? null;
  }

  function follow() {
    const { x, y, ghost, grip, card } = press;
    ghost.style.translate = `${x - grip.x}px ${y - grip.y}px`;
    const under = stackAt(x, y);
    if (under === press.over) return;
    press.over = under;
    for (const stack of stacksOf(board)) stack.classList.toggle("drop-here", stack === under && stack !== card.parentElement);
  }

  function scroll() {
    if (!press?.ghost) return;
    const { x, y } = press;
    const sides = board.getBoundingClientRect();
    const most = Math.min(1, (sides.width * SIDEWAYS) / FASTEST);
    board.scrollLeft += speed(x, Math.max(0, sides.left), Math.min(innerWidth, sides.right)) * most;
    const up = scroller(press.over ?? press.card.parentElement);
    const page = up === document.scrollingElement;
    const box = page ? { top: 0, bottom: innerHeight } : up.getBoundingClientRect();
    up.scrollTop += speed(y, Math.max(0, box.top), Math.min(innerHeight, box.bottom));
    follow();
    press.frame = requestAnimationFrame(scroll);
  }

  function take() {
    const { card, pointer } = press;
    // Somebody else may have taken the person away while the card was pressed.
    if (!card.isConnected) {
      end(false);
      return;
    }
    const { ghost, box } = ghostOf(card);
    Object.assign(press, { ghost, grip: { x: press.from.x - box.left, y: press.from.y - box.top }, over: undefined });
    document.body.append(ghost);
    board.setPointerCapture(pointer);
    board.classList.add("dragging");
    card.classList.add("lifted");
    for (const stack of stacksOf(board)) stack.classList.toggle("drop-ok", stack !== card.parentElement);
    scroll();
  }

  function end(dropped) {
    if (!press) return;
    const { card, ghost, over, frame, timer, opening, pointer } = press;
    clearTimeout(timer);
    clearTimeout(opening);
    press = null;
    if (!ghost) return;
    cancelAnimationFrame(frame);
    ghost.remove();
    if (board.hasPointerCapture(pointer)) board.releasePointerCapture(pointer);
    board.classList.remove("dragging");
    for (const phase of board.querySelectorAll(".phase-opened")) phase.classList.remove("phase-opened");
    card.classList.remove("lifted");
    for (const stack of stacksOf(board)) stack.classList.remove("drop-ok", "drop-here");
    // The click that follows belongs to the drag, not to the link below the pointer.
    const swallow = (event) => {
      event.preventDefault();
      event.stopPropagation();
    };
    document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", swallow, true), 50);
    if (dropped && over && over !== card.parentElement) drop(card, over);
    board.dispatchEvent(new CustomEvent("board:dragged"));
  }

  board.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const card = event.target.closest("[data-move-url]");
    if (!card || event.target.closest(OWN_TARGETS)) return;
    const at = { x: event.clientX, y: event.clientY };
    press = { card, pointer: event.pointerId, touch: event.pointerType === "touch", from: at, ...at };
    if (press.touch) press.timer = setTimeout(take, TOUCH_REST);
  });

  // Listened to on the whole page: until the card is taken the pointer may already have left the board.
  document.addEventListener("pointermove", (event) => {
    if (!press || event.pointerId !== press.pointer) return;
    press.x = event.clientX;
    press.y = event.clientY;
    if (press.ghost) {
      follow();
      return;
    }
    const far = Math.hypot(press.x - press.from.x, press.y - press.from.y);
    if (press.touch) far > TOUCH_SLACK && end(false);
    else if (far > MOUSE_SLACK) take();
  });

  document.addEventListener("pointerup", (event) => {
    if (!press || event.pointerId !== press.pointer) return;
    if (press.ghost) {
      press.x = event.clientX;
      press.y = event.clientY;
      follow();
    }
    end(true);
  });
  document.addEventListener("pointercancel", (event) => event.pointerId === press?.pointer && end(false));
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !press?.ghost) return;
      event.preventDefault();
      event.stopPropagation();
      end(false);
    },
    true,
  );

  // While a card is held the finger moves the card, not the page; and it asks for no menu of the link below it.
  board.addEventListener("touchmove", (event) => press?.ghost && event.cancelable && event.preventDefault(), { passive: false });
  board.addEventListener("contextmenu", (event) => press?.touch && event.preventDefault());
  // The name's link would be dragged by the browser itself.
  board.addEventListener("dragstart", (event) => event.target.closest?.("[data-move-url]") && event.preventDefault());
}
