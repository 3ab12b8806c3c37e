// The reading page: hit n of m, copies of references and quotations, cards of what is cited. The page is complete without it.

const article = document.querySelector("article[data-keep]");
// The site may stand below a path: its addresses begin as that of the search does.
const SITE = new URL(document.getElementById("ask").getAttribute("action"), location.href).pathname.slice(0, -"search".length);

/** Says words in the one live region, once. */
function say(words) {
  const status = document.getElementById("status");
  if (status.textContent !== words) status.textContent = words;
}

document.addEventListener("polidex-key", (event) => {
  const action = { n: hits && (() => hits.move(1)), p: hits && (() => hits.move(-1)), c: text && (() => copyQuotation()) }[event.detail];
  if (!action) return;
  event.preventDefault();
  action();
});

// ---- hit n of m ------------------------------------------------------------------------------------------------------

const hits = document.getElementById("hit-bar") ? hitBar(document.getElementById("hit-bar")) : null;

function hitBar(bar) {
  const marks = [...document.querySelectorAll(".text mark")];
  if (marks.length === 0) return null;
  let current = -1;

  const buttons = document.createElement("div");
  buttons.className = "hits-buttons";
  for (const [step, name, sign] of [[-1, bar.dataset.previous, "↑"], [1, bar.dataset.next, "↓"]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain-button";
    button.setAttribute("aria-label", name);
    button.title = name;
    button.textContent = sign;
    button.addEventListener("click", () => move(step));
    buttons.append(button);
  }
  // What is seen follows the reader's own scrolling; what is said aloud follows the buttons alone.
  const seen = document.createElement("span");
  seen.className = "hit-count";
  seen.setAttribute("aria-hidden", "true");
  bar.prepend(seen);
  document.getElementById("status").classList.add("unseen");
  bar.append(buttons);
  bar.classList.add("live");
  let isWaiting = false;
  // A step to a hit scrolls smoothly past others, which are not where the reader is.
  let ownUntil = 0;
  for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => { ownUntil = 0; }, { passive: true });
  addEventListener("scroll", () => {
    if (isWaiting || performance.now() < ownUntil) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      if (current >= 0 && isInView(marks[current])) return;
      const first = marks.findIndex(isInView);
      if (first < 0) return;
      current = -1;
      write(first + 1);
    });
  }, { passive: true });
  if (!location.hash) showCount(1);

  function move(step) {
    ownUntil = performance.now() + 1000;
    current = current < 0 ? nearest(step) : (current + step + marks.length) % marks.length;
    document.querySelector("mark.here")?.classList.remove("here");
    marks[current].classList.add("here");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    marks[current].scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
    showCount(current + 1);
  }

  /** The first hit below the top of the window, or the last above its end. */
  function nearest(step) {
    const below = marks.findIndex((mark) => mark.getBoundingClientRect().top > bar.getBoundingClientRect().bottom);
    if (step > 0) return below < 0 ? 0 : below;
    return below <= 0 ? marks.length - 1 : below - 1;
  }

  function isInView(mark) {
    const { top, bottom } = mark.getBoundingClientRect();
    return top >= bar.getBoundingClientRect().bottom - 1 && bottom <= innerHeight;
  }

  function write(n) {
    seen.textContent = bar.dataset.hitOf.replace("{n}", n).replace("{m}", marks.length);
  }

  function showCount(n) {
    write(n);
    say(seen.textContent);
  }

  return { move };
}

// ---- references and quotations ---------------------------------------------------------------------------------------

const STYLE_KEY = "polidex.style";

/** The style that the reader chose last, on this page or on another. */
function chosenStyle() {
  try {
    return localStorage.getItem(STYLE_KEY) ?? "";
  } catch {
    return "";
  }
}

document.querySelector(".styles")?.addEventListener("click", (event) => {
  const style = event.target.closest("a")?.dataset.style;
  try {
    if (style) localStorage.setItem(STYLE_KEY, style);
  } catch {
    // The address holds the choice as well.
  }
});

