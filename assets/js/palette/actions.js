// What can be done from the page at hand. It is read off the page itself, so that the palette offers what the page
// offers, and nothing that the reader may not do. A link or button may say how the palette calls it (data-palette), and
// by which further words it is found (data-palette-words).

import { keyName, shortcutsNow } from "../shortcuts.js";

const GONE = "dialog *, [hidden], [hidden] *, [aria-disabled='true'], [disabled]";

function words(element) {
  return element.textContent.trim().replace(/\s+/g, " ");
}

function iconOf(element) {
  return element.querySelector("use")?.getAttribute("href")?.split("#")[1] ?? "arrow-right";
}

function offer(element, { label, note = "", icon = iconOf(element) }) {
  const link = element.matches("a[href]") ? element.href : "";
  return {
    key: `do:${label}:${note}`,
    label,
    note,
    icon,
    words: `${label} ${note} ${element.dataset.paletteWords ?? ""}`,
    url: link && !element.matches("[data-dialog], [data-drawer]") ? link : "",
    run: () => element.click(),
  };
}

function all(selector) {
  return [...document.querySelectorAll(selector)].filter((element) => !element.matches(GONE));
}

function ofCard(card) {
  const name = card.querySelector(".nm a")?.textContent.trim();
  const tool = card.querySelector("a.tool");
  const open = card.querySelector(".nm a");
  if (!name) return [];
  return [
    tool && offer(tool, { label: `Move ${name} to…`, icon: "arrow-right" }),
    offer(open, { label: `Open ${name}`, icon: "user" }),
  ].filter(Boolean);
}

// What single keys do here can be done from the palette as well; what only goes from card to card is quicker by the key.
function ofKeys(from) {
  return [...shortcutsNow()].flatMap(([group, entries]) =>
    entries
      .filter((entry) => /^[a-y]$/.test(entry.keys[0]) && !"hjkl".includes(entry.keys[0]))
      .map((entry) => ({
        key: `key:${entry.keys[0]}`,
        label: entry.label,
        note: "",
        icon: "keyboard",
        words: `${entry.label} ${group}`,
        hint: keyName(entry.keys[0]),
        run() {
          from?.isConnected && from.focus();
          entry.run(new KeyboardEvent("keydown", { key: entry.keys[0] }));
        },
      })),
  );
}

/** What belongs to this page: the card that has the focus, the page's own buttons, its other parts. */
export function pageActions(from) {
  const card = from?.closest?.(".card-person");
  const title = words(document.querySelector("h1") ?? document.body).slice(0, 80);
  return [
    ...(card ? ofCard(card) : []),
    ...ofKeys(from),
    ...all("main [data-palette]").map((element) => offer(element, { label: element.dataset.palette })),
    ...all(".head-actions :is(a.btn, button)").map((element) => offer(element, { label: words(element), note: title })),
    ...all(".tabs a:not([aria-current])").map((element) =>
      // Without the number that stands behind the name.
      offer(element, { label: element.firstChild.textContent.trim(), note: title }),
    ),
  ];
}

/** What is the same on every page: where the sidebar leads, the account, the appearance. */
export function standingActions() {
  return [
    ...all(".side .side-link").map((element) =>
      offer(element, { label: `Go to ${words(element.querySelector("span"))}`, icon: iconOf(element) }),
    ),
    ...all(".top [data-palette]").map((element) => offer(element, { label: element.dataset.palette })),
  ];
}
