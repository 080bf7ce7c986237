// Forms with words in them, outside the dialog: they are sent by script, so that nothing typed is lost when the answer is
// not the next page. A sign-in that ran out, a colleague who was faster, a server that is away: the page stays as it is
// and says so. Without a script, and for forms of buttons alone, the browser sends them as ever.

import { announceLoaded, csrfToken } from "./page.js";
import { FORM_AGAIN, enliven, refuse } from "./requests.js";

const TYPED = "textarea, input[type=text], input[type=email], input[type=number], input[type=datetime-local], input[type=file]";

function takesPart(form) {
  return (
    form.method === "post" &&
    form.closest("main") !== null &&
    form.querySelector(TYPED) !== null &&
    !form.matches("[data-again], [data-plain], [hx-post]") &&
    form.querySelector("input[type=password]") === null
  );
}

// The page with what is wrong with the form takes the place of this one; its address stays that of the form's answer,
// as if the browser had sent it.
function show(text, address) {
  const parsed = new DOMParser().parseFromString(text, "text/html");
  const [here, there] = [document.getElementById("main"), parsed.getElementById("main")];
  if (!here || !there) return false;
  const now = document.adoptNode(there);
  here.replaceWith(now);
  document.title = parsed.title;
  history.replaceState(history.state, "", address);
  enliven(now);
  announceLoaded(now);
  const first = now.querySelector(".error-summary") ?? now.querySelector("[aria-invalid='true']");
  window.scrollTo(0, 0);
  first?.focus();
  return true;
}

async function send(form, submitter) {
  const data = new FormData(form, submitter);
  const address = new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
  const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  let answer;
  let text;
  try {
    answer = await fetch(address, { method: "POST", body, headers: { "X-Dialog": "1", "X-CSRFToken": csrfToken(), Accept: "text/html" } });
    text = await answer.text();
  } catch {
    refuse(0, "", "");
    return false;
  }
  const onward = answer.headers.get("X-Location");
  if (onward) {
    const there = new URL(onward, location.href);
    const same = there.pathname === location.pathname && there.search === location.search;
    location.assign(there);
    if (same && there.hash) location.reload();
    return true;
  }
  const type = answer.headers.get("Content-Type") ?? "";
  const refused = /\bdata-message\b/.test(text) || !type.includes("html");
  if (!refused && (answer.ok || FORM_AGAIN.has(answer.status)) && show(text, address)) return true;
  refuse(answer.status, text, type);
  return false;
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || !takesPart(form)) return;
  event.preventDefault();
  send(form, submitter).then((gone) => {
    if (!gone) form.dispatchEvent(new CustomEvent("form:answered", { bubbles: true }));
  });
});
