// One shared dialog. A link marked data-dialog opens the page it leads to in it: the part marked data-dialog-content,
// else the content of the page. A form in it is sent from there; when the server sends the reader on, the whole page
// goes there, and when it answers with errors, they are shown in place. Without a script the link is simply a link.

import { announceLoaded, boardHeader, csrfToken } from "./page.js";
import { FORM_AGAIN, enliven, refuse } from "./requests.js";
import { setAside, toast } from "./toasts.js";

const dialog = document.getElementById("dialog");
const body = dialog?.querySelector("[data-dialog-body]");
const title = dialog?.querySelector("[data-dialog-title]");
let opener = null;
let onLeave = null;
// How often the dialog was asked for.
let asked = 0;
// Whether words were typed in it since it opened, and whether the reader has been told that they are not sent.
let begun = false;
let told = false;

function fill(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const content = parsed.querySelector("[data-dialog-content]") ?? parsed.querySelector(".content") ?? parsed.body;
  const heading = parsed.querySelector("[data-dialog-heading]") ?? parsed.querySelector("h1");
  title.textContent = content.dataset?.dialogTitle || heading?.textContent.trim() || "";
  heading?.closest("[data-dialog-content]") && heading.remove();
  dialog.classList.toggle("sheet-wide", content.dataset?.dialogSize === "wide");
  // A form that is the content itself comes with its action; of a page only what is in it.
  body.replaceChildren(...(content.matches("form") ? [content] : content.childNodes));
  enliven(body);
  announceLoaded(body);
}

/** Asks the server as the dialog does. Returns the answer, its text and its type; null, and says so, where it did not answer. */
export async function send(address, options = {}) {
  const headers = { "X-Dialog": "1", Accept: "text/html", ...options.headers };
  let answer;
  try {
    answer = await fetch(address, { ...options, headers });
  } catch {
    refuse(0, "", "");
    return null;
  }
  const text = await answer.text();
  return { answer, text, type: answer.headers.get("Content-Type") ?? "" };
}

/** Opens `address` in the dialog, with `options` as fetch() takes them; `left` is called when it closes without having been sent. */
export async function openDialog(address, { from = null, left = null, options = {} } = {}) {
  const mine = ++asked;
  let got = await send(address, options);
  // A stage may have a form of its own: its address is where the answer leads.
  const onward = got?.answer.headers.get("X-Location");
  if (onward) {
    address = onward;
    got = await send(address);
  }
  // Answers may overtake each other: the form that was asked for last is the one that is wanted.
  if (mine !== asked) {
    left?.();
    return;
  }
  if (!got?.answer.ok) {
    if (got) refuse(got.answer.status, got.text, got.type);
    left?.();
    return;
  }
  opener = from ?? document.activeElement;
  onLeave = left;
  begun = false;
  body.dataset.address = address;
  fill(got.text);
  // What was said about something else would cover the buttons of the dialog; its undo is offered again afterwards.
  setAside(true);
  dialog.showModal();
  // Behind an open dialog messages could neither be seen clearly nor closed.
  dialog.append(document.getElementById("toasts"));
  const first = body.querySelector("[autofocus], [aria-invalid='true']") ?? body.querySelector("input:not([type=hidden]), select, textarea, button");
  first?.focus();
}

async function submit(form, submitter) {
  const data = new FormData(form, submitter);
  const method = (submitter?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get").toLowerCase();
  const action = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? body.dataset.address;
  const address = new URL(action || body.dataset.address, location.href);
  let options = { method: "GET" };
  if (method === "post") {
    const multipart = form.enctype === "multipart/form-data";
    options = { method: "POST", body: multipart ? data : new URLSearchParams(data), headers: { "X-CSRFToken": csrfToken(), ...boardHeader() } };
  } else {
    address.search = new URLSearchParams(data).toString();
  }
  form.setAttribute("aria-busy", "true");
  const got = await send(address, options);
  form.removeAttribute("aria-busy");
  const onward = got?.answer.headers.get("X-Location");
  // While the next page is on its way nothing can be sent a second time.
  if (!onward) form.dispatchEvent(new CustomEvent("form:answered", { bubbles: true }));
  if (!got) return;
  if (onward) {
    onLeave = null;
    // A part of the page may take it from here: it shows what is new by itself, and the page stays.
    const sent = new CustomEvent("dialog:sent", { bubbles: true, cancelable: true, detail: onward });
    if (!(opener?.isConnected ? opener : document).dispatchEvent(sent)) {
      dialog.close();
      return;
    }
    const there = new URL(onward, location.href);
    const same = there.pathname === location.pathname && there.search === location.search;
    if (same && there.hash === location.hash) location.reload();
    else {
      location.assign(there);
      if (same) location.reload();
    }
    return;
  }
  if (got.answer.ok && got.type.includes("json")) {
    onLeave = null;
    opener = null;
    dialog.close();
    document.dispatchEvent(new CustomEvent("dialog:answered", { detail: JSON.parse(got.text) }));
    return;
  }
  if (got.answer.status === 409) document.dispatchEvent(new CustomEvent("dialog:refused"));
  const refused = /\bdata-message\b/.test(got.text) || got.type.includes("json");
  if (got.answer.ok || (FORM_AGAIN.has(got.answer.status) && !refused)) {
    fill(got.text);
    (body.querySelector("[aria-invalid='true']") ?? body.querySelector(".error-summary a, .notice.warn a, .error-summary"))?.focus();
    return;
  }
  refuse(got.answer.status, got.text, got.type);
}

if (dialog && typeof dialog.showModal === "function") {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const menu = link.closest("details.menu");
    if (menu) menu.open = false;
    if (dialog.open && body.contains(link)) send(link.href).then((got) => got?.answer.ok && fill(got.text));
    else openDialog(link.href, { from: menu?.querySelector("summary") ?? link });
  });
  dialog.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method === "dialog" || event.target.hasAttribute("data-plain")) return;
    if (!body.contains(event.target)) return;
    event.preventDefault();
    submit(event.target, event.submitter);
  });
  // Words are not lost by a slip: a click beside the dialog leaves it open, and so does the first Esc.
  const warn = () => {
    told = true;
    toast("What you typed is not sent yet. To throw it away, press Esc or close the form.", { kind: "warn" });
  };
  body.addEventListener("input", (event) => {
    if (!event.target.matches("textarea, [type=text], [type=email]")) return;
    begun = true;
    told = false;
  });
  dialog.addEventListener("cancel", (event) => {
    if (!begun || told || event.target !== dialog) return;
    event.preventDefault();
    warn();
  });
  // Who marks words and lets go beside the dialog has not clicked there.
  let pressed = null;
  dialog.addEventListener("pointerdown", (event) => (pressed = event.target));
  dialog.addEventListener("click", (event) => {
    const beside = event.target === dialog;
    if (beside && pressed !== dialog) return;
    if (beside && begun) warn();
    else if (beside || event.target.closest("[data-dialog-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.addEventListener("close", () => {
    document.body.append(document.getElementById("toasts"));
    setAside(false);
    body.replaceChildren();
    onLeave?.();
    onLeave = null;
    opener?.isConnected && opener.focus();
    opener = null;
  });
}
