/* An explorer in the browser: the same script for a static page and for Jupyter (anywidget).
 *
 * Python writes the section's HTML and a payload: every setting's figures, packed. This script
 * reads the controls, unpacks the one setting they name, and gives it to Vega. It knows no model.
 *
 * A static page gets `improvingExplorer` as a classic script, because modules and fetch do not
 * work from file://. A payload is a classic script too: it calls `improvingExplorer.receive`.
 */
var improvingExplorer = (() => {
  "use strict";

  // --- reading a payload -------------------------------------------------------------------

  function bytes(text) {
    const raw = atob(text);
    const out = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return out;
  }

  /** Put byte planes (all low bytes, then all next ones) together again. */
  function fromPlanes(text, width) {
    const raw = bytes(text);
    const count = raw.length / width;
    const out = new Uint32Array(count);
    for (let b = 0; b < width; b++)
      for (let i = 0; i < count; i++) out[i] += raw[b * count + i] * 2 ** (8 * b);
    return out;
  }

  function column(packed) {
    const data = fromPlanes(packed.data, packed.width);
    const which = packed.which ? fromPlanes(packed.which, 2) : null;
    const starts = [0];
    for (const [size, times] of packed.sizes)
      for (let i = 0; i < times; i++) starts.push(starts[starts.length - 1] + size);
    const modulus = 256 ** packed.width;
    const missing = modulus - 1;
    const scale = packed.kind === "number" ? 10 ** packed.decimals : 1;

    /** The column's values at one setting; null where there is none. */
    function at(setting) {
      const place = which ? which[setting] : 0;
      const values = new Array(starts[place + 1] - starts[place]);
      let stored = 0;
      for (let i = 0; i < values.length; i++) {
        stored = (stored + data[starts[place] + i]) % modulus;
        const count = stored + packed.low;
        values[i] =
          stored === missing ? null : packed.kind === "number" ? count / scale : packed.words[count];
      }
      return values;
    }

    const shown = (value) =>
      value === null ? "" : packed.kind === "number" ? value.toFixed(packed.decimals) : value;
    return { name: packed.name, kind: packed.kind, at, shown };
  }

  // --- loading -----------------------------------------------------------------------------

  const waiting = new Map();
  const loading = new Map();

  /** Load a classic script once. */
  function script(url) {
    if (!loading.has(url)) {
      loading.set(
        url,
        new Promise((resolve, reject) => {
          const tag = document.createElement("script");
          tag.src = url;
          tag.onload = resolve;
          tag.onerror = () => {
            loading.delete(url);
            reject(new Error(`${url} did not load`));
          };
          document.head.append(tag);
        }),
      );
    }
    return loading.get(url);
  }

  function receive(name, payload) {
    waiting.set(name, payload);
  }

  /** Settings of one explorer that fit side by side. */
  const MOST_KEPT = 4;

  // --- one explorer --------------------------------------------------------------------------

  /** Bring a section to life. `kernel`, in Jupyter, is told of each setting and may set one. */
  function mount(section, payload, kernel) {
    const names = payload.controls.map((c) => c.name);
    const controls = Object.fromEntries(payload.controls.map((c) => [c.name, c]));
    const form = section.querySelector(".explorer-controls");
    const inputs = Object.fromEntries(names.map((n) => [n, form.elements.namedItem(n)]));
    const box = section.querySelector(".explorer-picture");
    const output = section.querySelector("output");
    const status = section.querySelector(".explorer-status");
    const actions = section.querySelector(".explorer-actions");
    const predict = section.querySelector(".explorer-predict");
    const answer = section.querySelector(".explorer-answer");
    const frames = Object.entries(payload.frames).map(([name, columns]) => ({
      name,
      columns: columns.map(column),
      body: section.querySelector(`table[data-frame="${name}"] tbody`),
      shown: [],
    }));
    const positions = Object.fromEntries(names.map((n) => [n, controls[n].start]));
    const store = globalThis.improving && globalThis.improving.store;
    const guessKey = `guess:${payload.name}`;
    const keptKey = `kept:${payload.name}`;
    let view = null;
    let layout = "";
    let guessed = null;
    let guessDrawn = false; // some outcomes have no scale in the chart

    function read(name) {
      const control = controls[name];
      const input = inputs[name];
      if (control.kind === "checkbox") return Number(input.checked);
      if (control.kind === "select") return input.selectedIndex;
      const first = control.values[0];
      return Math.round((Number(input.value) - first) / (control.values[1] - first));
    }

    function write(name, position) {
      const control = controls[name];
      const input = inputs[name];
      positions[name] = position;
      if (control.kind === "checkbox") input.checked = position === 1;
      else if (control.kind === "select") input.selectedIndex = position;
      else input.value = control.values[position];
      label(name);
    }

    function label(name) {
      const control = controls[name];
      if (control.kind !== "range") return;
      const text = control.texts[positions[name]];
      inputs[name].setAttribute("aria-valuetext", text);
      inputs[name].previousElementSibling.textContent = text;
    }

    function setting() {
      return names.reduce((at, n) => at * controls[n].values.length + positions[n], 0);
    }

    function value() {
      return Object.fromEntries(names.map((n) => [n, controls[n].values[positions[n]]]));
    }

    function rowsOf(frame, columns) {
      const length = columns.length ? columns[0].length : 0;
      const rows = new Array(length);
      for (let i = 0; i < length; i++) {
        const row = {};
        frame.columns.forEach((c, k) => {
          const cell = columns[k][i];
          row[c.name] = c.kind === "date" && cell !== null ? Date.parse(cell) : cell;
        });
        rows[i] = row;
      }
      return rows;
    }

    function fillTable(frame, columns) {
      const length = columns.length ? columns[0].length : 0;
      const body = frame.body;
      while (body.rows.length > length) body.deleteRow(-1);
      while (body.rows.length < length) {
        const row = body.insertRow();
        frame.columns.forEach(() => row.insertCell());
      }
      frame.shown.length = length;
      for (let i = 0, row = body.firstElementChild; i < length; i++, row = row.nextElementSibling) {
        const before = frame.shown[i] || (frame.shown[i] = []);
        for (let k = 0, cell = row.firstElementChild; k < columns.length; k++) {
          const value = columns[k][i];
          if (before[k] !== value) cell.textContent = frame.columns[k].shown(value);
          before[k] = value;
          cell = cell.nextElementSibling;
        }
      }
    }

    /** Draw the present setting: the chart first, because that is what the reader watches. */
    async function draw() {
      const at = setting();
      const tables = frames.map((frame) => frame.columns.map((c) => c.at(at)));
      frames.forEach((frame, i) => {
        if (frame.drawn) view.data(frame.name, rowsOf(frame, tables[i]));
      });
      await view.runAsync();
      if (at !== setting()) return; // a later setting is being drawn; it fills the rest
      const sentence = payload.sentences[payload.sentence[at]];
      if (output.textContent !== sentence) output.textContent = sentence;
      frames.forEach((frame, i) => fillTable(frame, tables[i]));
    }

    function changed() {
      for (const n of names) positions[n] = read(n);
      names.forEach(label);
      if (view) draw();
      if (kernel) kernel.set(value());
      say("");
    }

    function say(text) {
      if (status.textContent !== text) status.textContent = text;
    }

    // --- the chart, wide or narrow -----------------------------------------------------------

    async function lay() {
      const width = Math.floor(box.clientWidth || 680);
      const wanted = width < 560 ? "narrow" : "wide";
      if (view && wanted === layout) {
        if (payload.specs.fits) await view.width(width).runAsync();
        return;
      }
      const spec = structuredClone(payload.specs[wanted]);
      if (payload.specs.fits) spec.width = width;
      const at = setting();
      for (const frame of frames) {
        const source = spec.data.find((d) => d.name === frame.name);
        frame.drawn = Boolean(source); // some frames are only read in the sentence and the table
        if (source) source.values = rowsOf(frame, frame.columns.map((c) => c.at(at)));
      }
      const holder = document.createElement("div");
      holder.className = "explorer-chart";
      // The interpreter evaluates Vega's expressions without eval, so a strict policy holds.
      const result = await globalThis.vegaEmbed(holder, spec, {
        mode: "vega", renderer: "svg", actions: false, ast: true, tooltip: false, hover: false,
        logLevel: 1, // errors only: a layer with no rows yet, such as my trust, is no fault
      });
      // The box around it is the image, with its description; the drawing itself adds nothing.
      holder.querySelector("svg").setAttribute("aria-hidden", "true");
      const old = view;
      view = result.view;
      guessDrawn = spec.data.some((d) => d.name === "guess");
      layout = wanted;
      markTrust();
      markGuess();
      await draw();
      box.replaceChildren(holder);
      if (old) old.finalize();
    }

    // --- my trust ------------------------------------------------------------------------------

    function signal(name, to) {
      try {
        view.signal(name, to);
      } catch {
        return; // this chart marks no trust
      }
    }

    function markTrust() {
      signal("my_trust", (store && store.get("my-trust")) || "");
    }

    /** A control that follows the reader's own trust shows it, or none once it is forgotten. */
    function followTrust() {
      const code = store && store.get("my-trust");
      for (const n of names) {
        const control = controls[n];
        if (!control.followsMyTrust) continue;
        const at = code ? control.values.indexOf(code) : -1;
        write(n, at >= 0 ? at : control.start);
      }
    }

    // --- predict first -------------------------------------------------------------------------

    function markGuess() {
      if (!guessDrawn || guessed === null) return;
      view.data("guess", [{ guess: guessed }]);
    }

    function reveal() {
      predict.hidden = true;
      answer.hidden = false;
      actions.hidden = false;
      if (view) lay();
    }

    function hide() {
      predict.hidden = false;
      answer.hidden = true;
      actions.hidden = true;
      predict.addEventListener("submit", (event) => {
        event.preventDefault();
        guessed = Number(predict.querySelector("input").value);
        if (store) store.set(guessKey, guessed);
        compare(payload.answers[setting()]);
        reveal();
        markGuess();
        draw();
        output.tabIndex = -1;
        output.focus();
      });
      predict.querySelector("[data-do=skip]").addEventListener("click", () => {
        reveal();
        form.querySelector("input, select").focus();
      });
    }

    function compare(outcome) {
      const unit = payload.guess.unit;
      const shown = (x) => {
        const number = String(Math.round(x * 10) / 10);
        return unit === "%" ? number + unit : `${number} ${unit}`;
      };
      say(`You predicted ${shown(guessed)}. The model gives ${shown(outcome)} at this setting.`);
    }

    // --- links and downloads -------------------------------------------------------------------

    function fragment() {
      const query = new URLSearchParams([["explorer", payload.name]]);
      for (const n of names) query.set(n, String(controls[n].values[positions[n]]));
      return `#${query}`;
    }

    /** Keep the present setting on the device, where the page and the workbook show it. */
    function keep() {
      const found = store.get(keptKey);
      const kept = Array.isArray(found && found.kept) ? found.kept : [];
      if (kept.some((k) => k && k.link === fragment())) return say("You have kept this setting already.");
      if (kept.length >= MOST_KEPT)
        return say(`You have kept ${MOST_KEPT} settings here. Remove one to keep another.`);
      const settings = names.map((n) => [controls[n].label, controls[n].texts[positions[n]]]);
      const sentence = payload.sentences[payload.sentence[setting()]];
      const one = { link: fragment(), settings, sentence };
      const saved = store.set(keptKey, { title: payload.title, kept: [...kept, one] });
      window.dispatchEvent(new CustomEvent("improving:kept", { detail: { name: payload.name } }));
      if (saved) say("Kept. You find it here and in My workbook.");
    }

    /** Set the controls from the address; what cannot be set keeps its usual setting, and is said. */
    function followLink() {
      let query;
      try {
        query = new URLSearchParams(location.hash.slice(1));
      } catch {
        return;
      }
      if (query.get("explorer") !== payload.name) return;
      const refused = [];
      for (const n of names) {
        const asked = query.get(n);
        if (asked === null) continue;
        const control = controls[n];
        const at = control.values.findIndex((v) => String(v) === asked);
        write(n, at >= 0 ? at : control.start);
        if (at < 0)
          refused.push(
            `The link asks for a setting of “${control.label}” that does not exist. ` +
              `It shows its usual setting, ${control.texts[control.start]}.`,
          );
      }
      if (view) draw();
      section.scrollIntoView();
      say(refused.join(" "));
    }

    async function copyLink() {
      const address = location.href.split("#")[0] + fragment();
      try {
        await navigator.clipboard.writeText(address);
        say("Link copied.");
      } catch {
        // No clipboard from file:// or without permission: show the address to copy by hand.
        say("Copy this address: ");
        const field = document.createElement("input");
        field.readOnly = true;
        field.value = address;
        field.setAttribute("aria-label", "Link to this setting");
        status.append(field);
        field.select();
      }
    }

    function save(text, type, ending) {
      const tag = document.createElement("a");
      tag.href = URL.createObjectURL(new Blob([text], { type }));
      tag.download = `${payload.name.replace("/", "-")}.${ending}`;
      tag.click();
      URL.revokeObjectURL(tag.href);
    }

    function csv() {
      const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
      const at = setting();
      return frames
        .map((frame) => {
          const columns = frame.columns.map((c) => c.at(at).map((v) => quoted(c.shown(v))));
          const head = frame.columns.map((c) => c.name).join(",");
          const lines = columns[0].map((_, i) => columns.map((c) => c[i]).join(","));
          return [head, ...lines].join("\r\n");
        })
        .join("\r\n\r\n");
    }

    const deeds = {
      reset() {
        for (const n of names) write(n, controls[n].start);
        changed();
        say("Back to the usual setting.");
      },
      keep,
      link: copyLink,
      csv: () => save(csv(), "text/csv", "csv"),
      svg: async () => {
        const drawn = (await view.toSVG()).replace(
          /^(<svg[^>]*>)/,
          '$1<rect width="100%" height="100%" fill="#fff"/>',
        );
        save(drawn, "image/svg+xml", "svg");
      },
    };

    // --- start ---------------------------------------------------------------------------------

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", changed);
    actions.addEventListener("click", (event) => {
      const deed = event.target.closest("[data-do]");
      if (deed) deeds[deed.dataset.do]();
    });

    followTrust();
    if (payload.guess) {
      const kept = store && store.get(guessKey);
      if (typeof kept === "number") guessed = kept;
      else hide();
    }
    if (!predict || predict.hidden) actions.hidden = false;
    form.hidden = false;
    if (store) actions.querySelector("[data-do=keep]").hidden = false;
    window.addEventListener("hashchange", followLink);
    window.addEventListener("improving:my-trust", () => {
      followTrust();
      markTrust();
      draw();
    });
    let width = 0;
    new ResizeObserver(() => {
      const now = Math.floor(box.clientWidth);
      if (now && now !== width) {
        width = now;
        if (view) lay();
      }
    }).observe(box);

    return lay().then(() => {
      followLink();
      section.dataset.ready = "true";
      return {
        set(settings) {
          for (const n of names) {
            const at = controls[n].values.indexOf(settings[n]);
            if (at >= 0) write(n, at);
          }
          draw();
        },
      };
    });
  }

  // --- the static page -----------------------------------------------------------------------

  async function load(section) {
    const name = section.dataset.explorer;
    try {
      await Promise.all([script(section.dataset.vega), script(section.dataset.payload)]);
      await mount(section, waiting.get(name));
    } catch (error) {
      section.querySelector(".explorer-status").textContent =
        "This explorer could not start. The picture shows its usual setting.";
      console.error(error);
    }
  }

  /** Load each explorer when it comes near the viewport, or at once if a link names it. */
  function start() {
    const sections = document.querySelectorAll(".explorer[data-payload]");
    const near = new IntersectionObserver(
      (entries) => {
        // A quick scroll puts one section in the list more than once.
        for (const section of new Set(entries.filter((e) => e.isIntersecting).map((e) => e.target))) {
          near.unobserve(section);
          load(section);
        }
      },
      { rootMargin: "800px" },
    );
    const linked = new URLSearchParams(location.hash.slice(1)).get("explorer");
    for (const section of sections) {
      if (section.dataset.explorer === linked) load(section);
      else near.observe(section);
    }
  }

  // --- Jupyter -------------------------------------------------------------------------------

  async function render({ model, el }) {
    el.innerHTML = model.get("html");
    // JupyterLab's shortcuts take the arrow keys from a slider unless the slider itself says no.
    for (const control of el.querySelectorAll("input, select, button, summary"))
      control.dataset.lmSuppressShortcuts = "true";
    const handle = await mount(el.firstElementChild, JSON.parse(model.get("payload")), {
      set(value) {
        model.set("value", value);
        model.save_changes();
      },
    });
    handle.set(model.get("value"));
    model.on("change:value", () => handle.set(model.get("value")));
  }

  if (document.querySelector(".explorer[data-payload]")) start();
  return { receive, render };
})();
