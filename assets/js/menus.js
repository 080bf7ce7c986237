// Menus are details elements. With a script they also close on Escape, on a click elsewhere, and when focus leaves.

function closeAll(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except && !menu.contains(except)) menu.open = false;
  }
}

// The bar above boards and lists is full of things to press: while a menu of it is open, a press beside it closes it and
// does nothing else.
const ground = document.createElement("div");
ground.className = "menu-ground";

document.addEventListener(
  "toggle",
  (event) => {
    if (!event.target.matches?.(".bar details.menu")) return;
    if (document.querySelector(".bar details.menu[open]")) {
      ground.style.height = `${document.documentElement.scrollHeight}px`;
      document.body.append(ground);
    } else ground.remove();
  },
  true,
);

document.addEventListener("click", (event) => {
  const menu = event.target.closest("details.menu");
  closeAll(menu);
});

document.addEventListener("focusin", (event) => closeAll(event.target));

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const items = [...menu.querySelectorAll(".menu-item:not([disabled])")];
  if (!items.length) return;
  event.preventDefault();
  const at = items.indexOf(document.activeElement);
  const step = event.key === "ArrowDown" ? 1 : -1;
  items[(at + step + items.length) % items.length].focus();
});
