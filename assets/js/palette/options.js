// Which lines the palette shows for a question, in which groups: what there is goes in, groups of options come out.
//
// An option: {key, label, note, icon, url, run, dialog, chip, hint}. What the browser knows stands before what the server
// finds, so that nothing moves away under the reader's hand when the answer comes.

import { matches, unmet } from "./words.js";

const MOST = { recent: 6, page: 8, actions: 6, own: 6, found: 8 };

function person(line) {
  return { key: line.key, label: line.name, note: line.note || line.line, icon: "user", url: line.url, words: `${line.name} ${line.line}` };
}

function place(requisition, at, named) {
  return {
    key: `${requisition.key}:${at.label}`,
    label: named ? `${at.label}: ${requisition.title}` : requisition.title,
    note: requisition.state === "open" ? "" : requisition.state,
    icon: named ? at.icon : "briefcase",
    url: at.url,
    dialog: at.dialog,
    chip: { text: requisition.number, role: requisition.role },
  };
}

// A requisition by its own words leads to its first page; words beyond them name one of its pages.
function places(requisition, asked, { found = false } = {}) {
  const rest = unmet(asked, `${requisition.number} ${requisition.title}`);
  if (!rest.length) return [place(requisition, requisition.places[0], false)];
  const named = requisition.places.filter((at) => rest.every((word) => word.length > 1) && matches(rest, at.label));
  if (named.length) return named.map((at) => place(requisition, at, true));
  return found ? [place(requisition, requisition.places[0], false)] : [];
}

function pages(requisition, asked) {
  const rest = unmet(asked, `${requisition.number} ${requisition.title}`);
  return rest.length ? [] : requisition.places.slice(1).map((at) => place(requisition, at, true));
}

// What leads to the same place is shown once.
function unlike(options, taken) {
  const place = (option) => (option.url ? new URL(option.url, location.href).href : option.key);
  return options.filter((option) => !taken.has(place(option)) && taken.add(place(option)));
}

/** The lines known before a letter is typed. `home`: the server's answer to an empty question, `seen`: keys in order. */
export function atFirst({ page, standing, home, seen, here }) {
  const known = new Map();
  for (const line of home?.people ?? []) known.set(line.key, person(line));
  for (const line of home?.requisitions ?? []) known.set(line.key, place(line, line.places[0], false));
  const recent = seen.filter((key) => key !== here && known.has(key)).map((key) => known.get(key));
  const taken = new Set();
  return [
    { name: "On this page", options: unlike(page, taken).slice(0, MOST.page) },
    { name: "Lately and often", options: unlike(recent, taken).slice(0, MOST.recent) },
    { name: "Your requisitions", options: unlike((home?.requisitions ?? []).map((line) => place(line, line.places[0], false)), taken).slice(0, MOST.own) },
    { name: "Go on with", options: unlike([...(home?.actions ?? []).map(action), ...standing], taken) },
  ];
}

function action(line) {
  return { key: `do:${line.label}:`, label: line.label, note: "", icon: line.icon, url: line.url, dialog: line.dialog, words: line.label };
}

/** The lines for a question. `found`: the server's answer, maybe to an earlier question; null before there was one. */
export function forQuestion(asked, { page, standing, home, seen, found, fresh }) {
  const fits = (option) => matches(asked, option.words);
  const taken = new Set();
  const order = new Map(seen.map((key, at) => [key, at]));
  const recent = (home?.people ?? []).map(person).filter((option) => order.has(option.key) && fits(option));
  recent.sort((one, other) => order.get(one.key) - order.get(other.key));
  const own = (home?.requisitions ?? []).flatMap((line) => places(line, asked));
  const others = (found?.requisitions ?? []).flatMap((line) => places(line, asked, { found: fresh }));
  const requisitions = unlike([...own, ...others], taken).slice(0, MOST.own);
  const alone = new Set(requisitions.map((option) => option.chip.text)).size === 1;
  const more = alone
    ? unlike([...(home?.requisitions ?? []), ...(found?.requisitions ?? [])].filter((line) => line.number === requisitions[0].chip.text).flatMap((line) => pages(line, asked)), taken)
    : [];
  const people = (found?.people ?? []).map(person).filter((option) => fresh || fits(option));
  return [
    { name: "On this page", options: unlike(page.filter(fits), taken).slice(0, MOST.page) },
    { name: "Lately and often", options: unlike(recent, taken).slice(0, MOST.recent) },
    { name: "Actions", options: unlike([...(home?.actions ?? []).map(action), ...standing].filter(fits), taken).slice(0, MOST.actions) },
    { name: "Requisitions", options: [...requisitions, ...more] },
    { name: "People", options: unlike(people, taken).slice(0, MOST.found) },
  ];
}
