// The command palette, on Ctrl K or ⌘ K and from the search field: people, requisitions and actions by their first
// letters. What the browser knows is there at once; what only the server knows follows. An answer to a question that is
// no longer asked is dropped. Without a script the field leads to the search page.

import { openDialog } from "./dialog.js";
import { icon } from "./page.js";
import { pageActions, standingActions } from "./palette/actions.js";
import { atFirst, forQuestion } from "./palette/options.js";
import { address, here, remember, remembered, seen } from "./palette/places.js";
import { wordsOf } from "./palette/words.js";
import { keyName, shortcut } from "./shortcuts.js";

/** While an answer is on its way, the next question waits so long for further letters, in milliseconds. */
const PAUSE = 40;
const field = document.querySelector("[data-palette-url] input");

let palette = null;
let known = null;
let lines = [];
let chosen = 0;
let asking = null;
let timer = 0;
// Enter was pressed before the answer came: the first line of the answer is meant.
let eager = false;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function build() {
  const input = element("input", {
    type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-lines", "aria-autocomplete": "list",
    "aria-label": "Find people, requisitions and actions", placeholder: "A name, a requisition, or what you want to do",
    autocomplete: "off", autocapitalize: "none", spellcheck: "false", enterkeyhint: "go",
  });
  const close = element("button", { type: "button", class: "btn btn-quiet btn-icon", "aria-label": "Close" }, icon("x"));
  const list = element("div", { id: "palette-lines", class: "palette-lines", role: "listbox", "aria-label": "What was found" });
  const nothing = element("p", { class: "palette-none" });
  const said = element("p", { class: "sr-only", role: "status" });
  const keys = element("p", { class: "palette-keys", "aria-hidden": "true" });
  for (const [key, does] of [["↑ ↓", "choose"], ["Enter", "open"], [keyName("mod+Enter"), "in a new tab"], ["Esc", "close"]]) {
    keys.append(element("span", {}, element("kbd", {}, key), ` ${does}`));
  }
  const dialog = element("dialog", { class: "palette", "aria-label": "Find people, requisitions and actions" },
    element("div", { class: "palette-head" }, icon("search"), input, close), list, nothing, said, keys);
  document.body.append(dialog);
  palette = { dialog, input, list, nothing, said };

  input.addEventListener("input", typed);
  input.addEventListener("keydown", pressed);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    const line = event.target.closest("[role=option]");
    if (line) go(lines[Number(line.dataset.at)], event.ctrlKey || event.metaKey);
    else if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("auxclick", (event) => {
    const line = event.target.closest("[role=option]");
    if (line && event.button === 1) go(lines[Number(line.dataset.at)], true);
  });
  // The focus stays in the field, wherever a finger or the mouse comes down.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("mousemove", (event) => {
    const line = event.target.closest("[role=option]");
    if (line && Number(line.dataset.at) !== chosen) choose(Number(line.dataset.at), { scroll: false });
  });
  dialog.addEventListener("close", () => {
    asking?.abort();
    asking = null;
    clearTimeout(timer);
  });
}

/** Opens the palette, with `text` in its field. */
export function openPalette(text = "") {
  if (!address || typeof HTMLDialogElement === "undefined") return false;
  if (!palette) build();
  if (palette.dialog.open) {
    palette.input.select();
    return true;
  }
  known = { page: pageActions(document.activeElement), standing: standingActions(), home: remembered(), seen: seen(), here: here(), found: null, answers: new Map() };
  palette.input.value = text;
  palette.dialog.showModal();
  palette.input.select();
  ask("");
  typed();
  return true;
}

