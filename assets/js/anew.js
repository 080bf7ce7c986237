// Pages of rows that stay: what is done from a row, in the dialog, or by Undo shows in them without the page being loaded,
// so that messages with an earlier Undo, the place on the page and all that is open stay. The page is asked for as it is
// now and brought up to date piece by piece; then the next row has the focus. Without a script the page is loaded.
//
//   <div data-anew data-heard="11 things wait on you">      what may change, and what is read aloud after it has
//     <ul><li data-key="person-7"> …                         rows, each with a key of its own

import { Idiomorph } from "idiomorph";

import { send } from "./dialog.js";
import { announceLoaded, csrfToken } from "./page.js";
import { refuse } from "./requests.js";
import { thisPageNow, toast } from "./toasts.js";

const ANEW = "[data-anew]";
const pressable = (row) => [...row.querySelectorAll("a, button")];

function leadsHere(address) {
  const there = new URL(address, location.href);
  return there.pathname === location.pathname && there.search === location.search;
}

// --- bringing up to date -----------------------------------------------------------------------------------------------

// What the reader has opened or ticked stays so.
const keepsOwn = { beforeAttributeUpdated: (name) => name !== "open" && name !== "checked" };

/** Makes `here` what `there` says, rows by their keys; what is the same already is not touched. */
function bring(here, there) {
  // The library knows rows again by their ids.
  for (const part of [here, there]) for (const row of part.querySelectorAll("[data-key]")) row.id = row.dataset.key;
  Idiomorph.morph(here, there, { callbacks: keepsOwn });
}

function bringPage(fresh) {
  for (const part of ["#menu", ".head-note", ".facts", ANEW]) {
    const [here, there] = [document, fresh].map((page) => page.querySelector(part));
    if (here && there) bring(here, there);
  }
  for (const figure of document.querySelectorAll("[data-figure]")) {
    const there = fresh.querySelector(`${figure.localName}[data-figure="${figure.dataset.figure}"]`);
    // Who has chosen "all that match" has chosen those of that moment: the server says when it is others by now.
    if (there && !figure.closest("[data-selecting]")?.elements.all.checked) bring(figure, there);
  }
  for (const box of document.querySelectorAll(`${ANEW} .pick:checked`)) box.closest("tr").classList.add("selected");
  announceLoaded(document.querySelector(ANEW));
}

// --- what follows ------------------------------------------------------------------------------------------------------

// What the server says of it, at the foot of the page. Of one person only the last change can be taken back.
function sayWhatHappened(fresh, about) {
  const toasts = document.getElementById("toasts");
  for (const message of fresh.querySelectorAll("#toasts .toast")) {
    if (about) {
      for (const before of toasts.querySelectorAll("[data-about]")) if (before.dataset.about === about) before.remove();
      message.dataset.about = about;
    }
    const heard = document.createElement("span");
    heard.className = "sr-only";
    heard.textContent = `. ${fresh.querySelector(ANEW).dataset.heard}`;
    message.querySelector("p").append(heard);
    toasts.append(message);
  }
}

// Where one goes on after something was done to a row, or to those that are chosen: with the next that is left, else the
// one before; with what was pressed in the row before, if it is there.
function whereNext(opener) {
  const row = opener.closest(`${ANEW} [data-key]`);
  const done = row ? [row] : [...document.querySelectorAll(`${ANEW} [data-key]:has(.pick:checked)`)];
  const last = done.at(-1);
  const others = [...(last?.parentElement.children ?? [])].filter((other) => other.dataset.key && !done.includes(other));
  const after = others.filter((other) => last.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
  const order = [...after, ...others.filter((other) => !after.includes(other)).reverse()];
  const fromEnd = row ? pressable(row).length - pressable(row).indexOf(opener) : Infinity;
  return () => {
    const next = order.find((other) => other.isConnected);
    const parts = next ? pressable(next) : [];
    (parts.at(-fromEnd) ?? parts[0] ?? document.getElementById("main")).focus();
  };
}

// One after the other: what was asked for later is newer.
let reading = Promise.resolve();

/** Shows the page as it is now. `about`: the row that it is about; `within`: where the focus is to go on from, by `next`. */
function readAnew({ about = "", within = null, next = null } = {}) {
  reading = reading.then(async () => {
    const fresh = await thisPageNow();
    if (!fresh) {
      if (next) toast("It is done, but this page could not be read anew. Load it again.", { kind: "warn" });
      return;
    }
    if (!fresh.querySelector(ANEW)) {
      location.reload();
      return;
    }
    const at = document.activeElement;
    // Who has gone on to something else meanwhile stays there.
    const free = at === document.body || within?.contains(at);
    bringPage(fresh);
    sayWhatHappened(fresh, about);
    if (next && free) next();
  });
  return reading;
}

async function takeBack(form) {
  const said = form.closest(".toast");
  const { about = "" } = said.dataset;
  const held = said.contains(document.activeElement);
  const options = { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-CSRFToken": csrfToken() } };
  const got = await send(form.action, options);
  form.dispatchEvent(new CustomEvent("form:answered", { bubbles: true }));
  // The offer stays where only the way to the server, or the sign-in, was missing.
  if (!got) return;
  const onward = got.answer.headers.get("X-Location");
  if (!onward) refuse(got.answer.status, got.text, got.type);
  if (got.answer.status === 401) return;
  said.remove();
  if (onward && !leadsHere(onward)) {
    location.assign(onward);
    return;
  }
  // The message had the focus, and is gone: it goes to whom it was about.
  const back = () => {
    const row = about && document.querySelector(`${ANEW} [data-key="${CSS.escape(about)}"]`);
    (row ? pressable(row).at(-1) : document.getElementById("main")).focus();
  };
  readAnew({ about, next: onward && held ? back : null });
}

document.addEventListener("dialog:sent", (event) => {
  if (event.defaultPrevented || !document.querySelector(ANEW) || !leadsHere(event.detail)) return;
  event.preventDefault();
  const opener = event.target instanceof Element ? event.target : document.body;
  const within = opener.closest("[data-key], [data-selecting]");
  const next = within && whereNext(opener);
  // What was done to many is done: nobody is chosen any more.
  if (within?.matches("[data-selecting]")) within.querySelector("[data-clear]").click();
  readAnew({ about: within?.dataset.key, within, next: next || (() => opener.focus()) });
});

// Somebody was faster than a form: the row behind it is not what it was either.
document.addEventListener("dialog:refused", () => readAnew());

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.submitter?.hasAttribute("data-undo") || !event.target.closest("#toasts")) return;
  event.preventDefault();
  takeBack(event.target);
});