function plainButton(words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain-button";
  button.textContent = words;
  return button;
}

for (const reference of document.querySelectorAll(".reference")) {
  const button = plainButton(reference.dataset.copy);
  button.setAttribute("aria-label", `${reference.dataset.copy}: ${reference.querySelector("h3").textContent}`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(reference.querySelector("pre").textContent);
      button.textContent = reference.dataset.copied;
      say(reference.dataset.copied);
    } catch {
      getSelection().selectAllChildren(reference.querySelector("pre"));
    }
  });
  reference.append(button);
}

const text = document.querySelector(".text[data-cite-href]");

/** The address of a passage's citation, in the style chosen. */
function citeHref(passage) {
  const style = chosenStyle();
  return `${text.dataset.citeHref}${passage.id}${style ? `&style=${encodeURIComponent(style)}` : ""}#cite`;
}

/** The words selected in the text, and the passage that they begin in; without a selection the passage in view. */
function quotedHere() {
  const selection = getSelection();
  const words = selection.toString().trim();
  const range = words && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
  if (range && text.contains(range.startContainer)) {
    const start = range.startContainer;
    const passage = (start.nodeType === Node.ELEMENT_NODE ? start : start.parentElement).closest("[data-line]");
    if (passage) return { passage, words };
  }
  const top = document.getElementById("hit-bar")?.getBoundingClientRect().bottom ?? 0;
  const passages = [...text.querySelectorAll("[data-line]")];
  const focused = document.activeElement?.closest?.("[data-line]");
  const inView = (passage) => passage.getBoundingClientRect().bottom > Math.max(top, 0) + 8;
  return { passage: focused ?? passages.find(inView) ?? passages[0], words: "" };
}

/** A quotation of `words`, or of the whole passage, with the reference that the server writes. */
async function quotationOf({ passage, words }) {
  const response = await fetch(citeHref(passage));
  if (!response.ok) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const made = page.querySelector(".quotation");
  const [open, close, innerOpen, innerClose] = made.dataset.marks;
  const nested = words.replaceAll(open, innerOpen).replaceAll(close, innerClose).replace(/\s+/g, " ");
  const quoted = words ? `${open}${nested}${close}` : made.querySelector(".quoted").textContent;
  return `${quoted} ${made.querySelector(".referenced").textContent}`;
}

async function copyQuotation() {
  const here = quotedHere();
  if (!here.passage) return;
  try {
    const quotation = quotationOf(here);
    // The promise is handed over within the click: Safari forgets it while the reference is fetched.
    const blob = quotation.then((words) => new Blob([words], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    say(text.dataset.copied);
    for (const button of document.querySelectorAll(".quote")) {
      button.textContent = text.dataset.copied;
      setTimeout(() => { button.textContent = text.dataset.quote; }, 2000);
    }
  } catch {
    // Where nothing may be copied, the page of the quotation is one to select from.
    location.assign(citeHref(here.passage));
  }
}

if (text) {
  const quoteButton = () => {
    const button = plainButton(text.dataset.quote);
    button.classList.add("quote");
    // A click must not clear the selection that it is about.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", copyQuotation);
    return button;
  };
  const place = document.querySelector(".hits-buttons");
  if (place) place.prepend(quoteButton());
  else {
    const span = document.createElement("span");
    const button = quoteButton();
    button.className = "quiet-button quote";
    span.append(button);
    document.querySelector(".document-head .meta").append(span);
  }
  // Beside words that are selected there is a button for them, for a finger as for a mouse.
  const floating = quoteButton();
  floating.classList.add("floating");
  floating.hidden = true;
  article.append(floating);
  let waiting = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const selection = getSelection();
      const isOurs = !selection.isCollapsed && text.contains(selection.anchorNode) && selection.toString().trim() !== "";
      floating.hidden = !isOurs;
    }, 200);
  });

  // A passage shows its way to its citation when the pointer or the focus is on it.
  const link = document.createElement("a");
  link.className = "cite-here";
  link.textContent = text.dataset.cite;
  const offer = (event) => {
    const passage = event.target.closest?.("[data-line]");
    if (!passage || link.parentNode === passage) return;
    link.href = citeHref(passage);
    link.setAttribute("aria-label", `${text.dataset.cite}: ${passage.dataset.place}`);
    passage.append(link);
  };
  text.addEventListener("pointerover", offer);
  text.addEventListener("focusin", offer);
}

