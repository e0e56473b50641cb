// The site's one script: search, and bookmarks that stay in this browser. It asks nobody; every word is set as text.
(() => {
  "use strict";
  const root = document.currentScript.dataset.root;
  const SHOWN = 50; // results
  const MOST_PARTS = 8; // parts of the index that are read for the beginning of one word
  const PAUSE_MS = 120; // without a further letter, before the index is read
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

  // The index (tools/exporters/site/search.py): which part has what, and the parts as they are read.
  function reader(held) {
    const waiting = {};
    const part = (name) => waiting[name] ??= new Promise((done, fail) => {
      const script = make("script");
      const failed = () => { delete waiting[name]; fail(new Error(name)); };
      script.onerror = failed;
      script.onload = () => {
        const [edition, rows] = held.parts[name] ?? [];
        if (edition === held.edition) done(rows); else failed();
      };
      script.src = `${root}search/${name}.js?${held.edition}`;
      document.head.append(script);
    });
    const parts = (names) => Promise.all(names.map(part));
    const partOf = (word) => Math.max(0, held.firsts.findLastIndex((first) => first <= word));
    const digits = new Map([...held.digits].map((letter, digit) => [letter, digit]));

    function points(packed, factor, found) {
      let value = 0, step = 0, scale = 1;
      for (const letter of packed) {
        const digit = digits.get(letter);
        step += (digit & 31) * scale;
        scale *= 32;
        if (digit > 31) continue;
        value += step;
        [step, scale] = [0, 1];
        const number = Math.floor(value / held.weights.length), sum = factor * held.weights[value % held.weights.length];
        if (sum > (found.get(number) ?? 0)) found.set(number, sum);
      }
    }

    // Points by product of a word, or of all that begin with it; whole: of none but itself, for the others fill too many parts.
    async function holding(word, whole) {
      const first = partOf(word), last = whole ? first : partOf(`${word}\uffff`);
      if (last - first >= MOST_PARTS) return { ...await holding(word, true), only: word };
      const found = new Map();
      for (const rows of await parts(Array.from({ length: last - first + 1 }, (_, at) => `words-${first + at}`))) {
        for (const [one, packed] of rows) {
          if (one === word) points(packed, 2, found);
          else if (!whole && one.startsWith(word)) points(packed, 1, found);
        }
      }
      return { found };
    }

    // The numbers of all products that pass, best first, the newest of equals first; only: words that were not read as beginnings.
    async function numbers(words, filters, since) {
      if (!held.total) return { found: [], only: [] };
      const [asked, kept] = [[words, false], [filters, true]].map(([all, whole]) => all.map((one) => holding(one, whole)));
      const lists = await Promise.all([...asked, ...kept]);
      const maps = lists.map((one) => one.found).sort((one, two) => one.size - two.size);
      const sums = lists.slice(0, words.length).map((one) => one.found);
      const all = maps.length ? [...maps[0].keys()] : Array.from({ length: held.total }, (_, number) => number);
      const found = all
        .filter((number) => number >= since && maps.every((map) => map.has(number)))
        .map((number) => [sums.reduce((sum, map) => sum + map.get(number), 0), number])
        .sort(([one, a], [two, b]) => two - one || b - a);
      return { found: found.map(([, number]) => number), only: lists.flatMap((one) => one.only ?? []) };
    }

    async function rows(numbers) {
      const names = numbers.map((number) => `rows-${Math.floor(number / held.size)}`);
      return (await parts(names)).map((rows, at) => rows[numbers[at] % held.size]);
    }
    return { numbers, rows };
  }

  function search() {
    const form = document.querySelector("[data-search]");
    const held = self.SCOUT;
    if (!form || !held) return;
    const list = document.querySelector("[data-hits]"), count = document.querySelector("[data-count]");
    const index = reader(held);
    const asked = new URLSearchParams(location.search);
    for (const field of form.elements) if (asked.has(field.name)) field.value = asked.get(field.name);
    const value = (name) => form.elements[name].value;
    let turns = 0;

    async function find() {
      const words = split(value("q")).map((word) => [...word].slice(0, held.longest).join(""));
      const filters = ["verdict", "price", "kind", "category"].filter(value).map((name) => `=${name}=${value(name)}`);
      const { found, only } = await index.numbers(words, filters, held.ages[value("age")] ?? 0);
      return { found, only, rows: await index.rows(found.slice(0, SHOWN)) };
    }
    function fill({ found, only, rows }) {
      list.replaceChildren();
      for (const [slug, name, tagline, verdict, kind, category] of rows) {
        hit(list, slug, name, [held.verdicts[verdict], held.categories[category] || kind, tagline].filter(Boolean).join(" · "));
      }
      count.textContent = (found.length > SHOWN ? `${found.length} tools, the nearest ${SHOWN} here` : `${found.length} ${found.length === 1 ? "tool" : "tools"}`) +
        only.map((word) => `; “${word}” as a whole word, for too many begin with it`).join("");
    }
    async function show() {
      const turn = ++turns;
      list.setAttribute("aria-busy", "true");
      const found = await find().catch(() => null);
      if (turn !== turns) return;
      if (found) fill(found);
      else count.textContent = "A part of the index could not be read, or the site is newer than this page. Load the page again.";
      list.removeAttribute("aria-busy");
      const address = new URLSearchParams([...new FormData(form)].filter(([, text]) => text));
      try { history.replaceState(null, "", address.size ? `?${address}` : location.pathname); } catch { /* a page from a file may not */ }
    }
    let later;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      list.setAttribute("aria-busy", "true");
      clearTimeout(later);
      later = setTimeout(show, PAUSE_MS);
    });
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
