// polidex: makes the pages live. Everything works without this file; it only saves clicks and loads.
// Search box: suggestions. Search page: results while typing, filters without a reload, a dialog for the filters when narrow.
// Everywhere: single-key shortcuts, which can be turned off. The reading page has a script of its own besides, document.js.

const DEBOUNCE_MS = 180;
const SUGGEST_AFTER_MS = 150;
const MAX_SUGGESTED_CHARS = 64;
const REPLACE_AFTER_MS = 400;
const SLOW_AFTER_MS = 400;
// WebKit sends the Enter that ends a composition after compositionend, no longer marked as composing.
const AFTER_COMPOSITION_MS = 30;
const NARROW = matchMedia("(max-width: 60rem)");

const box = document.getElementById("q");
const form = document.getElementById("ask");

// The site may stand below a path: its addresses begin as that of the search does.
const SEARCH = form ? new URL(form.getAttribute("action"), location.href).pathname : "/search";
const ROOT = SEARCH.slice(0, -"search".length);
const LIST_KEY = "polidex.list";

// ---- input methods -------------------------------------------------------------------------------------------------

let composing = false;
let compositionEndedAt = -Infinity;

/** Whether a key belongs to the input method and not to the page. */
function isImeKey(event) {
  const isTail = event.key === "Enter" && event.timeStamp - compositionEndedAt < AFTER_COMPOSITION_MS;
  return composing || event.isComposing || event.keyCode === 229 || isTail;
}

