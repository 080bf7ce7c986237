// The sidebar as a drawer on narrow screens. Without a script the same links open and close it by the address (#menu).

const drawer = document.getElementById("menu");
let opener = null;

function open(from) {
  opener = from;
  drawer.classList.add("open");
  drawer.querySelector("a[href], button")?.focus();
}

function close() {
  if (!drawer?.classList.contains("open")) return;
  drawer.classList.remove("open");
  opener?.focus();
  opener = null;
}

if (drawer) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-drawer]");
    if (!link) return;
    event.preventDefault();
    if (link.dataset.drawer === "open") open(link);
    else close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  drawer.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !drawer.contains(event.relatedTarget)) close();
  });
}
