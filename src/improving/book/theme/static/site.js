/*
 * What every page of the book can do beyond being read. No dependencies; works from file://.
 *
 * For other scripts:
 *   window.improving.store.get(key, otherwise)  what this device keeps under a key
 *   window.improving.store.set(key, value)      keep it; false if the browser could not
 *   window.improving.store.remove(key)          forget it
 *   window.improving.store.keys()               every key
 *   window.improving.say(text)                  a message that is seen and announced
 *   event "improving:my-trust" on window        the reader chose or forgot a trust (detail.code)
 *   event "improving:kept" on window            settings kept or removed (detail.name: the explorer)
 *
 * Keys, each kept in localStorage after the prefix "improving:", its value as JSON:
 *   theme                "light" or "dark"; absent: as the device
 *   my-trust             an ODS code
 *   read:<lesson>        true
 *   answer:<question>    {chosen: [option numbers], right: true or false}
 *   reflection:<id>      the reader's words
 *   guess:<explorer>     a prediction (the explorers' script writes it)
 *   kept:<explorer>      {title, kept: [{link, settings: [[label, value]], sentence}]}
 *   unreadable:<key>     what was found damaged, set aside and never thrown away
 *
 * Order below: helpers, store, theme, trust, lessons, questions, reflections, kept
 * settings, workbook, frame.
 */