box?.addEventListener("compositionstart", () => {
  composing = true;
  live?.cancelTyping();
  suggestions?.hold();
});
box?.addEventListener("compositionend", (event) => {
  composing = false;
  compositionEndedAt = event.timeStamp;
  // Chromium sends no input event after this one, WebKit does: one search either way, since typing is debounced.
  live?.typed();
  suggestions?.typed();
});
box?.addEventListener("keydown", (event) => {
  if (isImeKey(event)) {
    // Neither the form's own Enter nor the field's own Escape (which empties it) may follow.
    if (event.key === "Enter" || event.key === "Escape") event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (suggestions?.takesKey(event)) {
    event.preventDefault();
    return;
  }
  if (event.key === "Escape" && box.value !== "") {
    event.preventDefault();
    box.value = "";
    suggestions?.close();
    live?.typed();
  }
});
form?.addEventListener("submit", (event) => {
  if (composing) event.preventDefault();
  else suggestions?.close();
});

// ---- suggestions ---------------------------------------------------------------------------------------------------

const suggestions = box && form ? suggestionList() : null;

/** An ARIA 1.2 combobox over the search box: a list to choose from, the focus stays in the box. */
function suggestionList() {
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.suggestions);
  list.hidden = true;
  form.querySelector(".box").after(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  let newest = 0;
  let running = null;
  let timer = 0;
  let active = -1;

  box.addEventListener("input", (event) => {
    if (!composing && !event.isComposing) typed();
  });
  box.addEventListener("blur", close);
  // The box keeps the focus, and with it the list.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose([...list.children].indexOf(option));
  });

  function typed() {
    hold();
    timer = setTimeout(ask, SUGGEST_AFTER_MS);
  }

  /** What is under way comes to nothing; what is shown stays. */
  function hold() {
    clearTimeout(timer);
    newest += 1;
    running?.abort();
  }

  function close() {
    hold();
    active = -1;
    list.hidden = true;
    list.replaceChildren();
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    const ticket = ++newest;
    const q = box.value;
    if (q.trim() === "" || [...q].length > MAX_SUGGESTED_CHARS) return close();
    running = new AbortController();
    let found;
    try {
      const asked = new URLSearchParams({ q });
      const [, script] = document.documentElement.lang.match(/^(zh-Han[st])/) ?? [];
      if (script) asked.set("script", script);
      const response = await fetch(`${ROOT}api/v1/suggest?${asked}`, { signal: running.signal });
      found = response.ok ? (await response.json()).suggestions : [];
    } catch {
      // Suggestions are a help and no more: without them the box is what it was.
      return;
    }
    if (ticket !== newest || composing || document.activeElement !== box) return;
    draw(found);
  }

  function draw(found) {
    if (found.length === 0) return close();
    active = -1;
    box.removeAttribute("aria-activedescendant");
    list.replaceChildren(...found.map((suggestion, index) => {
      const option = document.createElement("li");
      option.id = `suggestion-${index + 1}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const text = document.createElement("bdi");
      text.lang = suggestion.lang;
      text.textContent = suggestion.text;
      const kind = document.createElement("span");
      kind.className = "suggestion-kind";
      kind.textContent = form.dataset[suggestion.kind] ?? "";
      option.append(text, " ", kind);
      return option;
    }));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
  }

  /** Moves through the options and, between the last and the first, back to what was typed. */
  function move(step) {
    const count = list.children.length;
    list.children[active]?.setAttribute("aria-selected", "false");
    active = ((active + 1 + step + count + 1) % (count + 1)) - 1;
    const option = list.children[active];
    if (!option) return box.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function choose(index) {
    box.value = list.children[index].querySelector("bdi").textContent;
    close();
    form.requestSubmit();
  }

  /** Whether a key was meant for the list. */
  function takesKey(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return false;
    if (list.hidden) {
      if (event.key !== "ArrowDown" || box.value.trim() === "") return false;
      hold();
      ask();
      return true;
    }
    if (event.key === "Escape" || (event.altKey && event.key === "ArrowUp")) close();
    else if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && active >= 0) choose(active);
    else return false;
    return true;
  }

  return { typed, hold, close, takesKey };
}

// ---- single-key shortcuts ------------------------------------------------------------------------------------------

const KEYS_OFF = "polidex-keys-off";

function keysAreOff() {
  try {
    return localStorage.getItem(KEYS_OFF) === "1";
  } catch {
    return false;
  }
}

function isEditable(element) {
  return element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (isEditable(event.target) || document.querySelector("dialog[open]") || keysAreOff()) return;
  const action = { "/": focusBox, "?": openHelp }[event.key];
  // The reading page has keys of its own, in a script of its own.
  const isTaken = !document.dispatchEvent(new CustomEvent("polidex-key", { detail: event.key, cancelable: true }));
  if (action || isTaken) event.preventDefault();
  action?.();
});

function focusBox() {
  box?.focus();
  box?.select();
}

function openHelp() {
  const help = document.querySelector(".to-help");
  if (help) location.assign(`${help.href}#keys`);
}

const keysSwitch = document.getElementById("keys-switch");
if (keysSwitch) {
  const label = document.createElement("label");
  const check = document.createElement("input");
  check.type = "checkbox";
  check.checked = !keysAreOff();
  check.addEventListener("change", () => {
    try {
      localStorage.setItem(KEYS_OFF, check.checked ? "0" : "1");
    } catch {
      check.checked = true;
    }
  });
  label.append(check, ` ${keysSwitch.dataset.label}`);
  keysSwitch.append(label);
}

// ---- live search ---------------------------------------------------------------------------------------------------

const live = document.getElementById("answer") && form ? liveSearch() : null;

function liveSearch() {
  let newest = 0;
  let running = null;
  let typingTimer = 0;
  let replaceTimer = 0;
  let lastShown = addressOf(location.href);

  history.scrollRestoration = "manual";
  // Back to this page from a document, where the browser kept no copy of it: the state of the address says where it stood.
  const left = history.state;
  const isReturn = performance.getEntriesByType("navigation")[0]?.type !== "navigate";
  if (isReturn && left?.scroll !== undefined) requestAnimationFrame(() => restore(left));
  else remember();

  box.addEventListener("input", (event) => {
    if (!composing && !event.isComposing) typed();
  });

  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    cancelTyping();
    show(addressOfForm(), { push: true });
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || event.defaultPrevented || link.getAttribute("target")) return;
    const url = urlOf(link);
    const isOurs = url.origin === location.origin && url.pathname === SEARCH && link.closest("#answer, dialog");
    // A link to a part of this page is the browser's; the explanation of a hit comes with the next page.
    if (!isOurs || (url.hash && !link.matches(".to-why"))) return;
    event.preventDefault();
    cancelTyping();
    const isPage = Boolean(link.closest(".pages"));
    show(url.pathname + url.search, { push: true, focus: url.hash || focusKey(link), toTop: isPage });
  });

  document.addEventListener("submit", (event) => {
    const dates = event.target.closest?.("form.dates");
    if (!dates) return;
    event.preventDefault();
    const parameters = new URLSearchParams(new FormData(dates));
    for (const name of ["from", "to"]) if (!parameters.get(name)?.trim()) parameters.delete(name);
    show(`${SEARCH}?${parameters}`, { push: true, focus: "#from" });
  });

  addEventListener("popstate", (event) => {
    cancelTyping();
    const address = addressOf(location.href);
    if (address === lastShown) return;
    show(address, { state: event.state ?? {} });
  });

  addEventListener("pagehide", remember);
  document.addEventListener("scrollend", remember);
  document.addEventListener("focusin", remember);

  /** What Back needs: where the page stood and what had the focus. */
  function remember() {
    const focus = document.activeElement === box ? "#q" : focusKey(document.activeElement);
    history.replaceState({ scroll: scrollY, focus, open: openFolds() }, "");
  }

  function typed() {
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => {
      const address = addressOfForm();
      if (address === lastShown) keepAddress(address);
      else show(address, { isTyping: true });
    }, DEBOUNCE_MS);
  }

  function cancelTyping() {
    clearTimeout(typingTimer);
    clearTimeout(replaceTimer);
    newest += 1;
    running?.abort();
    busy(false);
  }

  function addressOfForm() {
    const parameters = new URLSearchParams(new FormData(form));
    parameters.delete("page");
    if (parameters.get("q") === "") parameters.delete("q");
    const query = parameters.toString();
    return query ? `${SEARCH}?${query}` : SEARCH;
  }

  /** Fetches the page at `address` and puts its results in place of these, unless a newer wish came. */
  async function show(address, { push = false, isTyping = false, state = null, focus = null, toTop = false } = {}) {
    const ticket = ++newest;
    running?.abort();
    running = new AbortController();
    const slow = setTimeout(() => ticket === newest && busy(true), SLOW_AFTER_MS);
    let html;
    try {
      const response = await fetch(address, { signal: running.signal, headers: { Accept: "text/html" } });
      html = await response.text();
    } catch (error) {
      if (error.name !== "AbortError" && ticket === newest && !isTyping) location.assign(address);
      return;
    } finally {
      clearTimeout(slow);
      if (ticket === newest) busy(false);
    }
    if (ticket !== newest || composing) return;
    if (push) {
      remember();
      history.pushState({ scroll: 0, focus }, "", address);
    }
    lastShown = address;
    draw(html, { isTyping });
    if (isTyping) {
      keepAddress(address);
    } else {
      restore(state ?? { focus, scroll: push && (toTop || !focus) ? 0 : scrollY });
    }
  }

  /** Writes what was typed into the address once typing pauses; the start page stays behind in the history. */
  function keepAddress(address) {
    clearTimeout(replaceTimer);
    replaceTimer = setTimeout(() => {
      if (composing || lastShown !== address || addressOf(location.href) === address) return;
      const write = location.pathname === SEARCH ? "replaceState" : "pushState";
      history[write]({ scroll: 0, focus: "#q" }, "", address);
    }, REPLACE_AFTER_MS - DEBOUNCE_MS);
  }

  function draw(html, { isTyping }) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const dialog = document.querySelector("dialog[open]");
    const answer = document.getElementById("answer");
    const fresh = page.getElementById("answer");
    document.title = page.title;
    if (fresh) {
      answer.replaceChildren(...fresh.childNodes);
      prepare();
    } else {
      // A problem's page: its sentence stands where the results were, the box keeps what was typed.
      const main = page.querySelector("main");
      main?.querySelector("[role=status]")?.removeAttribute("role");
      if (main) answer.replaceChildren(main);
    }
    const freshForm = page.getElementById("ask");
    if (freshForm) {
      form.querySelectorAll("input[type=hidden]").forEach((input) => input.remove());
      form.append(...freshForm.querySelectorAll("input[type=hidden]"));
      if (!isTyping) box.value = freshForm.querySelector("#q").value;
    }
    document.querySelector(".languages")?.replaceWith(page.querySelector(".languages"));
    document.querySelector(".colophon")?.replaceWith(page.querySelector(".colophon"));
    document.body.className = page.body.className;
    document.querySelector(".ask").className = page.querySelector(".ask").className;
    document.querySelector(".tagline")?.remove();
    document.getElementById("ask-hint")?.remove();
    const [tagline, hint] = [page.querySelector(".tagline"), page.getElementById("ask-hint")];
    if (tagline) form.before(tagline);
    if (hint) form.append(hint);
    say(...(page.getElementById("status") ?? page.querySelector(".lead"))?.childNodes ?? []);
    if (dialog) fillDialog(dialog);
  }

  /** Places of the folds that are open: they make the page as high as it was. */
  function openFolds() {
    return [...document.querySelectorAll("#answer details")].flatMap((fold, at) => (fold.open ? [at] : []));
  }

  function restore({ focus, scroll, open = [] }) {
    const folds = document.querySelectorAll("#answer details");
    for (const at of open) folds[at]?.setAttribute("open", "");
    const target = focus && find(focus);
    // What is folded away cannot be focused.
    target?.closest("details")?.setAttribute("open", "");
    target?.focus({ preventScroll: true });
    if (!document.querySelector("dialog[open]")) scrollTo({ top: scroll ?? 0, behavior: "instant" });
  }

  function busy(isBusy) {
    const answer = document.getElementById("answer");
    answer.toggleAttribute("aria-busy", false);
    document.querySelector(".busy")?.remove();
    if (!isBusy) return;
    answer.setAttribute("aria-busy", "true");
    const bar = document.createElement("div");
    bar.className = "busy";
    document.body.append(bar);
    say(answer.dataset.loading);
  }

  prepare();
  return { typed, cancelTyping };
}

