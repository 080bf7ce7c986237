// Keys: Ctrl K or / to search, Z to take back what the last message offers. Never while something is being typed.

function typing(element) {
  return element?.closest?.("input, textarea, select, [contenteditable]") && !["checkbox", "radio"].includes(element.type);
}

document.addEventListener("keydown", (event) => {
  const palette = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
  if (palette || (plain && event.key === "/")) {
    const field = document.querySelector("[data-search]");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
    return;
  }
  if (plain && !event.shiftKey && event.key.toLowerCase() === "z" && !document.querySelector("dialog[open]")) {
    const undo = [...document.querySelectorAll("[data-undo]")].pop();
    if (undo) {
      event.preventDefault();
      undo.form.requestSubmit(undo);
    }
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-go-back]")) history.back();
});
