// Light, dark, or as the system says. The choice is a cookie, which the server writes onto the root element: so the
// first paint is already right, and no script has to run before it.

function show(theme) {
  const root = document.documentElement;
  root.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-set-theme]");
  if (!button) return;
  const theme = button.dataset.setTheme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  show(theme);
});

show(document.documentElement.dataset.theme || "auto");