/** Says words, each in its language, in the one live region, once. */
function say(...words) {
  const status = document.getElementById("status");
  const text = words.map((word) => word.textContent ?? word).join("");
  if (status && status.textContent !== text) status.replaceChildren(...words.map((word) => word.cloneNode?.(true) ?? word));
}

/** Where a link leads; a bar of a drawing has no address as text. */
const urlOf = (link) => new URL(link.getAttribute("href"), location.href);

function addressOf(href) {
  const url = new URL(href);
  return url.pathname + url.search;
}

/** How to find an element again in the next page: by id, or by what it says in its part of the page. */
function focusKey(element) {
  if (!element || element === document.body) return null;
  if (element.id) return `#${element.id}`;
  const label = element.querySelector?.(".value, bdi")?.textContent ?? element.textContent;
  const part = element.closest(".facet, .chips, .expansions, .sorts, .pages, .hits")?.className.split(" ").pop();
  return part ? `${part}|${label.trim()}` : null;
}

function find(key) {
  if (key.startsWith("#")) return document.getElementById(key.slice(1));
  const [part, label] = [key.slice(0, key.indexOf("|")), key.slice(key.indexOf("|") + 1)];
  const links = [...document.querySelectorAll(`.${CSS.escape(part)} a`)];
  const same = links.find((link) => (link.querySelector(".value, bdi")?.textContent ?? link.textContent).trim() === label);
  return same ?? document.getElementById("results");
}

