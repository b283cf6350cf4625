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

// A part of a page that is marked live is fetched again every two seconds while the page is looked at.
const live = document.querySelector("[data-live]");
if (live) {
  setInterval(async () => {
    if (document.hidden || live.contains(document.activeElement)) {
      return;
    }
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = fresh.querySelector("[data-live]");
      if (answer.ok && part) {
        live.replaceChildren(...part.childNodes);
      }
    } catch {
      // The fake has stopped; what was last seen stays.
    }
  }, 2000);
}