async function fetchAnswer(question, signal) {
  const query = question ? new URLSearchParams({ q: question }) : new URLSearchParams(known.seen.map((key) => ["seen", key]));
  const answer = await fetch(`${address}?${query}`, { headers: { Accept: "application/json" }, signal });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// What the empty question answers serves all the others as well: it is asked once for each opening.
async function ask(question) {
  const mine = known;
  try {
    const answer = await fetchAnswer(question);
    if (question || mine !== known) return;
    known.home = answer;
    remember(answer);
    draw();
  } catch {
    // Without it the palette still has what the page offers.
  }
}

function question() {
  return palette.input.value.trim().replace(/\s+/g, " ");
}

function typed() {
  eager = false;
  clearTimeout(timer);
  const text = question();
  if (!text) known.found = null;
  else if (known.answers.has(text)) known.found = { text, ...known.answers.get(text) };
  else if (asking) timer = setTimeout(() => search(text), PAUSE);
  else search(text);
  chosen = 0;
  draw();
}

async function search(text) {
  const mine = known;
  clearTimeout(timer);
  asking?.abort();
  const control = (asking = new AbortController());
  try {
    const answer = await fetchAnswer(text, control.signal);
    mine.answers.set(text, answer);
    if (asking === control) asking = null;
    if (mine !== known) return;
    const now = question();
    // Only the answer to what stands in the field now is shown; whoever wrote on meanwhile need not wait any longer.
    if (text !== now) {
      if (now && !asking && !known.answers.has(now)) search(now);
      return;
    }
    known.found = { text, ...answer };
  } catch (error) {
    if (asking === control) asking = null;
    if (error.name === "AbortError" || mine !== known || text !== question()) return;
    known.found = { text, people: [], requisitions: [], failed: true };
  }
  draw();
  if (eager && lines.length) go(lines[0], false);
}

function draw() {
  const text = question();
  const fresh = known.found?.text === text;
  const before = lines[chosen]?.key;
  const groups = (text ? forQuestion(wordsOf(text), { ...known, fresh }) : atFirst(known)).filter((group) => group.options.length);
  if (text) groups.push({ name: "", options: [elsewhere(text)] });
  lines = groups.flatMap((group) => group.options);
  // Somebody who chose a line keeps it; else the first is chosen.
  const kept = chosen > 0 ? lines.findIndex((line) => line.key === before) : 0;
  chosen = Math.max(0, kept);
  let at = 0;
  palette.list.replaceChildren(
    ...groups.map((group, n) => {
      const name = element("div", { class: "palette-group", id: `palette-group-${n}`, role: "presentation" }, group.name);
      const options = group.options.map((option) => line(option, at++));
      if (!group.name) return element("div", { class: "palette-last", role: "presentation" }, ...options);
      return element("div", { role: "group", "aria-labelledby": name.id }, name, ...options);
    }),
  );
  palette.list.hidden = !lines.length;
  say(text, fresh);
  choose(chosen, { scroll: chosen > 0 });
}

// What there is when nothing fits, and how many lines there are for whoever does not see them.
function say(text, fresh) {
  const found = lines.length - (text ? 1 : 0);
  let words = "";
  if (text && !found) {
    if (!fresh) words = "Looking…";
    else if (known.found.failed) words = "The server did not answer. Press Enter to try the search page.";
    else words = `Nothing begins with “${text}”. People are found by name, employer or address; requisitions by number or title.`;
  }
  palette.nothing.textContent = words;
  palette.nothing.hidden = !words;
  if (!text || fresh) palette.said.textContent = words || `${found} ${found === 1 ? "line" : "lines"}`;
}

function elsewhere(text) {
  const form = field.form;
  return { key: "search", label: `Search everywhere for “${text}”`, note: "", icon: "search", url: `${form.action}?${new URLSearchParams({ q: text })}` };
}

function line(option, at) {
  const made = element("div", { class: "palette-line", role: "option", id: `palette-line-${at}`, "aria-selected": "false", "data-at": String(at) }, icon(option.icon));
  if (option.chip) {
    const kind = option.chip.role === "mlops_engineer" ? "role-ops" : "role-ml";
    made.append(element("span", { class: `role ${kind}` }, option.chip.text));
  }
  made.append(element("span", { class: "palette-label" }, option.label));
  if (option.note) made.append(element("span", { class: "palette-note" }, option.note));
  if (option.hint) made.append(element("kbd", {}, option.hint));
  return made;
}

function choose(at, { scroll = true } = {}) {
  chosen = at;
  for (const made of palette.list.querySelectorAll("[role=option]")) {
    made.setAttribute("aria-selected", String(Number(made.dataset.at) === at));
  }
  const made = lines.length ? document.getElementById(`palette-line-${at}`) : null;
  if (made) palette.input.setAttribute("aria-activedescendant", made.id);
  else palette.input.removeAttribute("aria-activedescendant");
  if (scroll) made?.scrollIntoView({ block: "nearest" });
  if (at === 0 && scroll) palette.list.scrollTop = 0;
}

function pressed(event) {
  if (event.isComposing) return;
  const last = lines.length - 1;
  const step = { ArrowDown: chosen === last ? 0 : chosen + 1, ArrowUp: chosen === 0 ? last : chosen - 1, PageDown: Math.min(last, chosen + 8), PageUp: Math.max(0, chosen - 8) }[event.key];
  if (step !== undefined && last >= 0) {
    event.preventDefault();
    choose(step);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const waiting = question() && known.found?.text !== question();
    if (waiting && lines.length === 1 && lines[0].key === "search") eager = true;
    else if (lines[chosen]) go(lines[chosen], event.ctrlKey || event.metaKey);
  }
}

function go(option, elsewhereToo) {
  if (elsewhereToo && option.url) {
    window.open(option.url, "_blank", "noopener");
    return;
  }
  palette.dialog.close();
  if (option.dialog) openDialog(option.url);
  else if (option.url) location.assign(option.url);
  else option.run();
}

if (field) {
  // A click or a tap opens the palette; who comes by the Tab key gets the plain field, as without a script.
  field.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !address) return;
    event.preventDefault();
    openPalette(field.value);
  });
}

shortcut("mod+k", {
  label: "Find people, requisitions and actions",
  always: true,
  when: () => address !== "",
  run: () => document.querySelector("dialog[open]:not(.palette)") === null && openPalette(),
});
