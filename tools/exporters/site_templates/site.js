// The site's one script: search, and bookmarks that stay in this browser. It asks nobody; every word is set as text.
(() => {
  "use strict";
  const root = document.currentScript.dataset.root;
  const all = (what) => document.querySelectorAll(what);
  const make = (name, text, parent) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (parent) parent.append(made);
    return made;
  };
  const store = {
    read(key, otherwise) {
      try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; }
    },
    write(key, value) {
      try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; }
    },
  };
  const kept = () => [store.read("scout-kept", [])].flat().filter((one) => /^[a-z0-9-]+$/.test(one?.slug ?? ""));
  const hit = (list, slug, name, words) => {
    const item = make("li", "", list);
    const link = make("a", "", item);
    make("bdi", name, link);
    link.href = `${root}products/${encodeURIComponent(slug)}.html`;
    make("span", words, item);
    return item;
  };

  function find() {
    for (const form of all("form.find")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        location.href = `${root}search.html?q=${encodeURIComponent(form.elements.q.value)}`;
      });
    }
  }

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const split = (text) => plain(text).split(/[^\p{L}\p{N}.+#]+/u).filter(Boolean);

  function points(row, words) {
    let sum = 0;
    for (const word of words) {
      const best = Math.max(
        ...row.words.map(([held, weight]) => (held === word ? 2 * weight : held.startsWith(word) ? weight : 0)), 0);
      if (!best) return 0;
      sum += best;
    }
    return sum;
  }

  function search() {
    const form = document.querySelector("[data-search]");
    const held = self.SCOUT;
    if (!form || !held) return;
    const list = document.querySelector("[data-hits]"), count = document.querySelector("[data-count]");
    const rows = held.rows.map(([slug, name, tagline, verdict, price, kind, category, day]) => ({
      slug, name, tagline, price, kind, category, day, verdict: held.verdicts[verdict],
      words: [[name, 4], [held.categories[category] || "", 2], [kind, 2], [tagline, 1]]
        .flatMap(([text, weight]) => split(text).map((word) => [word, weight])),
    }));
    const asked = new URLSearchParams(location.search);
    for (const field of form.elements) if (asked.has(field.name)) field.value = asked.get(field.name);
    const value = (name) => form.elements[name].value;
    function show() {
      const words = split(value("q"));
      const since = value("age") && new Date(Date.parse(held.at) - value("age") * 864e5).toISOString().slice(0, 10);
      const found = rows
        .map((row) => [words.length ? points(row, words) : 1, row])
        .filter(([sum, row]) => sum && (!since || row.day > since) &&
          ["verdict", "price", "kind", "category"].every((name) => !value(name) || row[name] === value(name)))
        .sort(([one, a], [two, b]) => two - one || b.day.localeCompare(a.day) || a.name.localeCompare(b.name));
      list.replaceChildren();
      for (const [, row] of found.slice(0, 50)) {
        hit(list, row.slug, row.name, [row.verdict, held.categories[row.category] || row.kind, row.tagline].filter(Boolean).join(" · "));
      }
      count.textContent = found.length > 50 ? `${found.length} tools, the nearest 50 here` : `${found.length} ${found.length === 1 ? "tool" : "tools"}`;
      const address = new URLSearchParams([...new FormData(form)].filter(([, text]) => text));
      try { history.replaceState(null, "", address.size ? `?${address}` : location.pathname); } catch { /* a page from a file may not */ }
    }
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", show);
    show();
  }

  function keep() {
    for (const button of all("[data-keep]")) {
      const { keep: slug, name } = button.dataset;
      const show = () => {
        const on = kept().some((one) => one.slug === slug);
        button.setAttribute("aria-pressed", String(on));
        button.textContent = on ? "Kept" : "Keep";
      };
      button.addEventListener("click", () => {
        const others = kept().filter((one) => one.slug !== slug);
        const next = others.length === kept().length ? [{ slug, name }, ...others] : others;
        if (!store.write("scout-kept", next)) button.textContent = "This browser keeps nothing";
        else show();
      });
      show();
    }
  }

  function listKept() {
    const list = document.querySelector("[data-kept]");
    if (!list) return;
    const count = document.querySelector("[data-count]");
    const show = () => {
      list.replaceChildren();
      for (const one of kept()) {
        const item = hit(list, one.slug, String(one.name), "");
        const button = make("button", "Let go", item);
        button.type = "button";
        button.className = "btn";
        button.addEventListener("click", () => {
          store.write("scout-kept", kept().filter((other) => other.slug !== one.slug));
          show();
        });
      }
      count.textContent = kept().length ? "" : "Nothing kept yet.";
    };
    show();
  }

  // A vote carries a token of this browser, so that a second one replaces the first.
  function tokens() {
    for (const field of all("form.post input[name=token]")) {
      let token = store.read("scout-voter", "");
      if (!/^[0-9a-f]{32}$/.test(token)) {
        token = [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
        store.write("scout-voter", token);
      }
      field.value = token;
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const one of all("[data-live]")) one.hidden = false;
    find();
    keep();
    listKept();
    tokens();
    search();
  });
})();
