// Short messages at the foot of the page. They go by themselves, but not while the reader points at them or has the
// focus in them, and never before there was time to read; what offers to take something back stays longer.

import { csrfToken, icon } from "./page.js";

const region = () => document.getElementById("toasts");
const icons = { ok: "circle-check", warn: "alert-triangle", bad: "circle-x", info: "info-circle" };

// By message that is shown: how its time stops, and goes on.
const clocks = new WeakMap();

function keepTime(element) {
  // Whoever has been signed out is told until they are back, or close the message.
  if (element.querySelector("[data-sign-in-again]")) return;
  const long = element.querySelector("form, a") !== null || element.classList.contains("bad");
  const wanted = Math.max(long ? 12000 : 6000, element.textContent.length * 70);
  let left = wanted;
  let since = 0;
  let timer = null;
  const run = () => {
    if (timer !== null) return;
    since = Date.now();
    timer = setTimeout(() => element.remove(), left);
  };
  const hold = () => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    left = Math.max(2500, left - (Date.now() - since));
  };
  const resume = () => {
    if (element.isConnected && !element.hidden && !element.matches(":hover, :focus-within") && !document.hidden) run();
  };
  element.addEventListener("pointerenter", hold);
  element.addEventListener("focusin", hold);
  element.addEventListener("pointerleave", () => setTimeout(resume));
  element.addEventListener("focusout", () => setTimeout(resume));
  clocks.set(element, { hold, resume });
  if (!document.hidden) run();
}

// One listener for all: a board is open all day, and messages that are gone would stay with theirs.
document.addEventListener("visibilitychange", () => {
  for (const element of document.querySelectorAll("#toasts .toast")) clocks.get(element)?.[document.hidden ? "hold" : "resume"]();
});

/** Puts messages aside that would cover the buttons of a dialog, or brings them back: their time stands still meanwhile. */
export function setAside(aside) {
  for (const element of document.querySelectorAll("#toasts .toast:is(.ok, .info)")) {
    element.hidden = aside;
    clocks.get(element)?.[aside ? "hold" : "resume"]();
  }
}

function closeButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast-close";
  button.setAttribute("aria-label", "Close this message");
  button.append(icon("x"));
  return button;
}

/** Says `text` at the foot of the page; `undo` is the address that takes back what was done; `heard` is only read aloud. */
export function toast(text, { kind = "ok", undo = "", heard = "" } = {}) {
  const element = document.createElement("div");
  element.className = `toast ${kind}`;
  element.append(icon(icons[kind] ?? icons.info));
  const words = document.createElement("p");
  words.textContent = text;
  if (heard) {
    const more = document.createElement("span");
    more.className = "sr-only";
    more.textContent = heard;
    words.append(more);
  }
  element.append(words);
  if (undo) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = undo;
    const token = document.createElement("input");
    token.type = "hidden";
    token.name = "csrf_token";
    token.value = csrfToken();
    const button = document.createElement("button");
    button.textContent = "Undo";
    button.dataset.undo = "";
    form.append(token, button);
    element.append(form);
  }
  element.append(closeButton());
  region()?.append(element);
  return element;
}

/** The sign-in ran out: what was typed stays on the page while the reader signs in beside it; `kept` says what else does. */
export function toastSignIn({ kept = TYPED } = {}) {
  if (document.querySelector("#toasts [data-sign-in-again]")) return;
  const element = toast(`You have been signed out. ${kept}`, { kind: "warn" });
  again = kept;
  element.querySelector("p").after(signInLink());
}

/** The way to sign in beside this page, which then goes on: `signed-in-again` on the document. */
export function signInLink() {
  const link = document.createElement("a");
  link.href = document.querySelector('meta[name="sign-in"]')?.content ?? "/sign-in";
  link.target = "_blank";
  link.rel = "noopener";
  link.dataset.signInAgain = "";
  link.textContent = "Sign in again in a new tab";
  window.addEventListener("focus", renewToken);
  return link;
}

const TYPED = "What you typed is still here.";
let again = "";

/** This page as the server has it now, as a document; null where it cannot be had. */
export async function thisPageNow() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
}

// After signing in beside this page its forms need the new token; the rest of the page stays as it is.
async function renewToken() {
  const parsed = await thisPageNow();
  const token = parsed?.querySelector('meta[name="csrf-token"]')?.content;
  if (!token || token === csrfToken() || !parsed.querySelector("#menu")) return;
  window.removeEventListener("focus", renewToken);
  for (const link of document.querySelectorAll("#toasts [data-sign-in-again]")) link.closest(".toast").remove();
  const [reader, then] = [parsed, document].map((page) => page.querySelector("[data-reader]")?.dataset.reader);
  if (reader !== then) {
    // What was begun here was another person's: nothing of it is sent in the name of this one.
    toast("Somebody else is signed in now. Load the page again to go on as them.", { kind: "warn" });
    return;
  }
  document.querySelector('meta[name="csrf-token"]').content = token;
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
  toast(again === TYPED ? "You are signed in again. Press the button once more." : "You are signed in again.");
  again = "";
  document.dispatchEvent(new CustomEvent("signed-in-again"));
}

document.addEventListener("click", (event) => {
  event.target.closest(".toast-close")?.closest(".toast")?.remove();
});

// Answers to htmx may carry `HX-Trigger: {"toast": {"text": …, "kind": …, "undo": …}}`.
document.addEventListener("toast", (event) => {
  const { text, kind, undo } = event.detail ?? {};
  if (text) toast(text, { kind, undo });
});

const live = region();
if (live) {
  for (const element of live.querySelectorAll(".toast")) keepTime(element);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.classList?.contains("toast")) keepTime(node);
    }
  }).observe(live, { childList: true });
}