// ---- filters: lists with a box of their own, and a dialog when narrow ----------------------------------------------

function prepare() {
  offerKeeping();
  for (const list of document.querySelectorAll("details[data-find]")) addListBox(list);
  const opener = document.getElementById("open-filters");
  opener?.addEventListener("click", (event) => {
    if (!NARROW.matches) return;
    event.preventDefault();
    event.stopPropagation();
    openFilters();
  });
}

function addListBox(list) {
  const input = document.createElement("input");
  input.type = "search";
  input.className = "find";
  input.setAttribute("aria-label", list.dataset.find);
  input.placeholder = list.dataset.find;
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLocaleLowerCase();
    for (const item of list.querySelectorAll("li")) {
      item.hidden = !item.querySelector(".value").textContent.toLocaleLowerCase().includes(wanted);
    }
  });
  list.querySelector("summary").after(input);
}

function openFilters() {
  const dialog = document.createElement("dialog");
  dialog.innerHTML = '<div class="dialog-head"><h2></h2><button type="button" class="plain-button"></button></div><div class="dialog-body"></div><div class="dialog-foot"><button type="button"></button></div>';
  document.body.append(dialog);
  fillDialog(dialog);
  const [close, showResults] = dialog.querySelectorAll(".dialog-head button, .dialog-foot button");
  close.addEventListener("click", () => dialog.close());
  showResults.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    const filters = dialog.querySelector("#filters");
    if (filters) document.getElementById("answer").append(filters);
    dialog.remove();
    document.getElementById("open-filters")?.focus();
  });
  dialog.showModal();
}

