"use strict";

// Everything on the pages works without this script, but for copying, which no page can do by itself.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
    return;
  }
  const copier = event.target.closest("[data-copies]");
  if (copier) {
    copy(copier);
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) {
    event.target.form.requestSubmit();
  }
});

async function copy(button) {
  const source = document.getElementById(button.dataset.copies);
  const said = document.getElementById(button.dataset.says);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    said.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(source);
    said.textContent = "Select and copy it yourself: the browser does not let pages copy.";
  }
}

// A part of a page that is marked live is fetched again every two seconds while the page is looked at. What is open or
// has the focus stays so, by its id; nothing moves while text is selected or nothing has changed.
const live = document.querySelector("[data-live]");
if (live) {
  let seen = "";
  setInterval(async () => {
    if (document.hidden || !getSelection().isCollapsed) {
      return;
    }
    try {
      const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = fresh.querySelector("[data-live]");
      if (answer.ok && part && part.innerHTML !== seen) {
        seen = part.innerHTML;
        replaceLive(part);
      }
    } catch {
      // The fake has stopped; what was last seen stays.
    }
  }, 2000);
}

function replaceLive(part) {
  for (const open of live.querySelectorAll("details[open][id]")) {
    part.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
  }
  const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
  live.replaceChildren(...part.childNodes);
  if (focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
}
