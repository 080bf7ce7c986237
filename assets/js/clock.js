// The clock of the top bar goes on, in the zone that it names.

import { whenPresent } from "./page.js";

whenPresent("time[data-clock]", (clock) => {
  const format = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: clock.dataset.clock,
  });
  // The server's clock counts, not the one of this machine.
  const ahead = Date.parse(clock.dateTime) - Date.now();
  const zone = clock.textContent.trim().split(" ").pop();
  const offset = (at) => new Intl.DateTimeFormat("en-GB", { timeZone: clock.dataset.clock, timeZoneName: "longOffset" }).format(at).slice(12);
  const first = offset(Date.now() + ahead);
  const show = () => {
    const now = new Date(Date.now() + ahead);
    if (offset(now) !== first) return; // The clocks have changed: the name of the zone did, too; the next page says it.
    const part = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
    clock.textContent = `${part.weekday} ${part.day} ${part.month}, ${part.hour}:${part.minute} ${zone}`;
  };
  setInterval(show, 15000);
});