/** Moves the page's filters into the dialog; the newest ones, when results came while it was open. */
function fillDialog(dialog) {
  const filters = document.querySelector("#answer #filters");
  if (!filters) return;
  const title = filters.querySelector(".filters-title").textContent;
  dialog.setAttribute("aria-label", title);
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector(".dialog-head button").textContent = filters.dataset.close;
  dialog.querySelector(".dialog-foot button").textContent = filters.dataset.show;
  dialog.querySelector(".dialog-body").replaceChildren(filters);
}

// ---- reading list: kept in this browser alone, shown by list.js at /list --------------------------------------------

function keptList() {
  try {
    const { documents = {}, searches = {} } = JSON.parse(localStorage.getItem(LIST_KEY)) ?? {};
    return { documents, searches };
  } catch {
    return { documents: {}, searches: {} };
  }
}

/** A button that puts something on the list or takes it off. */
function keepButton(labels, part, key, entry) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "keep";
  const [keep, kept] = part === "searches" ? [labels.keepSearch, labels.kept] : [labels.keep, labels.kept];
  const show = () => {
    const isKept = key in keptList()[part];
    button.textContent = isKept ? kept : keep;
    button.setAttribute("aria-pressed", String(isKept));
  };
  button.addEventListener("click", () => {
    const list = keptList();
    if (key in list[part]) delete list[part][key];
    else list[part][key] = { ...entry(), note: "", kept: new Date().toISOString() };
    try {
      localStorage.setItem(LIST_KEY, JSON.stringify(list));
    } catch {
      say(labels.full);
    }
    show();
  });
  show();
  return button;
}

/** What the page says of a document. */
function entryOf(part, link, title) {
  const said = (selector) => part.querySelector(`.meta ${selector}`)?.textContent.trim() ?? "";
  return {
    title: title.textContent.trim(),
    lang: title.lang || title.closest("[lang]").lang,
    publisher: said(".publisher"),
    date: part.querySelector(".meta time")?.dateTime ?? "",
    kind: said(".kind"),
    number: said(".doc-number"),
    original: part.querySelector('.meta a[rel~="noopener"]')?.href ?? "",
    url: fromRoot(link),
  };
}

function idOf(pathname) {
  return decodeURIComponent(pathname.slice(`${ROOT}documents/`.length));
}

/** An address as the site's root has it: the site may be moved below another path. */
function fromRoot(path) {
  return `/${path.slice(ROOT.length)}`;
}

function offerKeeping() {
  const answer = document.getElementById("answer");
  for (const [at, hit] of [...(answer?.querySelectorAll(".hit") ?? [])].entries()) {
    const title = hit.querySelector("h2");
    const { pathname } = new URL(title.querySelector("a").getAttribute("href"), location.href);
    const span = document.createElement("span");
    const button = keepButton(answer.dataset, "documents", idOf(pathname), () => entryOf(hit, pathname, title));
    button.setAttribute("aria-describedby", (title.id ||= `hit-${at + 1}`));
    span.append(button);
    hit.querySelector(".meta").append(span);
  }
  const exports = answer?.querySelector(".exports ul");
  const q = document.getElementById("q")?.value.trim();
  if (exports && q) {
    const item = document.createElement("li");
    const address = fromRoot(location.pathname + location.search);
    item.append(keepButton(answer.dataset, "searches", address, () => ({ title: document.title.replace(/ - polidex$/, ""), url: address })));
    exports.append(item);
  }
  const article = document.querySelector("article[data-keep]");
  const meta = article?.querySelector(".document-head .meta");
  if (meta) {
    const span = document.createElement("span");
    span.append(keepButton(article.dataset, "documents", idOf(location.pathname), () => entryOf(article, location.pathname, article.querySelector("h1"))));
    meta.append(span);
  }
}
if (!document.getElementById("answer")) offerKeeping();
