// Forms: asking back before what is hard to take back, sending once, and filters that send themselves.

import { whenPresent } from "./page.js";
import { toast } from "./toasts.js";

const question = document.getElementById("confirm");
const agreed = new WeakSet();

function ask(text, yes) {
  return new Promise((resolve) => {
    if (!question?.showModal) {
      resolve(window.confirm(text));
      return;
    }
    question.querySelector("[data-question]").textContent = text;
    question.querySelector("[value=yes]").textContent = yes || "Yes, go on";
    question.returnValue = "";
    question.addEventListener("close", () => resolve(question.returnValue === "yes"), { once: true });
    question.showModal();
  });
}

// Asks first: <form data-confirm="Withdraw this shortlist?" data-confirm-yes="Withdraw it"> or the same on its button.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const asking = event.submitter?.dataset.confirm ? event.submitter : form;
    const text = asking.dataset?.confirm;
    if (!text || agreed.has(form)) {
      agreed.delete(form);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(text, asking.dataset.confirmYes).then((yes) => {
      if (!yes) return;
      agreed.add(form);
      form.requestSubmit(event.submitter ?? undefined);
    });
  },
  true,
);

// A second click must not send twice. The button stays focusable and keeps its name; only sending again is refused.
function busy(form, on) {
  if (on) form.dataset.sending = "";
  else delete form.dataset.sending;
  for (const button of form.querySelectorAll("button:not([type=button]), input[type=submit]")) {
    button.classList.toggle("busy", on);
    if (on) button.setAttribute("aria-disabled", "true");
    else if (!button.hasAttribute("data-refused")) button.removeAttribute("aria-disabled");
  }
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (event.submitter?.hasAttribute("data-refused")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.method !== "post") return;
    if ("sending" in form.dataset) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // A form whose download leaves the page as it is marks itself data-again and may be sent any time.
    // At once, not after this event: the second click of a double click is quicker than any timer.
    if (!form.hasAttribute("data-again")) busy(form, true);
  },
  true,
);

// A refused button keeps its place and its focus; pressing it says what is needed.
document.addEventListener("click", (event) => {
  const refused = event.target.closest("[data-refused]");
  if (refused) toast(refused.title, { kind: "warn" });
});

document.addEventListener("form:answered", (event) => setTimeout(() => busy(event.target, false)));
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) busy(form, false);
});

// Filters: a choice sends at once; what is typed is sent by Enter.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-autosubmit]");
  if (form && event.target.type !== "search" && event.target.type !== "text") form.requestSubmit();
});

// Empty fields of a filter are left out of the address.
document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  for (const [name, value] of [...event.formData.entries()]) if (value === "") event.formData.delete(name);
});

// One box that ticks all the others of its group.
whenPresent("[data-check-all]", (all) => {
  const boxes = () => [...document.querySelectorAll(`input[type=checkbox][name="${all.dataset.checkAll}"]`)];
  const show = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && ticked < boxes().length;
    for (const out of document.querySelectorAll(`[data-count-of="${all.dataset.checkAll}"]`)) out.textContent = String(ticked);
    for (const part of document.querySelectorAll(`[data-needs="${all.dataset.checkAll}"]`)) part.hidden = ticked === 0;
  };
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    show();
  });
  document.addEventListener("change", (event) => event.target.name === all.dataset.checkAll && show());
  show();
});

// Fields that matter only for one choice: <div data-when="outcome=declined"> shows while that is chosen.
whenPresent("[data-when]", (part) => {
  const [name, wanted] = part.dataset.when.split("=");
  const form = part.closest("form");
  const show = () => {
    const chosen = new FormData(form).getAll(name).map(String);
    part.hidden = !wanted.split("|").some((value) => chosen.includes(value));
  };
  form?.addEventListener("change", show);
  if (form) show();
});
