// The board after something was done in the panel: its columns and counts as the server has them now. Cards that are
// as they were stay the very same elements, so that focus and scroll positions hold.

import { announceLoaded } from "../page.js";

function sameCard(one, other) {
  return one.outerHTML.replace(/ card-shown/g, "") === other.outerHTML;
}

function renew(now, then) {
  const known = new Map([...now.children].filter((child) => child.id).map((child) => [child.id, child]));
  const fresh = [...then.children].map((child) => {
    const old = known.get(child.id);
    return old && sameCard(old, child) ? old : document.adoptNode(child);
  });
  // More of the column may have been loaded than the first page of it.
  const beyond = [...now.children].slice(fresh.length).filter((child) => child.id && !fresh.some((other) => other.id === child.id));
  now.replaceChildren(...fresh, ...(then.querySelector(".more") ? [] : beyond));
}

/** Reads the board anew. Does nothing where there is none, or while the server is away: the next look brings it. */
export async function readBoardAgain(board) {
  if (!board) return;
  let text;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    text = await answer.text();
  } catch {
    return;
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const now of board.querySelectorAll(".stack")) {
    const then = page.querySelector(`.stack[data-stage="${now.dataset.stage}"]`);
    if (!then) continue;
    renew(now, then);
    now.closest(".col")?.classList.toggle("col-folded", !now.querySelector(".card-person"));
  }
  for (const then of page.querySelectorAll("[id^=head-], [id^=phase-][id$=-n], [id^=switch-]")) {
    const now = document.getElementById(then.id);
    if (now && now.innerHTML !== then.innerHTML) now.innerHTML = then.innerHTML;
  }
  announceLoaded(board);
}