(() => {
  "use strict";

  const root = document.documentElement.dataset.content_root || "";
  const lesson = document.body.dataset.lesson || "";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  /** Make an element: make("p", {class: "kept"}, "text", otherElement). */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name, value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  const button = (text, act, kind = "") => make("button", { type: "button", class: kind, click: act }, text);

  function say(text) {
    const status = document.getElementById("site-status");
    status.textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => (status.textContent = ""), 12000);
  }

  /** Load one of the site's scripts, once. */
  function load(file) {
    load.known ??= {};
    load.known[file] ??= new Promise((done, failed) => {
      document.head.append(make("script", { src: `${root}_static/${file}`, load: done, error: failed }));
    });
    return load.known[file];
  }

  function download(name, type, text) {
    const url = URL.createObjectURL(new Blob([text], { type }));
    const link = make("a", { href: url, download: name, hidden: true });
    document.querySelector("main").append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  }

  // --- store ---------------------------------------------------------------------------------

  const store = (() => {
    const prefix = "improving:";
    const aside = "unreadable:";
    const unsaved = new Map(); // what the browser would not keep lives as long as the page
    let told = false;

    /** The browser's storage, or null where it is blocked. */
    function storage() {
      try {
        return window.localStorage;
      } catch {
        return null;
      }
    }

    const raw = (key) => {
      try {
        return storage()?.getItem(prefix + key) ?? null;
      } catch {
        return null;
      }
    };

    function parsed(text) {
      try {
        return { value: JSON.parse(text) };
      } catch {
        return null;
      }
    }

    function write(key, text) {
      try {
        storage().setItem(prefix + key, text);
        return true;
      } catch {
        return false;
      }
    }

    function get(key, otherwise = null) {
      if (unsaved.has(key)) return unsaved.get(key);
      const text = raw(key);
      return text === null ? otherwise : (parsed(text)?.value ?? otherwise);
    }

    function set(key, value) {
      const before = raw(key);
      const damaged = before !== null && !parsed(before);
      // A damaged value may still hold words the reader wants: set it aside before writing over it.
      if (!(damaged && !write(aside + key, before)) && write(key, JSON.stringify(value))) {
        unsaved.delete(key);
        if (damaged) say("Something kept on this device was damaged. It was set aside, and My workbook shows it.");
        return true;
      }
      unsaved.set(key, value);
      if (!told) {
        say(
          storage()
            ? "This browser has no room to keep that. What was kept before is safe. Download a backup from My workbook, then make room."
            : "This browser does not let the course keep anything. What you enter lasts until you leave the page."
        );
        told = true;
      }
      return false;
    }

    function remove(key) {
      unsaved.delete(key);
      try {
        storage()?.removeItem(prefix + key);
      } catch {
        // Blocked storage holds nothing to remove.
      }
    }

    function keys() {
      try {
        const held = Object.keys(storage() || {}).filter((key) => key.startsWith(prefix));
        return [...new Set([...held.map((key) => key.slice(prefix.length)), ...unsaved.keys()])].sort();
      } catch {
        return [...unsaved.keys()].sort();
      }
    }

    /** Everything that is kept, as it is kept: damaged text too. */
    const everything = () =>
      Object.fromEntries(keys().map((key) => [key, unsaved.has(key) ? JSON.stringify(unsaved.get(key)) : raw(key)]));

    const isDamaged = (key) => !unsaved.has(key) && raw(key) !== null && !parsed(raw(key));

    return { get, set, remove, keys, everything, isDamaged, raw };
  })();

  window.improving = { store, say };

  // --- theme ---------------------------------------------------------------------------------

  function themes() {
    const names = { "": "as this device", light: "light", dark: "dark" };
    const order = Object.keys(names);
    const control = document.getElementById("theme-button");
    const now = () => (order.includes(store.get("theme")) ? store.get("theme") : "");
    const show = () => (control.textContent = `Theme: ${names[now()]}`);
    control.hidden = false;
    control.addEventListener("click", () => {
      const next = order[(order.indexOf(now()) + 1) % order.length];
      if (next) store.set("theme", next);
      else store.remove("theme");
      show();
      window.dispatchEvent(new Event("improving:theme"));
    });
    show();
  }

  // --- my trust ------------------------------------------------------------------------------

  function announceTrust(code) {
    window.dispatchEvent(new CustomEvent("improving:my-trust", { detail: { code } }));
  }

  /** Fill a box with the list of trusts. */
  async function trustChooser(box, prefix) {
    const note = make("p", { role: "status" });
    box.replaceChildren(note);
    note.textContent = "Loading the list of trusts.";
    try {
      await load("trusts.js");
    } catch {
      note.textContent = "The list of trusts could not be loaded. Reload the page to try again.";
      return;
    }
    const trusts = window.improvingTrusts;
    const words = make("input", { type: "search", id: `${prefix}-words`, autocomplete: "off" });
    const list = make("select", { id: `${prefix}-list`, size: "8" });
    const save = button("This is my trust", choose);
    const forget = button("Forget my trust", drop, "quiet");
    const named = (code) => trusts.find((trust) => trust.code === code)?.name ?? code;

    function narrow() {
      const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      const fits = ({ name, code }) => wanted.every((word) => `${name} ${code}`.toLowerCase().includes(word));
      const found = trusts.filter(fits);
      const groups = [...new Set(found.map((trust) => trust.group))].sort();
      const mine = store.get("my-trust");
      list.replaceChildren(
        ...groups.map((group) =>
          make("optgroup", { label: group },
            ...found.filter((trust) => trust.group === group).map(({ code, name }) =>
              make("option", { value: code, selected: code === mine }, name)))
        )
      );
      if (words.value) note.textContent = found.length === 1 ? "1 trust found." : `${found.length} trusts found.`;
    }

    function show(text) {
      const mine = store.get("my-trust");
      forget.hidden = !mine;
      note.textContent = text ?? (mine ? `Your trust is ${named(mine)}.` : "You have not chosen a trust.");
    }

    function choose() {
      if (!list.value) return show("Choose a trust in the list first.");
      store.set("my-trust", list.value);
      show(`Your trust is ${named(list.value)}. Charts with trust figures now mark it.`);
      announceTrust(list.value);
    }

    function drop() {
      store.remove("my-trust");
      list.value = "";
      show("Your trust is forgotten.");
      save.focus();
      announceTrust("");
    }

    words.addEventListener("input", narrow);
    box.replaceChildren(
      make("div", { class: "chooser" },
        make("label", { for: words.id }, "Part of its name or code"), words,
        make("label", { for: list.id }, "Trusts"), list,
        make("div", { class: "actions" }, save, forget), note)
    );
    narrow();
    show();
  }

  function myTrust() {
    const link = document.getElementById("my-trust-link");
    const place = document.getElementById("trust-chooser");
    if (place) {
      const open = button("Choose or change my trust", () => {
        open.remove();
        trustChooser(place, "trust").then(() => place.querySelector("input")?.focus());
      });
      place.replaceChildren(open);
    }
    if (!link || place) return;
    const box = make("div");
    const title = make("h2", { id: "my-trust-title" }, "My trust");
    const dialog = make("dialog", { "aria-labelledby": title.id },
      title, make("p", {}, "Lessons with trust figures can mark your own trust. Your choice stays on this device."),
      box, button("Close", () => dialog.close(), "quiet"));
    const opener = button("My trust", () => {
      dialog.showModal();
      trustChooser(box, "trust-dialog").then(() => box.querySelector("input")?.focus());
    });
    opener.setAttribute("aria-haspopup", "dialog");
    link.replaceWith(opener);
    document.body.append(dialog);
  }

  // --- lessons read --------------------------------------------------------------------------

  function showRead() {
    for (const link of all("a[data-lesson-link]")) {
      link.querySelector(".done")?.remove();
      if (store.get(`read:${link.dataset.lessonLink}`) !== true) continue;
      const tick = make("span", { "aria-hidden": "true" }, " \u2713");
      link.append(make("span", { class: "done" }, tick, make("span", { class: "visually-hidden" }, " (read)")));
    }
    for (const box of all("[data-map-lesson]")) {
      const read = store.get(`read:${box.dataset.mapLesson}`) === true;
      box.classList.toggle("read", read);
      const name = box.getAttribute("aria-label").replace(/ \(read\)$/, "");
      box.setAttribute("aria-label", read ? `${name} (read)` : name);
      const number = box.querySelector(".map-number");
      number.textContent = `${parseInt(number.textContent, 10)}${read ? " \u2713" : ""}`;
    }
  }

  function lessonsRead() {
    const form = document.querySelector(".lesson-read");
    if (form) {
      const box = form.querySelector("input");
      form.hidden = false;
      box.checked = store.get(`read:${lesson}`) === true;
      box.addEventListener("change", () => {
        if (box.checked) store.set(`read:${lesson}`, true);
        else store.remove(`read:${lesson}`);
        showRead();
      });
    }
    showRead();
  }

  // --- questions -----------------------------------------------------------------------------

  /** What an answer kept on the device looks like; anything else is ignored. */
  function keptAnswer(id) {
    const kept = store.get(`answer:${id}`);
    return Array.isArray(kept?.chosen) ? kept : null;
  }

  function askQuestion(form) {
    const id = form.dataset.question;
    const inputs = all("input", form);
    const answers = form.querySelector(".question-answers");
    const feedback = form.querySelector(".question-feedback");
    const options = all("li", answers).map((item, at) => ({
      right: item.dataset.correct === "true",
      text: form.querySelectorAll("label")[at].textContent,
      why: item.querySelector(".question-why").textContent,
    }));
    const many = inputs[0].type === "checkbox";
    const toFind = options.filter((option) => option.right).length;

    function show(chosen) {
      const lines = chosen.map((at) => {
        const { right, text, why } = options[at];
        const verdict = make("strong", {}, right ? "Right." : "Not right.");
        return make("p", { class: right ? "right" : "" }, verdict, many ? ` ${text} ${why}` : ` ${why}`);
      });
      if (many) {
        const found = chosen.filter((at) => options[at].right).length;
        lines.unshift(make("p", {}, `You found ${found} of the ${toFind} right answers.`));
      }
      feedback.replaceChildren(...lines);
      answers.hidden = false;
    }

    form.querySelector(".question-actions").hidden = false;
    answers.hidden = true;
    const kept = keptAnswer(id);
    const before = (kept?.chosen ?? []).map((number) => number - 1).filter((at) => options[at]);
    for (const at of before) inputs[at].checked = true;
    if (before.length) show(before);

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = inputs.flatMap((input, at) => (input.checked ? [at] : []));
      if (!chosen.length) {
        feedback.replaceChildren(make("p", {}, many ? "Choose at least one answer first." : "Choose an answer first."));
        return;
      }
      const right = options.every((option, at) => option.right === chosen.includes(at));
      store.set(`answer:${id}`, { chosen: chosen.map((at) => at + 1), right });
      show(chosen);
    });
  }

  // --- reflections ---------------------------------------------------------------------------

  function keepReflection(form) {
    const key = `reflection:${form.dataset.reflection}`;
    const text = form.querySelector("textarea");
    const status = form.querySelector(".reflection-status");
    let timer = 0;
    const kept = () => {
      const words = store.get(key, "");
      return typeof words === "string" ? words : "";
    };

    function save() {
      clearTimeout(timer);
      timer = 0;
      if (text.value === kept()) return;
      const saved = store.set(key, text.value);
      status.textContent = saved ? "Saved on this device." : "Not saved: this browser could not keep it.";
    }

    text.value = kept();
    status.textContent = text.value ? "Kept on this device." : "What you write is kept on this device only.";
    text.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(save, 600);
    });
    text.addEventListener("blur", save);
    form.addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("pagehide", save);
    // The same lesson in another tab: show its words unless the reader is writing here.
    window.addEventListener("storage", () => {
      if (!timer && document.activeElement !== text) text.value = kept();
    });
  }

  // --- kept settings -------------------------------------------------------------------------

  /** What is kept of an explorer, or null; anything of another shape is ignored. */
  function keptOf(name) {
    const found = store.get(`kept:${name}`);
    const text = (value) => typeof value === "string";
    const whole = (one) => text(one?.link) && one.link.startsWith("#explorer=") && text(one.sentence) &&
      Array.isArray(one.settings) && one.settings.every((pair) => Array.isArray(pair) && pair.every(text));
    const kept = Array.isArray(found?.kept) ? found.kept.filter(whole) : [];
    return kept.length ? { title: text(found.title) ? found.title : name, kept } : null;
  }

  function removeKept(name, link) {
    const { title, kept } = keptOf(name);
    const rest = kept.filter((one) => one.link !== link);
    if (rest.length) store.set(`kept:${name}`, { title, kept: rest });
    else store.remove(`kept:${name}`);
    window.dispatchEvent(new CustomEvent("improving:kept", { detail: { name } }));
  }

  /** Kept settings side by side; what differs between them is in bold. */
  function keptTable(name, page, caption) {
    const { kept } = keptOf(name);
    const labels = [...new Set(kept.flatMap(({ settings }) => settings.map(([label]) => label)))];
    const values = (label) => kept.map(({ settings }) => settings.find(([own]) => own === label)?.[1] ?? "");
    const row = (head, cells) => make("tr", {}, make("th", { scope: "row" }, head), ...cells.map((cell) => make("td", {}, cell)));
    const compared = (label) => {
      const found = values(label);
      return row(label, new Set(found).size > 1 ? found.map((value) => make("strong", {}, value)) : found);
    };
    const heads = kept.map((_, at) => make("th", { scope: "col" }, `Kept ${at + 1}`));
    const deeds = kept.map(({ link }, at) => make("span", { class: "actions" },
      make("a", { href: page + link, "aria-label": `Show kept ${at + 1}` }, "Show"),
      make("button", { type: "button", class: "quiet", "aria-label": `Remove kept ${at + 1}`,
        click: () => removeKept(name, link) }, "Remove")));
    return make("div", { class: "table-scroll kept-settings" },
      make("table", {},
        make("caption", {}, caption),
        make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Setting"), ...heads)),
        make("tbody", {}, ...labels.map(compared),
          row("What the model gives", kept.map(({ sentence }) => sentence)), row("Change", deeds))));
  }

  function keptOnPage() {
    for (const section of all("section.explorer")) {
      const name = section.dataset.explorer;
      const place = make("div", { class: "explorer-kept" });
      section.querySelector(".explorer-status").after(place);
      const show = () => {
        const had = place.contains(document.activeElement);
        place.replaceChildren(...(keptOf(name) ? [keptTable(name, "", "Settings you kept")] : []));
        if (had) section.querySelector("[data-do=keep]").focus();
      };
      window.addEventListener("improving:kept", (event) => event.detail.name === name && show());
      show();
    }
  }

  // --- my workbook ---------------------------------------------------------------------------

  /** A lesson's part of the workbook, or null where nothing is kept. */
  function workbookPart({ slug, title, url, questions, reflections }) {
    const parts = [];
    if (store.get(`read:${slug}`) === true) parts.push(make("p", {}, "You marked this lesson as read."));
    for (const key of store.keys().filter((name) => name.startsWith(`guess:${slug}/`))) {
      const name = key.slice(`guess:${slug}/`.length).replaceAll("-", " ");
      parts.push(make("p", {}, make("strong", {}, `Your prediction (${name}): `), String(store.get(key))));
    }
    for (const key of store.keys().filter((name) => name.startsWith(`kept:${slug}/`))) {
      const name = key.slice("kept:".length);
      const found = keptOf(name);
      if (found) parts.push(keptTable(name, root + url, `Settings you kept: ${found.title}`));
    }
    for (const { id, stem, options } of questions) {
      const kept = keptAnswer(id);
      if (!kept) continue;
      const chosen = kept.chosen.map((number) => options[number - 1]?.text).filter(Boolean);
      parts.push(
        make("h3", {}, stem),
        make("ul", {}, ...chosen.map((text) => make("li", {}, text))),
        make("p", {}, kept.right === true ? "This was right." : "This was not the full right answer.")
      );
    }
    for (const { id, prompt } of reflections) {
      const words = store.get(`reflection:${id}`);
      if (typeof words === "string" && words) parts.push(make("h3", {}, prompt), make("p", { class: "kept" }, words));
    }
    if (!parts.length) return null;
    return make("section", {}, make("h2", {}, make("a", { href: root + url }, title)), ...parts);
  }

  /** What is kept but belongs to nothing the book now has, or cannot be read. */
  function workbookRest(lessons) {
    const known = new Set(["theme", "my-trust"]);
    for (const { slug, questions, reflections } of lessons) {
      known.add(`read:${slug}`);
      for (const { id } of questions) known.add(`answer:${id}`);
      for (const { id } of reflections) known.add(`reflection:${id}`);
    }
    const ofAnExplorer = (key) => lessons.some(({ slug }) => key.startsWith(`guess:${slug}/`) || key.startsWith(`kept:${slug}/`));
    const rest = store.keys().filter((key) => store.isDamaged(key) || !(known.has(key) || ofAnExplorer(key)));
    if (!rest.length) return null;
    const lines = rest.flatMap((key) => {
      const value = store.get(key);
      return [make("h3", {}, key), make("p", { class: "kept" }, typeof value === "string" ? value : store.raw(key) ?? "")];
    });
    return make("section", {}, make("h2", {}, "Kept from elsewhere"),
      make("p", {}, "This belongs to an earlier version of the course, or was damaged."), ...lines);
  }

  function backup() {
    const kept = { format: "improving-backup", version: 1, kept: store.everything() };
    download("improving-workbook.json", "application/json", JSON.stringify(kept, null, 1));
  }

  function asDocument(box) {
    const copy = box.cloneNode(true);
    for (const row of all("tr:has(button)", copy)) row.remove();
    for (const link of all("a", copy)) link.replaceWith(...link.childNodes);
    const title = document.querySelector("h1").textContent;
    const page =
      `<!DOCTYPE html><html lang="en-GB"><meta charset="utf-8"><title>${title}</title>` +
      `<style>body{font:1.1rem/1.6 sans-serif;max-width:68ch;margin:2rem auto;padding:0 1rem}.kept{white-space:pre-wrap}` +
      `table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.25rem .75rem;border-bottom:1px solid #999}</style>` +
      `<main><h1>${title}</h1>${copy.innerHTML}</main></html>`;
    download(`improving-${title.toLowerCase().replaceAll(" ", "-")}.html`, "text/html", page);
  }

  /** Read a backup; throws an Error whose message tells the reader what is wrong. */
  function readBackup(text) {
    let file;
    try {
      file = JSON.parse(text);
    } catch {
      throw new Error("This file is not a backup: it is not JSON. Choose the file that Download a backup made.");
    }
    if (file?.format !== "improving-backup" || typeof file.kept !== "object" || file.kept === null)
      throw new Error("This file is not a backup of this course. Choose the file that Download a backup made.");
    if (file.version !== 1) throw new Error("This backup is from a newer version of the course. Open it there.");
    const entries = Object.entries(file.kept);
    const odd = entries.find(([, text]) => typeof text !== "string");
    if (odd) throw new Error(`This backup is damaged at ${odd[0]}. Nothing was changed. Choose another copy.`);
    return entries.map(([key, text]) => {
      try {
        return [key, JSON.parse(text)];
      } catch {
        // It was damaged when the backup was made: keep it, but apart.
        return [key.startsWith("unreadable:") ? key : `unreadable:${key}`, text];
      }
    });
  }

  /** Add a backup to what is kept. Words written in both places are kept together. */
  function restore(entries) {
    const counts = { added: 0, joined: 0, here: 0, failed: 0 };
    for (const [key, theirs] of entries) {
      const ours = store.get(key);
      if (JSON.stringify(ours) === JSON.stringify(theirs)) continue;
      const both = ours === null ? theirs : joined(key, ours, theirs);
      if (both === null) counts.here += 1;
      else if (JSON.stringify(both) === JSON.stringify(ours)) continue;
      else counts[store.set(key, both) ? (ours === null ? "added" : "joined") : "failed"] += 1;
    }
    return counts;
  }

  /** Both of two values, or null where the reader can have only one. */
  function joined(key, ours, theirs) {
    if (key.startsWith("reflection:") && typeof ours === "string" && typeof theirs === "string") {
      if (ours.includes(theirs)) return ours;
      return theirs.includes(ours) ? theirs : `${ours}\n\nFrom the backup:\n${theirs}`;
    }
    if (key.startsWith("kept:") && Array.isArray(ours?.kept) && Array.isArray(theirs?.kept)) {
      const known = new Set(ours.kept.map((one) => one?.link));
      return { ...ours, kept: [...ours.kept, ...theirs.kept.filter((one) => !known.has(one?.link))] };
    }
    return null;
  }

  function restored({ added, joined, here, failed }) {
    const parts = [`${added} added`];
    if (joined) parts.push(`${joined} joined with what you wrote here`);
    if (here) parts.push(`${here} left as they are on this device`);
    if (failed) parts.push(`${failed} did not fit in this browser's storage`);
    return `Backup read: ${parts.join(", ")}.`;
  }

  /** The delete button, which asks once more in its own place. */
  function deleter(after) {
    const box = make("div", { class: "actions" });
    const start = button("Delete everything on this device", ask, "quiet");
    function ask() {
      const keep = button("Keep everything", cancel);
      const panel = make("div", { role: "group", "aria-labelledby": "delete-question",
        keydown: (event) => event.key === "Escape" && cancel() },
        make("p", { id: "delete-question" }, "Delete your answers, reflections, predictions, kept settings, trust and theme? You cannot undo this."),
        make("div", { class: "actions" }, keep, button("Yes, delete everything", clear, "quiet")));
      box.replaceChildren(panel);
      keep.focus();
    }
    function cancel() {
      box.replaceChildren(start);
      start.focus();
    }
    function clear() {
      for (const key of store.keys()) store.remove(key);
      cancel();
      window.dispatchEvent(new Event("improving:theme"));
      announceTrust("");
      after();
    }
    box.append(start);
    return box;
  }

  /** What is kept, on one page: of every lesson, or of the one that the page names. */
  async function workbook() {
    const place = document.getElementById("workbook");
    if (!place) return;
    const only = place.dataset.lesson;
    try {
      await load("workbook-data.js");
    } catch {
      place.textContent = "The workbook could not be loaded. Reload the page to try again.";
      return;
    }
    const lessons = window.improvingWorkbook.lessons.filter(({ slug }) => !only || slug === only);
    const content = make("div");
    const note = make("p", { role: "status" });
    const file = make("input", { type: "file", id: "backup-file", accept: ".json,application/json" });

    function show() {
      const parts = [...lessons.map(workbookPart), only ? null : workbookRest(lessons)].filter(Boolean);
      const empty = only
        ? make("p", {}, "Nothing is here yet. Keep a setting or write a reflection in ",
            make("a", { href: root + lessons[0].url }, lessons[0].title), " first.")
        : make("p", {}, "Your workbook is empty. Answer a question or write a reflection in a lesson.");
      content.replaceChildren(...(parts.length ? parts : [empty]));
      showRead();
    }

    file.addEventListener("change", async () => {
      try {
        note.textContent = restored(restore(readBackup(await file.files[0].text())));
      } catch (error) {
        note.textContent = error.message;
      }
      file.value = "";
      show();
    });
    window.addEventListener("improving:kept", show);
    const take = [button("Print", () => window.print()), button("Download as a document", () => asDocument(content))];
    if (only) {
      place.replaceChildren(content, make("div", { class: "actions" }, ...take));
      return show();
    }
    place.replaceChildren(
      content,
      make("section", { class: "actions-section" },
        make("h2", {}, "Keep, move or delete"),
        make("div", { class: "actions" }, ...take, button("Download a backup", backup)),
        make("p", {}, make("label", { for: file.id }, "Restore a backup "), file),
        deleter(() => {
          note.textContent = "Everything this course kept on this device is deleted.";
          show();
        }),
        note)
    );
    show();
  }

  // --- frame ---------------------------------------------------------------------------------

  /** The course menu is open beside the page, and closed above it on a narrow screen. */
  function menu() {
    const details = document.querySelector(".site-nav details");
    const narrow = matchMedia("(max-width: 900px)");
    const fit = () => (details.open = !narrow.matches);
    narrow.addEventListener("change", fit);
    fit();
  }

  /** A box that scrolls must be reachable by keyboard. */
  function scrollers() {
    const fit = () => {
      for (const box of all(".table-scroll, .output")) {
        const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
        if (scrolls && !box.hasAttribute("tabindex")) {
          box.tabIndex = 0;
          box.dataset.scrolls = "";
        } else if (!scrolls && "scrolls" in box.dataset) {
          box.removeAttribute("tabindex");
          delete box.dataset.scrolls;
        }
      }
    };
    window.addEventListener("resize", fit);
    document.addEventListener("toggle", fit, true);
    fit();
  }

  /** Sphinx's search shows its count; say it too. */
  function search() {
    const results = document.getElementById("search-results");
    if (!results) return;
    new MutationObserver(() => {
      const summary = results.querySelector(".search-summary")?.textContent;
      if (summary && summary !== search.said) say((search.said = summary));
    }).observe(results, { childList: true, subtree: true });
  }

  menu();
  themes();
  myTrust();
  lessonsRead();
  all("form.question").forEach(askQuestion);
  all("form.reflection").forEach(keepReflection);
  keptOnPage();
  workbook();
  search();
  scrollers();
})();
