// Single keys that do things. Modules register what their keys do, "?" shows what there is on this page, and none of
// them works while something is typed, while a dialog is open, or for who has turned them off on their account page
// (data-shortcuts="off" on the frame). Keys with Ctrl or Cmd work always.
//
//   shortcut("m", { label: "Move to…", group: "Board", run: (event) => …, when: () => board !== null });
//   shortcut(["j", "ArrowDown"], { shown: "J or ↓", label: "Next card", … });
//   shortcut("mod+k", { label: "Find anything", … });
//
// A key is written as KeyboardEvent.key has it, letters small (on a layout without Latin letters, the letter in its place); "mod+" in front asks for Ctrl, on a Mac for Cmd; "shift+"
// only stands in front of what is no sign of its own ("shift+ArrowDown"). `when` says whether the key means something
// now; `run` may return false, and then the browser does with the key what it always does. `always` lets a key with
// "mod+" work while something is typed, too; `hidden` keeps a second key for the same thing out of the help.

const registered = [];

/** Registers a key, or several that do the same; returns a function that takes it back. */
export function shortcut(keys, { label, group = "Everywhere", run, when = () => true, shown = "", always = false, hidden = false }) {
  const entry = { keys: [keys].flat(), label, group, run, when, shown, always, hidden };
  registered.push(entry);
  return () => registered.splice(registered.indexOf(entry), 1);
}

/** What means something on this page now: groups with their entries, in the order of registration. */
export function shortcutsNow() {
  const groups = new Map();
  for (const entry of registered) {
    if (entry.hidden || !entry.when()) continue;
    if (!groups.has(entry.group)) groups.set(entry.group, []);
    groups.get(entry.group).push(entry);
  }
  return groups;
}

/** Whether single keys are on for this reader. */
export function singleKeysOn() {
  return document.querySelector("[data-shortcuts=off]") === null;
}

/** Whether `element` takes what is typed for itself. */
export function typing(element) {
  if (element?.closest?.("[contenteditable]:not([contenteditable=false]), textarea, select")) return true;
  const field = element?.closest?.("input");
  return Boolean(field) && !["checkbox", "radio", "button", "submit", "reset", "file"].includes(field.type);
}

const mac = /mac|iphone|ipad/i.test(navigator.userAgentData?.platform ?? navigator.platform ?? "");

function nameOf(event) {
  // A layout without Latin letters has the keys themselves: where J is on others, there it goes on.
  const place = /^[^\0-\u024f]$/u.test(event.key) ? /^Key(.)/.exec(event.code)?.[1] : null;
  const key = place ?? event.key;
  const mod = mac ? event.metaKey : event.ctrlKey;
  // With a sign the shift key is part of the sign: "?" is "?" on every keyboard.
  const shift = event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(key)) ? "shift+" : "";
  return `${mod ? "mod+" : ""}${shift}${key.length === 1 ? key.toLowerCase() : key}`;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey || (mac ? event.ctrlKey : event.metaKey)) return;
  const name = nameOf(event);
  const held = name.startsWith("mod+");
  if (!held && (!singleKeysOn() || typing(event.target) || document.querySelector("dialog[open]"))) return;
  // What was registered last stands nearest to the reader.
  for (const entry of registered.toReversed()) {
    if (!entry.keys.includes(name) || (typing(event.target) && !entry.always) || !entry.when()) continue;
    if (entry.run(event) === false) continue;
    event.preventDefault();
    return;
  }
});

/** A key as people know it: "Ctrl K", "?", "↓". */
export function keyName(key) {
  const names = { arrowup: "↑", arrowdown: "↓", arrowleft: "←", arrowright: "→", escape: "Esc", enter: "Enter", " ": "Space" };
  return key
    .split(/\+(?=.)/)
    .map((part) => (part === "mod" ? (mac ? "⌘" : "Ctrl") : part === "shift" ? "Shift" : (names[part.toLowerCase()] ?? part.toUpperCase())))
    .join(" ");
}

// --- what every page has ---------------------------------------------------------------------------------------------

function focusField(selector) {
  const field = document.querySelector(selector);
  if (!field) return false;
  field.focus();
  field.select?.();
  return true;
}

shortcut("/", {
  label: "Go to the filter, or the search",
  run: () => focusField("[data-filter-field], .bar [type=search]") || focusField("[data-search]"),
  when: () => document.querySelector("[data-filter-field], .bar [type=search], [data-search]") !== null,
});
shortcut("z", {
  label: "Undo what the last message offers",
  run() {
    const undo = [...document.querySelectorAll("#toasts [data-undo]")].pop();
    if (!undo) return false;
    undo.form.requestSubmit(undo);
    return true;
  },
});
shortcut("?", { label: "Show these keys", run: showHelp });

// --- the help --------------------------------------------------------------------------------------------------------

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function line(entry) {
  const keys = element("dt");
  if (entry.shown) keys.append(element("kbd", {}, entry.shown));
  else for (const key of entry.keys) keys.append(element("kbd", {}, keyName(key)), " ");
  return [keys, element("dd", {}, entry.label)];
}

function showHelp() {
  const dialog = element("dialog", { class: "sheet", id: "keys", "aria-labelledby": "keys-title" });
  const close = element("button", { class: "btn", type: "submit" }, "Close");
  const body = element("div", { class: "sheet-body" });
  for (const [group, entries] of shortcutsNow()) {
    body.append(element("h3", {}, group), element("dl", { class: "keys" }, ...entries.flatMap(line)));
  }
  const settings = document.querySelector("[data-settings]")?.dataset.settings;
  const off = singleKeysOn() ? "Single keys can be turned off in " : "You have turned single keys off in ";
  if (settings) body.append(element("p", { class: "muted small" }, off, element("a", { class: "link", href: settings }, "your settings"), "."));
  body.append(element("form", { method: "dialog", class: "btns" }, close));
  dialog.append(element("div", { class: "sheet-head" }, element("h2", { id: "keys-title" }, "Keyboard shortcuts")), body);
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.isConnected && before.focus();
  });
  dialog.showModal();
  close.focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-go-back]")) history.back();
  if (event.target.closest("[data-show-keys]")) showHelp();
});
