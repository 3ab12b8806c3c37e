// The reading list: documents and searches kept in this browser, with notes; exported and brought in again as files.

const KEY = "polidex.list";
const search = new URL(document.getElementById("ask").getAttribute("action"), location.href).pathname;
/** The site may stand below a path: its addresses begin as that of the search does. */
const ROOT = search.slice(0, -"search".length);
const inSite = (url) => ROOT + url.slice(1);
const page = document.querySelector(".kept-list");
const labels = page.dataset;
const FIELDS = ["title", "lang", "publisher", "date", "kind", "number", "original", "url", "note", "kept"];

const text = (value) => (typeof value === "string" ? value.slice(0, 4000) : "");
const plain = (entry) => Object.fromEntries(FIELDS.map((name) => [name, text(entry?.[name])]));
/** Only addresses of this site, and of the web: a list may come from anyone. */
const isOurs = (url) => url.startsWith("/documents/") || url.startsWith("/search?");
const isWeb = (url) => /^https?:\/\//i.test(url);

function read() {
  try {
    return checked(JSON.parse(localStorage.getItem(KEY)) ?? {});
  } catch {
    return checked({});
  }
}

/** A list with nothing in it but what a list has. */
function checked(list) {
  const part = (entries) => Object.fromEntries(Object.entries(entries ?? {})
    .map(([key, entry]) => [text(key), plain(entry)]).filter(([, entry]) => entry.title && isOurs(entry.url)));
  return { documents: part(list.documents), searches: part(list.searches) };
}

function write(list) {
  try {
    localStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    say(labels.full);
  }
}

function say(words) {
  document.getElementById("status").textContent = words;
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function draw() {
  const list = read();
  const kept = document.getElementById("kept");
  const parts = [["documents", labels.documents], ["searches", labels.searches]].filter(([part]) => Object.keys(list[part]).length > 0);
  kept.replaceChildren(
    ...(parts.length ? [] : [element("p", { className: "note", textContent: labels.empty })]),
    ...parts.flatMap(([part, heading]) => [element("h2", { textContent: heading }), section(part, list[part])]),
    ...(parts.length ? [exports(list)] : []),
    importer(),
  );
}

function section(part, entries) {
  const byTime = Object.entries(entries).sort(([, one], [, other]) => other.kept.localeCompare(one.kept));
  return element("ul", { className: "sources" }, ...byTime.map(([key, entry]) => item(part, key, entry)));
}

function item(part, key, entry) {
  const link = element("a", { href: inSite(entry.url), lang: entry.lang }, element("bdi", { textContent: entry.title }));
  const facts = [entry.publisher, entry.date, entry.kind, entry.number].filter(Boolean);
  const meta = element("p", { className: "meta" }, ...facts.map((fact) => element("span", { textContent: fact })));
  const note = element("textarea", { value: entry.note, rows: 2, maxLength: 4000 });
  note.setAttribute("aria-label", labels.note.replace("{title}", entry.title));
  note.addEventListener("input", () => {
    const list = read();
    if (list[part][key]) list[part][key].note = note.value;
    write(list);
  });
  const remove = element("button", { type: "button", className: "plain-button", textContent: labels.remove });
  remove.setAttribute("aria-label", `${labels.remove}: ${entry.title}`);
  remove.addEventListener("click", () => {
    const list = read();
    delete list[part][key];
    write(list);
    draw();
    page.focus();
  });
  return element("li", {}, link, meta, note, remove);
}

// ---- files ----------------------------------------------------------------------------------------------------------

const absolute = (entry) => (isWeb(entry.original) ? entry.original : new URL(inSite(entry.url), location.href).href);
const all = (list) => [...Object.values(list.documents), ...Object.values(list.searches)];

const FORMATS = {
  JSON: ["json", "application/json", (list) => JSON.stringify({ polidex: 1, ...list }, null, 2)],
  Markdown: ["md", "text/markdown", (list) => all(list).map(markdown).join("\n")],
  CSV: ["csv", "text/csv", (list) => `\ufeff${[FIELDS, ...all(list).map((entry) => FIELDS.map((name) => (name === "url" ? absolute(entry) : entry[name])))].map(row).join("")}`],
  RIS: ["ris", "application/x-research-info-systems", ris],
};

function markdown(entry) {
  const escaped = (words) => words.replace(/[\\`*_[\]<>#]/g, "\\$&").replace(/\s+/g, " ");
  const facts = [entry.publisher, entry.date, entry.number].filter(Boolean).map(escaped).join(", ");
  const note = entry.note.trim() ? `\n${entry.note.trim().split("\n").map((line) => `  > ${escaped(line)}`).join("\n")}` : "";
  return `- [${escaped(entry.title)}](${absolute(entry).replace(/[()\s]/g, encodeURIComponent)})${facts ? `, ${facts}` : ""}${note}\n`;
}

/** A row for spreadsheets; what they would take for a formula gets an apostrophe. */
function row(cells) {
  const cell = (value) => `"${(/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
  return `${cells.map(cell).join(",")}\r\n`;
}

/** The server knows the types of documents; the notes are added here. */
async function ris(list) {
  let records = "";
  const ids = Object.keys(list.documents);
  for (let first = 0; first < ids.length; first += 20) {
    const query = new URLSearchParams(ids.slice(first, first + 20).map((id) => ["source", id]));
    const response = await fetch(`${ROOT}search.ris?${query}`);
    if (!response.ok) throw new Error(String(response.status));
    records += await response.text();
  }
  const oneLine = (words) => words.replace(/\s+/g, " ").trim();
  for (const [id, entry] of Object.entries(list.documents)) {
    const at = records.indexOf(`ID  - ${id}\r\n`);
    const end = records.indexOf("ER  - ", at);
    if (at >= 0 && end >= 0 && entry.note.trim()) records = `${records.slice(0, end)}N1  - ${oneLine(entry.note)}\r\n${records.slice(end)}`;
  }
  return records;
}

function exports(list) {
  const buttons = Object.entries(FORMATS).map(([name, [extension, type, make]]) => {
    const button = element("button", { type: "button", className: "plain-button", textContent: name });
    button.addEventListener("click", async () => {
      const made = await make(list);
      const link = element("a", { href: URL.createObjectURL(new Blob([made], { type })), download: `polidex-list.${extension}` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    return button;
  });
  return element("p", { className: "take" }, element("span", { textContent: `${labels.take} ` }), ...buttons);
}

function importer() {
  const input = element("input", { type: "file", accept: ".json,application/json", id: "import" });
  input.addEventListener("change", async () => {
    const brought = await input.files[0]?.text().then(JSON.parse).catch(() => null);
    if (!brought || brought.polidex !== 1) {
      say(labels.wrong);
      input.after(element("p", { className: "field-error", textContent: labels.wrong }));
      return;
    }
    const [list, more] = [read(), checked(brought)];
    let count = 0;
    for (const part of ["documents", "searches"]) {
      for (const [key, entry] of Object.entries(more[part])) {
        const known = list[part][key];
        // A note that is here already is not lost.
        list[part][key] = known ? { ...entry, note: [...new Set([known.note, entry.note])].filter(Boolean).join("\n") } : entry;
        count += 1;
      }
    }
    write(list);
    draw();
    say(labels.brought.replace("{n}", count));
  });
  return element("p", { className: "import" }, element("label", { htmlFor: "import", textContent: labels.import }), input);
}

draw();
