// The switchers of stages and of people on a phone: mark the one in sight, and move sideways only; what is switched between
// may come and go. And the tab of this page is in sight where not all have room.

import { whenPresent } from "./page.js";

whenPresent("[data-strip]", (strip) => {
  const scroller = document.querySelector(strip.dataset.strip);
  const pairs = () =>
    [...strip.querySelectorAll('a[href^="#"]')]
      .map((link) => ({ link, part: document.getElementById(link.hash.slice(1)) }))
      .filter(({ part }) => part);
  if (!scroller || !pairs().length) return;

  // Of a table only who is in sight gives its rows their height; the cells of the others would leave them half empty.
  const rows = scroller.querySelector("table")?.rows ?? [];
  const standAside = (link) => {
    const at = pairs().findIndex((pair) => pair.link === link);
    for (const { cells } of rows) {
      [...cells].filter((cell) => !cell.matches(".sk")).forEach((cell, n) => cell.classList.toggle("cmp-away", n !== at));
    }
  };

  const show = (link) => {
    if (!link.hasAttribute("aria-current")) standAside(link);
    for (const each of strip.querySelectorAll("[aria-current]")) if (each !== link) each.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    strip.scrollTo({ left: link.offsetLeft - strip.clientWidth / 2 + link.clientWidth / 2 });
  };
  const leftOf = (part) => part.getBoundingClientRect().left - scroller.getBoundingClientRect().left;

  strip.addEventListener("click", (event) => {
    const pair = pairs().find(({ link }) => link.contains(event.target));
    if (!pair) return;
    event.preventDefault();
    scroller.scrollTo({ left: leftOf(pair.part) + scroller.scrollLeft });
    show(pair.link);
  });

  let waiting = false;
  scroller.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const all = pairs();
      const distances = all.map(({ part }) => Math.abs(leftOf(part)));
      const nearest = all[distances.indexOf(Math.min(...distances))];
      if (nearest) show(nearest.link);
    });
  });
  // A link to one of the parts may have led here.
  const all = pairs();
  const first = all.find(({ link }) => link.hasAttribute("data-strip-first")) ?? all[0];
  show(first.link);
  if (first !== all[0]) scroller.scrollTo({ left: leftOf(first.part), behavior: "instant" });
});

whenPresent(".tabs", (tabs) => {
  const here = tabs.querySelector("[aria-current]");
  if (here) tabs.scrollTo({ left: here.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - here.clientWidth) / 2, behavior: "instant" });
});
