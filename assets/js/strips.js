// The switchers of stages and of people on a phone: mark the one in sight, and move sideways only. And the tab of this page
// is in sight where not all have room.

import { whenPresent } from "./page.js";

whenPresent("[data-strip]", (strip) => {
  const links = [...strip.querySelectorAll('a[href^="#"]')];
  const parts = links.map((link) => document.getElementById(link.hash.slice(1)));
  const scroller = document.querySelector(strip.dataset.strip);
  if (!scroller || parts.some((part) => !part)) return;

  const show = (at) => {
    links.forEach((link, n) => (n === at ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    const link = links[at];
    strip.scrollTo({ left: link.offsetLeft - strip.clientWidth / 2 + link.clientWidth / 2 });
  };

  links.forEach((link, at) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const left = parts[at].getBoundingClientRect().left - scroller.getBoundingClientRect().left + scroller.scrollLeft;
      scroller.scrollTo({ left });
      show(at);
    }),
  );

  let waiting = false;
  scroller.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const edge = scroller.getBoundingClientRect().left;
      const distances = parts.map((part) => Math.abs(part.getBoundingClientRect().left - edge));
      show(distances.indexOf(Math.min(...distances)));
    });
  });
  // A link to one of the parts may have led here.
  const first = Math.max(0, links.findIndex((link) => link.hasAttribute("data-strip-first")));
  show(first);
  if (first > 0) scroller.scrollTo({ left: parts[first].getBoundingClientRect().left - scroller.getBoundingClientRect().left, behavior: "instant" });
});

whenPresent(".tabs", (tabs) => {
  const here = tabs.querySelector("[aria-current]");
  if (here) tabs.scrollTo({ left: here.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - here.clientWidth) / 2, behavior: "instant" });
});
