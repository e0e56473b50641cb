// What is done inside a page before it is read: an object of functions, made once a page by tools/web/tab.py.
// What is read is a copy, in which all that only style sheets and scripts know stands as plain markup.
(() => {
  const CONSENT = /cookie|consent|gdpr|ccpa|privacy choices|einwilligung|datenschutz|privatsph|confidentialit|consentement|privacidad|consentimiento|privacidade|consenso|toestemming|samtyck|samtykke|ciasteczk|çerez|クッキー|隐私|쿠키/i;
  const REFUSE = /^(?:(?:no,? thanks?|no,? thank you|(?:reject|decline|refuse|deny|disallow|disagree|opt[- ]?out)\b.{0,40}|i (?:do not|don't|dis)\s?(?:agree|accept|consent).{0,20}|do not (?:accept|allow|consent|track).{0,20})|(?:(?:accept|allow|use|keep|save) )?(?:only )?(?:the )?(?:strictly )?(?:necessary|essential|required|mandatory|functional)(?: cookies?)?(?: only)?|continue without (?:accepting|agreeing|consent|cookies|tracking).{0,20}|(?:alle(?:s)? )?(?:cookies )?ablehnen.{0,30}|nur (?:notwendige|erforderliche|essenzielle|technisch).{0,40}|(?:tout )?refuser.{0,30}|continuer sans accepter.{0,10}|(?:solo|sólo|apenas|somente|nur|alleen|kun|endast) .{0,30}(?:necess|necesari|esencial|essenzial|noodzakelijk|nødvendig|nödvändig).{0,20}|rechazar.{0,30}|rifiuta.{0,30}|recusar.{0,30}|rejeitar.{0,30}|(?:alles )?(?:weigeren|afwijzen).{0,20}|avvisa.{0,20}|neka.{0,20}|afvis.{0,20}|avvis.{0,20}|hylkää.{0,20}|odm[ií]tnout.{0,20}|odrzu[cć].{0,20}|reddet.{0,20}|отклонить.{0,20}|отказаться.{0,20}|.{0,8}拒否.{0,8}|.{0,6}拒绝.{0,6}|.{0,6}거부.{0,6})\W*$/i;
  const ANSWER = /\b(?:accept|agree|allow|ok(?:ay)?|got it|understood|i understand|dismiss)\b|akzeptier|zustimm|einverstanden|accepter|aceptar|accett|aceitar|accepteren|godkänn|godta|accepter|同意|동의/i;
  const MONTH = /\b(?:month(?:ly|s)?|monatlich\w*|monat|mensuel\w*|mois|mensual\w*|mes|mensil\w*|mese|mensa(?:l|is)|m[êe]s|maandelijks\w*|maand|månad\w*|måned\w*|miesi[eę]czn\w*|měsíčn\w*|aylık|kuukausi\w*)(?![\w-])|ежемесячн|месяц|[月월]/i;
  const YEAR = /\b(?:year(?:ly|s)?|annual(?:ly)?|jährlich\w*|jahr|annuel\w*|an(?:née)?|anual\w*|año|annual[ei]|anno|ano|jaarlijks\w*|jaar|årlig\w*|år|roczn\w*|ročn\w*|yıllık|vuosi\w*)(?![\w-])|ежегодн|год|[年년]/i;
  const BUYS = /\b(?:buy|order|purchase|checkout|subscribe|start|get|try|choose|select|upgrade|sign|log|contact|book|download|kaufen|bestellen|acheter|comprar)\b/i;
  const UNREAD = new Set(["SCRIPT", "STYLE", "TEMPLATE", "META", "LINK", "TITLE", "HEAD", "NOSCRIPT", "BASE"]);
  const MOST_ELEMENTS = 20000;

  const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const folded = text => (text || "").replace(/\s+/g, " ").trim();
  const said = el => folded(el.innerText || el.value || "") || folded(el.getAttribute("aria-label") || el.title);
  const shown = el => {
    const style = getComputedStyle(el), box = el.getBoundingClientRect();
    return style.display !== "none" && style.visibility !== "hidden" && box.width > 0 && box.height > 0;
  };
  // A link that leads away, and a button that sends a form, are never pressed; nor is what stands inside one.
  const leads = el => el.tagName === "A" ? !/^(?:#|javascript:|$)/.test(el.getAttribute("href") || "")
    : el.form instanceof HTMLFormElement && /^(?:submit|image)$/.test(el.type) && (el.hasAttribute("formaction") || el.form.hasAttribute("action") || el.form.method === "post");
  const staysHere = el => { for (let at = el; at; at = at.parentElement) if (leads(at) || (at.tagName === "LABEL" && at.control && leads(at.control))) return false; return true; };
  // Elements of the document and of its open shadow trees.
  function* everything(selector, root = document) {
    let left = MOST_ELEMENTS;
    for (const el of root.querySelectorAll("*")) {
      if (!left--) return;
      if (el.matches(selector)) yield el;
      if (el.shadowRoot) yield* everything(selector, el.shadowRoot);
    }
  }
  const holds = (el, selector) => [...everything(selector, el), ...(el.shadowRoot ? everything(selector, el.shadowRoot) : [])];

  // What scrolls: the page, or the one part of an app that does in its place.
  const scroller = () => [...everything("main,div,section")].find(el => el.scrollHeight > el.clientHeight + innerHeight && /auto|scroll/.test(getComputedStyle(el).overflowY))
    || document.scrollingElement || document.documentElement;

  // consent -----------------------------------------------------------------------------------------------------

  const buttons = el => holds(el, "button,a,[role=button],input[type=button],input[type=submit]").filter(shown);
  const spoken = el => folded(el.innerText) || folded(el.shadowRoot && [...el.shadowRoot.children].map(part => part.innerText || "").join(" "));
  function asksForConsent(el) {
    const text = spoken(el);
    if (!text || text.length > 6000 || !CONSENT.test(text) || el === document.body || el.matches("nav,header,main")) return false;
    if (el.querySelector("nav,main") || el.querySelectorAll("a[href]").length > 12) return false; // a menu is no notice
    if ([...el.querySelectorAll("h1")].some(head => !CONSENT.test(head.innerText))) return false;
    return buttons(el).some(one => { const name = said(one); return name.length < 60 && (REFUSE.test(name) || ANSWER.test(name)); });
  }
  function overlays() {
    const named = "dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true],[id*=cookie i],[class*=cookie i],[id*=consent i],[class*=consent i],[id*=gdpr i],[class*=gdpr i],[aria-label*=cookie i],[aria-label*=consent i]";
    const found = [...everything("*")].filter(el => !UNREAD.has(el.tagName) && el.tagName !== "HTML" &&
      (el.matches(named) || ["fixed", "sticky"].includes(getComputedStyle(el).position)) && (shown(el) || el.shadowRoot) && asksForConsent(el));
    return found.filter(el => !found.some(other => other !== el && other.contains(el)));
  }

  // price switches ----------------------------------------------------------------------------------------------

  const controls = [];
  const textOf = id => { const el = document.getElementById(id); return el ? el.innerText : ""; };
  function labelOf(el) {
    const own = el.tagName === "INPUT" ? "" : words(el);
    const by = folded((el.getAttribute("aria-labelledby") || "").split(/\s+/).map(textOf).join(" "));
    return own || folded(el.getAttribute("aria-label")) || by || (el.labels && el.labels[0] ? words(el.labels[0]) : "");
  }
  const period = text => MONTH.test(text) === YEAR.test(text) ? "" : MONTH.test(text) ? "month" : "year";
  const on = el => el.checked === true || el.selected === true || ["aria-selected", "aria-checked", "aria-pressed", "aria-current"].some(name => el.getAttribute(name) === "true") ||
    ["active", "checked", "on"].includes(el.dataset.state);
  function mayPress(el) {
    if (el.disabled || el.getAttribute("aria-disabled") === "true" || el.closest("[hidden],nav,footer")) return false;
    return staysHere(el) && (el.tagName === "INPUT" || shown(el));
  }
  // The words below an element, apart where they are laid out apart.
  function words(el) {
    const walk = document.createTreeWalker(el, NodeFilter.SHOW_TEXT), found = [];
    for (let size = 0; size < 400 && walk.nextNode(); size += walk.currentNode.length) found.push(walk.currentNode.data);
    return folded(found.join(" "));
  }
  const PRESSED = "button,a,label,[role=tab],[role=radio],[role=switch],[role=button],input[type=radio],input[type=checkbox],[data-scout-pressed]";
  // The controls of one switch: this one and those near it, one period each, both periods among them.
  function sides(one, named) {
    for (let at = one.el.parentElement, up = 0; at && up < 4 && named.includes(one); at = at.parentElement, up++) {
      const near = named.filter(other => at.contains(other.el));
      if (new Set(near.map(other => period(other.label))).size === 2) return near.slice(0, 4);
    }
    return [];
  }
  // The options of a list that offers both periods.
  function choices() {
    for (const list of everything("select")) {
      const offered = [...list.options].map(el => ({ el, label: folded(el.label), levels: [] })).filter(one => period(one.label));
      if (shown(list) && !list.disabled && new Set(offered.map(one => period(one.label))).size === 2) return offered.slice(0, 4);
    }
    return [];
  }
  // The smallest ancestor whose text speaks of both periods: a switch that is one control, with its words.
  function widget(el) {
    for (let at = el.parentElement, up = 0; at && at !== document.body && up < 5; at = at.parentElement, up++) {
      const text = words(at);
      if (text.length > 160) return null;
      if (MONTH.test(text) && YEAR.test(text)) return at;
    }
    return null;
  }
  function chain(el) {
    const levels = [];
    for (let at = el; at && at !== document.documentElement; at = at.parentElement)
      levels.unshift({ at, texts: [...at.children].map(child => child.innerText || child.textContent) });
    return levels;
  }

  // the copy that is read ---------------------------------------------------------------------------------------

  const inert = document.implementation.createHTMLDocument("");  // where nothing runs and nothing loads
  function copy(node) {
    const made = inert.importNode(node, false);
    if (node.nodeType !== Node.ELEMENT_NODE) return made;
    if (!UNREAD.has(node.tagName)) mark(node, made);
    const slotted = node.tagName === "SLOT" && node.assignedNodes().length ? node.assignedNodes() : null;
    for (const child of slotted || (node.shadowRoot || node).childNodes)
      if (!(node.shadowRoot && child.nodeName === "STYLE")) made.appendChild(copy(child));
    return made;
  }
  // Letters cut out of a coloured background: transparent, and read by everybody.
  const cutOut = node => { for (let at = node, up = 0; at && up < 4; at = at.parentElement, up++) if (getComputedStyle(at).backgroundClip.includes("text")) return true; return false; };
  // Text that takes its place and that nobody sees: too small, transparent, off the page.
  function unseen(node, style) {
    const box = node.getBoundingClientRect();
    const outside = box.width > 0 && (box.right + scrollX <= 0 || box.bottom + scrollY <= 0);
    return style.visibility === "hidden" || parseFloat(style.fontSize) < 3 || outside || (/^rgba\(.*, 0\)$/.test(style.webkitTextFillColor) && !cutOut(node));
  }
  // A style sheet of another file hides and crosses out: say so where our reader looks.
  function mark(node, made) {
    const style = getComputedStyle(node);
    if (style.display === "none" || (!node.children.length && unseen(node, style))) made.setAttribute("hidden", "");
    else if (style.opacity === "0") made.style.opacity = "0";
    else if (style.textDecorationLine.includes("line-through")) made.style.textDecoration = "line-through";
    made.removeAttribute("data-scout-state");
    made.removeAttribute("data-scout-pressed");
  }
  const written = node => { try { return copy(node).outerHTML; } catch (error) { return node.outerHTML; } };

  return {
    // Refuse where a refusal is offered. How many notices there are.
    refuse() {
      const asking = overlays();
      for (const el of asking) {
        const no = buttons(el).find(one => said(one).length < 60 && REFUSE.test(said(one)) && staysHere(one));
        if (no) no.click();
      }
      return asking.length;
    },
    // Take away the notices that still stand, and what they lay over the page. Nothing is ever accepted.
    uncover() {
      for (const el of overlays()) el.remove();
      for (const el of everything("div,span,section")) {
        const style = getComputedStyle(el);
        if (style.position === "fixed" && el.offsetWidth >= innerWidth && el.offsetHeight >= innerHeight && !folded(el.innerText)) el.remove();
      }
      for (const el of [document.documentElement, document.body]) el.style.setProperty("overflow", "visible", "important");
    },
    // The height of what can be scrolled, pixels.
    height() { return scroller().scrollHeight; },
    // Go down the page a screen at a time, so that what loads when it is seen is loaded.
    async scroll(screens) {
      const at = scroller();
      for (let down = 0; down < screens && down * innerHeight < at.scrollHeight; down++) {
        at.scrollTo({ top: down * innerHeight, behavior: "instant" });
        await frame();
      }
      at.scrollTo({ top: 0, behavior: "instant" });
    },
    // Until nothing changed for `quiet` milliseconds, `most` at the longest.
    still(quiet, most) {
      return new Promise(done => {
        let timer = setTimeout(end, quiet);
        const last = setTimeout(end, most);
        const watch = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(end, quiet); });
        function end() { watch.disconnect(); clearTimeout(timer); clearTimeout(last); done(); }
        watch.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      });
    },
    // The controls of monthly and yearly prices: [{number, period, on, label}]; the first switch of the page alone.
    switches() {
      for (const el of everything("span,div,li")) // made of no button, and yet to be pressed
        if (el.textContent.length <= 60 && period(el.textContent) && getComputedStyle(el).cursor === "pointer" && !el.closest(PRESSED) && !el.querySelector(PRESSED))
          el.setAttribute("data-scout-pressed", "");
      const all = [...everything(PRESSED)].map(el => ({ el, label: labelOf(el), levels: [] })).filter(({ el, label }) =>
        label.length <= 60 && !BUYS.test(label) && mayPress(el) && !(el.tagName === "LABEL" && el.control));
      const named = all.filter(one => period(one.label));
      for (const one of all) controls.push(...(controls.length ? [] : sides(one, named)));
      if (!controls.length) controls.push(...choices());
      if (controls.length) return controls.map(({ el, label }, number) => ({ number, period: period(label), on: on(el), label }));
      for (const one of all) {
        const where = controls.length ? null : widget(one.el);
        if (!where) continue;
        controls.push(one);
        const order = words(where), first = order.search(MONTH) < order.search(YEAR) ? "month" : "year";
        return [{ number: 0, period: on(one.el) ? first : first === "month" ? "year" : "month", on: false, label: order }];
      }
      return [];
    },
    press(number) {
      const control = controls[number], el = control.el;
      control.levels = chain(el);
      if (el.tagName === "OPTION") {
        el.selected = true;
        for (const kind of ["input", "change"]) el.closest("select").dispatchEvent(new Event(kind, { bubbles: true }));
        return;
      }
      for (const kind of ["pointerdown", "mousedown", "pointerup", "mouseup"])
        el.dispatchEvent(new (kind.startsWith("pointer") ? PointerEvent : MouseEvent)(kind, { bubbles: true, cancelable: true, button: 0 }));
      el.click();
    },
    // What pressing a control changed, with the control and the headings beside it, as it is shown now; "" when nothing did.
    changed(number) {
      const levels = controls[number].levels;
      let part = [];
      for (const [depth, { at, texts }] of levels.entries()) {
        if (!at.isConnected) break;
        const differ = [...at.children].map((child, i) => (child.innerText || child.textContent) !== texts[i] ? child : null).filter(Boolean);
        if (!differ.length && at.children.length === texts.length) break;
        part = [...at.children].filter(child => differ.includes(child) || child.contains(controls[number].el) || /^H[1-6]$/.test(child.tagName));
        const next = levels[depth + 1];
        if (!next || differ.length !== 1 || at.children.length !== texts.length || differ[0] !== next.at) break;
      }
      return part.filter(child => !UNREAD.has(child.tagName)).map(written).join("\n");
    },
    // The page as it is shown: shadow trees in their places, what style sheets hide marked as hidden.
    read() { return "<!DOCTYPE html>" + written(document.documentElement); },
  };
})()
