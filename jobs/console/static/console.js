// Keys and partial updates. Without it every page works by plain links and forms.
"use strict";

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
const here = () => document.querySelector("[data-row][data-here]");

function goTo(row) {
  here()?.removeAttribute("data-here");
  if (!row) return;
  row.setAttribute("data-here", "");
  row.setAttribute("tabindex", "-1");
  readAlong(row);
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

// Where the navigation is wider than the window, what is shown is in sight.
const menu = document.getElementById("menu");
const current = menu?.querySelector("[aria-current]");
if (current) menu.scrollLeft = current.offsetLeft - menu.offsetLeft - (menu.clientWidth - current.offsetWidth) / 2;

// The page as read, beside a product where there is room: it goes along with the row that is worked on.
const beside = () => [...document.querySelectorAll("[data-beside]")].find((one) => getComputedStyle(one).position === "sticky");
let readNext;

async function read(link, focused) {
  const path = new URL(link.href);
  path.searchParams.set("near", "1");
  const answer = await fetch(path, { headers: { Accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("read");
  if (!answer.ok || !fresh) throw new Error("no page");
  document.getElementById("read").replaceWith(fresh);
  const mark = document.getElementById("quote");
  const paper = fresh.querySelector(".paper");
  if (mark) paper.scrollTop = mark.offsetTop - paper.offsetTop - paper.clientHeight / 3;
  if (focused) paper?.focus({ preventScroll: true });
}

function readAlong(row) {
  clearTimeout(readNext);
  const link = row.querySelector("a[data-page]");
  if (link && beside()) readNext = setTimeout(() => read(link, false).catch(() => {}), 150);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-page]");
  if (!link || !beside() || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  clearTimeout(readNext);
  read(link, true).catch(() => { location.href = link.href; });
});

function step(by) {
  const all = rows();
  const at = all.indexOf(here());
  goTo(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]);
}

function press(key) {
  const row = here();
  const pressed = row?.querySelector(`[data-key="${key}"]`) ||
    [...document.querySelectorAll(`[data-key="${key}"]`)].find((one) => !one.closest("[data-row]"));
  if (!pressed) return false;
  const inside = pressed.closest("details:not([open])");
  if (inside && pressed.tagName !== "SUMMARY") inside.open = true;
  if (pressed.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) pressed.focus();
  else pressed.click();
  if (pressed.tagName === "SUMMARY") pressed.parentElement.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  return true;
}

function typing(target) {
  return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && typing(event.target)) {
    event.target.blur();
    goTo(event.target.closest("[data-row]") || here());
    return;
  }
  if (typing(event.target)) return;
  let done = true;
  if (event.key === "/") document.getElementById("find")?.focus();
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "Enter" && here() && [here(), document.body].includes(event.target)) here().querySelector("[data-open]")?.click();
  else if (/^[a-z0-9]$/.test(event.key)) done = press(event.key);
  else done = false;
  if (done) event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && row !== here()) {
    here()?.removeAttribute("data-here");
    row.setAttribute("data-here", "");
    readAlong(row);
  }
});

// A form with data-swap: its answer, after the redirect, takes the place of what is shown; the place in the list stays.
async function swap(form, submitter) {
  const sent = new URLSearchParams(new FormData(form, submitter));
  const place = rows().indexOf(form.closest("[data-row]"));
  const answer = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["main", "notices", "menu"]) {
    const fresh = page.getElementById(id);
    const old = document.getElementById(id);
    if (fresh && old) old.replaceWith(fresh);
  }
  document.title = page.title;
  if (answer.redirected) history.replaceState(null, "", answer.url);
  const all = rows();
  if (answer.ok && place >= 0 && all.length) goTo(all[Math.min(place, all.length - 1)]);
  else document.getElementById("main").focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-swap]") || event.defaultPrevented) return;
  event.preventDefault();
  if (form.dataset.busy !== undefined) return;
  form.dataset.busy = "";
  swap(form, event.submitter).catch(() => {
    const sentence = document.createElement("p");
    sentence.className = "stale";
    sentence.textContent = "The console did not answer. Nothing was changed; what you typed still stands here.";
    document.getElementById("notices").replaceChildren(sentence);
  }).finally(() => delete form.dataset.busy);
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  for (const box of document.querySelectorAll("input[type=checkbox][data-one]")) {
    if (box.form === event.target.form) box.checked = event.target.checked;
  }
});

// A part of the page that the server sends anew as things happen: what differs is replaced, what was opened stays open.
function renew(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const alike = old.nodeType === 1 && fresh.nodeType === 1 && old.tagName === fresh.tagName && old.children.length;
  if (!alike || old.tagName === "svg") {
    old.replaceWith(fresh);
    return;
  }
  for (const name of [...old.getAttributeNames(), ...fresh.getAttributeNames()]) {
    if (name === "open" || name === "data-here" || (name === "tabindex" && !fresh.hasAttribute(name))) continue;
    if (fresh.hasAttribute(name)) old.setAttribute(name, fresh.getAttribute(name));
    else old.removeAttribute(name);
  }
  const before = [...old.childNodes];
  const after = [...fresh.childNodes];
  before.slice(after.length).forEach((node) => node.remove());
  after.forEach((node, at) => (at < before.length ? renew(before[at], node) : old.append(node)));
}

// The page as it is by now; what was opened and typed stays.
async function anew() {
  const page = new DOMParser().parseFromString(await (await fetch(location.pathname + location.search)).text(), "text/html");
  if (page.getElementById("main")) renew(document.getElementById("main"), page.getElementById("main"));
}

function follow(live) {
  document.querySelector("[data-reload]")?.remove();
  const source = new EventSource(live.dataset.stream);
  source.onmessage = (event) => {
    const fresh = live.cloneNode(false);
    fresh.append(...new DOMParser().parseFromString(`<body>${event.data}`, "text/html").body.childNodes);
    renew(live, fresh);
  };
  source.addEventListener("end", () => {
    source.close();
    document.getElementById("stop")?.remove();
    if (live.dataset.then !== undefined) anew().catch(() => {});
  });
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) return;
    const sentence = document.createElement("p");
    sentence.className = "stale";
    sentence.textContent = "The console no longer sends news of this. Load the page again to see how far it is.";
    document.getElementById("notices").replaceChildren(sentence);
  };
}

const streamed = document.querySelector("[data-stream]");
if (streamed) follow(streamed);

// The link of the terminal: the token stands behind the #, where no server and no log sees it.
const field = document.querySelector("[data-token]");
if (field && location.hash.length > 1) {
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname + location.search);
  field.form.requestSubmit();
}
