/*
 * Shows the course inside a learning management system (LMS), and keeps the learner's answers there.
 *
 * What the LMS receives
 *   suspend data   {v: 1, a: {lesson: {question: options}}, r: [lessons read]} as JSON. The options
 *                  chosen are the bits of one number: 5 is the first and the third. Whether they are
 *                  right is worked out anew each time, so it is not kept.
 *   location       the page last read
 *   score          0 to 100: the share of all questions that were answered right
 *   status         completed once every question is answered; it never goes back
 *   session time   how long the shell was open
 * Reflections, predictions, kept settings and the reader's trust are never sent.
 *
 * On a shared device
 *   The device remembers, by a short code, which learner the LMS named last. When it names another,
 *   all that the course kept is put aside under "improving-of:<code>:", and comes back when that
 *   learner does. The LMS's record is then written over what the device has. Answers that the same
 *   learner gave here and the LMS lacks are sent to it.
 *
 * The site's own scripts know nothing of this file. The course's storage is read after each event
 * that can change it, through the page's own store, which works even where storage is blocked.
 */
(() => {
  "use strict";

  const STANDARDS = {
    "1.2": {
      object: "API", start: "LMSInitialize", get: "LMSGetValue", set: "LMSSetValue", keep: "LMSCommit", end: "LMSFinish",
      error: "LMSGetLastError", words: "LMSGetErrorString",
      learner: "cmi.core.student_id", place: "cmi.core.lesson_location", status: "cmi.core.lesson_status",
      score: "cmi.core.score", time: "cmi.core.session_time", exit: "cmi.core.exit",
      timespan: (h, m, s) => [h, m, s].map((part) => String(part).padStart(2, "0")).join(":"),
    },
    "2004": {
      object: "API_1484_11", start: "Initialize", get: "GetValue", set: "SetValue", keep: "Commit", end: "Terminate",
      error: "GetLastError", words: "GetErrorString",
      learner: "cmi.learner_id", place: "cmi.location", status: "cmi.completion_status",
      score: "cmi.score", time: "cmi.session_time", exit: "cmi.exit",
      timespan: (h, m, s) => `PT${h}H${m}M${s}S`,
    },
  };
  const NOT_SET_YET = "403"; // what SCORM 2004 answers for a value that nobody has set
  const RECORD = "cmi.suspend_data";
  const KEPT = "improving:";
  const LEARNER = "improving-learner";

  const course = window.improvingPackage;
  const standard = STANDARDS[course.version];
  const ids = Object.keys(course.questions);
  const frame = document.getElementById("course");
  const state = document.getElementById("state");
  const began = Date.now();

  const answers = new Map(); // question to the options chosen
  const read = new Set(); // lessons
  const notes = []; // what went wrong at the start
  let place = course.start;
  let done = false;
  let mayReplace = true; // whether the LMS's record may be written over
  let leastScore = 0;
  let sent = "";

  // --- the learning system -------------------------------------------------------------------

  let api = null;
  let refusal = "";

  /** The LMS's object: in a frame above this one, or in the window that opened it. */
  function findApi() {
    const seen = new Set();
    const climb = (from) => {
      for (let at = from; at && !seen.has(at); at = at.parent) {
        seen.add(at);
        try {
          if (at[standard.object]) return at[standard.object];
        } catch {
          // A frame of another site may lie between.
        }
      }
      return null;
    };
    return climb(window) ?? climb(window.opener) ?? climb(window.top.opener);
  }

  function ask(name, ...values) {
    try {
      return String(api[name](...values));
    } catch {
      return "";
    }
  }

  const get = (name) => ask(standard.get, name);

  /** Tell the LMS something; note why, if it refuses. */
  function tell(name, ...values) {
    if (ask(name, ...values) === "true") return true;
    const code = ask(standard.error);
    refusal = `error ${code || "unknown"}: ${ask(standard.words, code) || "no reason given"}`;
    return false;
  }

  const set = (name, value) => tell(standard.set, name, String(value));

  // --- the record ----------------------------------------------------------------------------

  function encode() {
    const a = {};
    for (const [id, chosen] of [...answers].sort()) {
      const slash = id.indexOf("/");
      (a[id.slice(0, slash)] ??= {})[id.slice(slash + 1)] = chosen;
    }
    return JSON.stringify({ v: 1, a, r: [...read].sort() });
  }

  /** Take up a record; throw, with nothing changed, if any of it is not as `encode` writes it. */
  function decode(text) {
    const found = JSON.parse(text);
    const plain = (one) => typeof one === "object" && one !== null && !Array.isArray(one);
    const lessons = plain(found?.a) ? Object.entries(found.a) : [null];
    const whole = found?.v === 1 && Array.isArray(found.r) && found.r.every((lesson) => typeof lesson === "string") &&
      lessons.every((entry) => entry && plain(entry[1]) && Object.values(entry[1]).every((n) => Number.isSafeInteger(n) && n > 0));
    if (!whole) throw new Error("not a record of this course");
    for (const [lesson, chosen] of lessons)
      for (const [name, options] of Object.entries(chosen)) answers.set(`${lesson}/${name}`, options);
    found.r.forEach((lesson) => read.add(lesson));
  }

  // --- this device ---------------------------------------------------------------------------

  const storage = (() => {
    try {
      return window.localStorage;
    } catch {
      return null;
    }
  })();

  /** What the page shown, or else the device, keeps under a key. */
  function kept(key) {
    try {
      const store = frame.contentWindow.improving?.store;
      return store ? store.get(key) : JSON.parse(storage.getItem(KEPT + key));
    } catch {
      return null;
    }
  }

  /** A short code for a learner, so that the device does not hold the name. */
  function shortCode(text) {
    let sum = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(text)) sum = Math.imul(sum ^ byte, 0x01000193);
    return (sum >>> 0).toString(36);
  }

  function move(from, to) {
    for (const key of Object.keys(storage).filter((name) => name.startsWith(from) && name !== `${KEPT}theme`)) {
      const text = storage.getItem(key);
      storage.removeItem(key);
      try {
        storage.setItem(to + key.slice(from.length), text);
      } catch (full) {
        storage.setItem(key, text);
        throw full;
      }
    }
  }

  /** Never mix what two learners gave: a ward's PC has many. */
  function changeLearner() {
    const learner = shortCode(get(standard.learner));
    const last = storage.getItem(LEARNER);
    if (learner === last) return;
    try {
      move(KEPT, `improving-of:${last ?? "unknown"}:`);
      move(`improving-of:${learner}:`, KEPT);
      storage.setItem(LEARNER, learner);
    } catch {
      // The other learner's answers are in the LMS. Only words that are nowhere else must stay.
      for (const key of Object.keys(storage)) if (/^improving:(answer|read):/.test(key)) storage.removeItem(key);
      notes.push("This device has no room to put aside what another learner wrote here.");
    }
  }

  /** Put the LMS's record where the site's own script looks. */
  function restore() {
    try {
      for (const [id, options] of answers) {
        const chosen = [...Array(53).keys()].filter((at) => Math.floor(options / 2 ** at) % 2).map((at) => at + 1);
        storage.setItem(`${KEPT}answer:${id}`, JSON.stringify({ chosen, right: options === course.questions[id]?.right }));
      }
      for (const lesson of read) storage.setItem(`${KEPT}read:${lesson}`, "true");
    } catch {
      notes.push("This browser cannot show the answers you gave before, but your learning system has them.");
    }
  }

  function setAside(text) {
    const key = `${KEPT}unreadable:learning-system`;
    try {
      const before = storage.getItem(key);
      storage.setItem(key, JSON.stringify(before ? `${JSON.parse(before)}\n${text}` : text));
      return true;
    } catch {
      return false;
    }
  }

  // --- from the page to the learning system --------------------------------------------------

  function chosen(id) {
    const numbers = kept(`answer:${id}`)?.chosen;
    const whole = (number) => Number.isInteger(number) && number >= 1 && number <= course.questions[id].options;
    if (!Array.isArray(numbers) || !numbers.every(whole)) return 0;
    return [...new Set(numbers)].reduce((sum, number) => sum + 2 ** (number - 1), 0);
  }

  /** Note what changed. What a reader deletes on the device stays in the LMS. */
  function gather(lessons) {
    for (const id of ids) if (chosen(id)) answers.set(id, chosen(id));
    for (const lesson of lessons) {
      if (kept(`read:${lesson}`) === true) read.add(lesson);
      else if (storage) read.delete(lesson);
    }
  }

  function send() {
    const record = encode();
    if (!api || sent === record + place) return;
    const answered = ids.filter((id) => answers.has(id)).length;
    const right = ids.filter((id) => answers.get(id) === course.questions[id].right).length;
    const share = Math.max(right / ids.length, leastScore / 100);
    const values = { [standard.place]: place };
    if (mayReplace) values[RECORD] = record;
    if (answered) {
      // The old standard lets a system do without these two, so a refusal is no fault.
      ask(standard.set, `${standard.score}.min`, "0");
      ask(standard.set, `${standard.score}.max`, "100");
      values[`${standard.score}.raw`] = Math.round(share * 10000) / 100;
      if (course.version === "2004") values["cmi.score.scaled"] = Math.round(share * 10000) / 10000;
    }
    if (course.version === "2004") values["cmi.progress_measure"] = Math.round((answered / ids.length) * 10000) / 10000;
    if (!done) values[standard.status] = answered === ids.length ? "completed" : "incomplete";
    refusal = "";
    const taken = Object.entries(values).map(([name, value]) => set(name, value)).every(Boolean);
    if (tell(standard.keep, "") && taken) {
      sent = record + place;
      done ||= answered === ids.length;
    }
    show(refusal
      ? `Your learning system did not keep your last step (${refusal}). It will be sent again with your next one. ` +
        (storage ? "This device keeps your answers. " : "") + "If this goes on, tell the person who runs the course."
      : `${answered} of ${ids.length} questions answered. ${mayReplace ? "Saved" : "Your score is saved"} in your learning system.`);
  }

  function show(text) {
    const words = [...notes, text].join(" ");
    if (state.textContent !== words) state.textContent = words;
  }

  // --- start, watch, end ---------------------------------------------------------------------

  function start() {
    api = findApi();
    if (!api) {
      show("No learning system was found, so nothing is sent to one. The course works, and your answers stay on this device.");
    } else if (!tell(standard.start, "")) {
      api = null;
      show(`Your learning system did not start (${refusal}), so nothing is sent to it. The course works, and your answers stay on this device.`);
    } else {
      takeUp();
    }
    frame.src = `site/${encodeURI(place)}`;
  }

  function takeUp() {
    if (storage) changeLearner();
    done = ["completed", "passed"].includes(get(standard.status));
    const text = get(RECORD);
    const fault = text ? "0" : ask(standard.error);
    try {
      if (text) decode(text);
      else if (!["", "0", NOT_SET_YET].includes(fault)) throw new Error(fault);
    } catch {
      mayReplace = Boolean(text) && setAside(text);
      leastScore = Number(get(`${standard.score}.raw`)) || 0;
      notes.push("What your learning system kept of your answers could not be read. " +
        (mayReplace ? "My workbook has a copy of it." : "It is left as it is, so new answers are not added to it."));
    }
    const last = get(standard.place);
    if (course.pages.includes(last)) place = last;
    restore();
    if (storage) gather(new Set(ids.map((id) => id.slice(0, id.indexOf("/")))));
  }

  /** After anything on the page that may have changed what is kept. */
  function changed() {
    const lesson = frame.contentDocument?.body?.dataset.lesson;
    gather(lesson ? [lesson] : []);
    send();
  }

  /** Other sites may refuse to be shown inside this one. */
  function leaveFrame(event) {
    const link = event.target.closest?.("a[href]");
    const address = link && new URL(link.getAttribute("href"), link.baseURI);
    if (address && /^https?:$/.test(address.protocol) && address.origin !== location.origin) {
      link.setAttribute("target", "_blank");
      link.setAttribute("rel", "noopener");
    }
  }

  function opened() {
    const page = frame.contentDocument;
    if (!page) return;
    const site = new URL("site/", location.href).pathname;
    const name = decodeURI(page.location.pathname.slice(site.length));
    if (page.location.pathname.startsWith(site) && course.pages.includes(name)) place = name;
    page.addEventListener("submit", changed);
    page.addEventListener("change", changed);
    page.addEventListener("click", leaveFrame, true);
    changed();
  }

  function end() {
    if (!api) return;
    changed();
    const seconds = Math.round((Date.now() - began) / 1000);
    set(standard.time, standard.timespan(Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60));
    set(standard.exit, "suspend");
    tell(standard.keep, "");
    tell(standard.end, "");
    api = null;
  }

  frame.addEventListener("load", opened);
  window.addEventListener("storage", changed);
  window.addEventListener("pagehide", end);
  // A shell that comes back from the browser's memory has ended its session: begin another.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  start();
})();
