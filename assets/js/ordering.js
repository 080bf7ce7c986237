// Lists whose order people set: <ol data-sort-url="…"> with rows data-item="…" and a .grip each. A drop posts every
// item in its new order (item=3&item=1…). Lists of one data-sort-group exchange rows; then all of them are posted, each
// under its data-sort-name. The same can be done by the "up" and "down" buttons of each row.

import Sortable from "sortablejs";
import { csrfToken, whenPresent } from "./page.js";
import { refuse } from "./requests.js";

const rows = (list) => [...list.querySelectorAll(":scope > [data-item]")];

function orderOf(list) {
  const { sortGroup } = list.dataset;
  const lists = sortGroup ? document.querySelectorAll(`[data-sort-group="${CSS.escape(sortGroup)}"]`) : [list];
  const data = new URLSearchParams([...lists].flatMap((each) => rows(each).map((row) => [each.dataset.sortName ?? "item", row.dataset.item])));
  if (list.dataset.version) data.append("version", list.dataset.version);
  return data;
}

whenPresent("[data-sort-url]", (list) => {
  Sortable.create(list, {
    group: list.dataset.sortGroup,
    handle: ".grip",
    draggable: "[data-item]",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    ghostClass: "lifted",
    async onEnd({ item, from, to, oldDraggableIndex, newDraggableIndex }) {
      if (from === to && oldDraggableIndex === newDraggableIndex) return;
      let answer;
      try {
        answer = await fetch(list.dataset.sortUrl, { method: "POST", body: orderOf(list), headers: { "X-CSRFToken": csrfToken(), "X-Dialog": "1" } });
      } catch {
        answer = null;
      }
      if (answer?.headers.get("X-Location")) {
        location.reload();
        return;
      }
      if (answer?.ok) return;
      item.remove();
      from.insertBefore(item, rows(from)[oldDraggableIndex] ?? null);
      refuse(answer?.status ?? 0, answer ? await answer.text() : "", answer?.headers.get("Content-Type") ?? "");
    },
  });
});
