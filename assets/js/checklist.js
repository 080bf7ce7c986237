// Lists whose order people set: <ol data-sort-url="…"> with rows data-item="…" and a .grip each. A drop posts every
// item in its new order (item=3&item=1…). The same can be done by the "up" and "down" buttons of each row.

import Sortable from "sortablejs";
import { csrfToken, whenPresent } from "./page.js";
import { refuse } from "./requests.js";

whenPresent("[data-sort-url]", (list) => {
  const sortable = Sortable.create(list, {
    handle: ".grip",
    draggable: "[data-item]",
    dataIdAttr: "data-item",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    ghostClass: "lifted",
    async onEnd({ oldIndex, newIndex }) {
      if (oldIndex === newIndex) return;
      const order = sortable.toArray();
      const data = new URLSearchParams(order.map((item) => ["item", item]));
      if (list.dataset.version) data.append("version", list.dataset.version);
      let answer;
      try {
        answer = await fetch(list.dataset.sortUrl, { method: "POST", body: data, headers: { "X-CSRFToken": csrfToken(), "X-Dialog": "1" } });
      } catch {
        answer = null;
      }
      if (answer?.headers.get("X-Location")) {
        location.reload();
        return;
      }
      if (answer?.ok) return;
      const before = order.slice();
      before.splice(oldIndex, 0, before.splice(newIndex, 1)[0]);
      sortable.sort(before);
      refuse(answer?.status ?? 0, answer ? await answer.text() : "", answer?.headers.get("Content-Type") ?? "");
    },
  });
});