// A passage link lands with the passage focused, so that reading and tabbing go on from there.
function focusTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.tabIndex === -1) target.focus({ preventScroll: true });
}
addEventListener("hashchange", focusTarget);
focusTarget();

// ---- cards of what is cited ----------------------------------------------------------------------------

const CARD_AFTER_MS = 250;
const CARD_STAYS_MS = 300;

if (document.querySelector("a.cites")) citationCards();

/** A card with the title and the words of a cited place: by hover, by focus, and by the first tap of a finger. */
function citationCards() {
  const card = document.createElement("div");
  card.className = "card";
  card.id = "card";
  card.hidden = true;
  document.body.append(card);
  const known = new Map();
  let shown = null;
  let timer = 0;

  /** The address of a place in the API, of its address on the reading page. */
  function placeOf(link) {
    const page = new URL(link.href);
    const place = new URLSearchParams();
    if (page.searchParams.has("place")) place.set("place", page.searchParams.get("place"));
    return `${SITE}api/v1/${page.pathname.slice(SITE.length)}/place?${place}`;
  }

  async function read(link) {
    const address = placeOf(link);
    if (!known.has(address)) {
      const reply = await fetch(address);
      if (!reply.ok) return null;
      known.set(address, await reply.json());
    }
    return known.get(address);
  }

  async function show(link) {
    const place = await read(link).catch(() => null);
    if (!place || !link.isConnected || shown !== link) return;
    const title = document.createElement("strong");
    title.textContent = [place.title, place.label].filter(Boolean).join(" · ");
    const words = document.createElement("p");
    words.lang = place.lang;
    words.textContent = place.text;
    const open = document.createElement("a");
    open.href = link.href;
    open.append(title);
    card.replaceChildren(open, words);
    card.hidden = false;
    link.setAttribute("aria-describedby", card.id);
    const at = link.getBoundingClientRect();
    const left = Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 8);
    card.style.left = `${Math.max(8, left) + scrollX}px`;
    const isBelow = at.bottom + card.offsetHeight + 8 < innerHeight || at.top < card.offsetHeight + 8;
    card.style.top = `${(isBelow ? at.bottom + 4 : at.top - card.offsetHeight - 4) + scrollY}px`;
  }

  function want(link, delay) {
    clearTimeout(timer);
    if (shown === link) return;
    close();
    timer = setTimeout(() => {
      shown = link;
      show(link);
    }, delay);
  }

  function close() {
    clearTimeout(timer);
    shown?.removeAttribute("aria-describedby");
    shown = null;
    card.hidden = true;
  }

  const cited = (event) => event.target.closest?.("a.cites");
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    if (cited(event)) want(cited(event), CARD_AFTER_MS);
    else if (event.target.closest?.(".card")) clearTimeout(timer);
    else if (shown) {
      clearTimeout(timer);
      timer = setTimeout(close, CARD_STAYS_MS);
    } else clearTimeout(timer);
  });
  document.addEventListener("focusin", (event) => {
    if (cited(event)) want(cited(event), 0);
    else if (!event.target.closest?.(".card")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) close();
  });
  document.addEventListener("click", (event) => {
    const link = cited(event);
    if (link && event.pointerType === "touch" && (shown !== link || card.hidden)) {
      // The first tap shows the card, the second follows the link.
      event.preventDefault();
      want(link, 0);
    } else if (!link && !event.target.closest?.(".card")) close();
  });
}
