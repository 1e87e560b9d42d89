/**
 * “Try the trained network”: class maps of mosaics and of the reader's own picture, and shift tolerance.
 * Rule: shows answers about the selected job only; what was asked of another is dropped.
 */

import { Problem } from "../api.js";
import { onThemeChange } from "../charts/theme.js";
import { byId, setAttribute, setText } from "../dom.js";
import { count } from "../format.js";
import { canFork } from "../jobs/words.js";
import { patiently } from "../patience.js";
import { MapView } from "./map_view.js";
import { showShifts } from "./shift_view.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {{job: Job, label: string, slot: number}} Ticked the jobs on the charts */
/** @typedef {"try-mosaic" | "try-picture" | "try-shift"} Button */

const BUTTONS = ["try-mosaic", "try-picture", "try-shift"];
const MOST_BYTES = 8 * 2 ** 20; // of a picture that is sent
const LOOKING = "The network looks at it…";
const WAITING = "All workers are busy; the answer comes as soon as one is free.";

export class TryPanel {
  #api;
  #points;
  #lackOf;
  #ticked;
  /** @type {Job | null} */
  #job = null;
  #lack = "";
  #seed = 0;
  /** @type {File | null} */
  #file = null;
  /** @type {MapView | null} */
  #map = null;
  #mapOn = true;
  /** @type {(() => void) | null} draws the shift chart in the colours of now */
  #drawShifts = null;
  /** @type {AbortController | null} of the question that is open */
  #open = null;

  /**
   * @param {import("../api.js").Api} api
   * @param {{name: string, kind: string}[]} datasets
   * @param {(job: Job) => string} lackOf why its data keep a job from being tried; empty when they do not
   * @param {() => Ticked[]} ticked
   */
  constructor(api, datasets, lackOf, ticked) {
    this.#api = api;
    this.#points = new Set(datasets.filter(({ kind }) => kind === "points").map(({ name }) => name));
    this.#lackOf = lackOf;
    this.#ticked = ticked;
    onThemeChange(() => this.#drawShifts?.());
    byId("try-mosaic").addEventListener("click", () => this.#mosaic());
    byId("try-shift").addEventListener("click", () => this.#shifts());
    byId("try-picture").addEventListener("click", () => this.#lack || byId("try-file").click());
    byId("try-across").addEventListener("change", () => this.#picture());
    byId("try-toggle").addEventListener("click", () => this.#toggle(!this.#mapOn));
    const chooser = /** @type {HTMLInputElement} */ (byId("try-file"));
    chooser.addEventListener("change", () => {
      this.#file = chooser.files?.[0] ?? null;
      chooser.value = ""; // the same file can be chosen again
      this.#picture();
    });
  }

  /** @param {Job | null} job @param {JobFold | null} fold */
  show(job, fold) {
    const can = job !== null && canFork(job, fold) && !this.#points.has(job.config.dataset);
    if (job?.id !== this.#job?.id) {
      this.#clear();
      this.#lack = "";
    }
    this.#job = job;
    byId("try").hidden = !can;
    if (can && job) this.#refuse(this.#lackOf(job));
  }

  /** @param {string} lack said in the place of an answer; empty when it can be tried */
  #refuse(lack) {
    const changed = lack !== this.#lack;
    this.#lack = lack;
    for (const id of BUTTONS) {
      setAttribute(byId(id), "aria-disabled", lack ? "true" : null);
      setAttribute(byId(id), "aria-describedby", lack ? "try-note" : null);
    }
    if (changed) this.#clear();
    if (changed) this.#say(lack);
  }

  #clear() {
    this.#open?.abort();
    this.#open = null;
    this.#map = null;
    this.#drawShifts = null;
    this.#file = null;
    this.#seed = 0;
    byId("try-body").replaceChildren();
    byId("try-body").dataset.kind = "";
    this.#say("");
    setText(byId("try-moment"), "");
    byId("try-toggle").hidden = true;
    byId("try-across-label").hidden = true;
    setText(byId("try-mosaic"), "Mosaic");
    this.#mark(null);
  }

  #mosaic() {
    this.#ask("try-mosaic", async (job, patient) => {
      const path = `/api/jobs/${job.id}/class-map`;
      const seed = this.#seed + 1;
      const found = await patient(() => this.#api.post(path, { tiles: 4, seed }));
      return () => {
        this.#seed = seed;
        setText(byId("try-mosaic"), "Another mosaic");
        this.#showMap(found);
      };
    });
  }

  #picture() {
    const file = this.#file;
    if (!file) return;
    if (file.size > MOST_BYTES) {
      this.#say(`${file.name} has more than ${MOST_BYTES / 2 ** 20} MiB; choose a smaller picture.`);
      return;
    }
    this.#ask("try-picture", async (job, patient) => {
      const across = /** @type {HTMLSelectElement} */ (byId("try-across")).value;
      const found = await patient(() => this.#api.send(`/api/jobs/${job.id}/class-map?across=${across}`, file));
      return () => {
        this.#showMap(found);
        byId("try-across-label").hidden = false;
      };
    });
  }

  #shifts() {
    this.#ask("try-shift", async (job, patient) => {
      const others = this.#ticked().filter((one) => one.job.id !== job.id && !this.#points.has(one.job.config.dataset));
      const own = this.#ticked().find((one) => one.job.id === job.id) ?? { job, label: job.name, slot: 1 };
      /** @type {import("./shift_view.js").Line[]} */
      const lines = [];
      /** @type {string[]} */
      const missing = [];
      for (const one of [own, ...others]) {
        try {
          const shifts = await patient(() => this.#api.get(`/api/jobs/${one.job.id}/shift-tolerance`));
          lines.push({ label: one.label, slot: one.slot, shifts });
        } catch (error) {
          if (!(error instanceof Problem) || one === own) throw error;
          missing.push(`${one.label}: ${error.message}`);
        }
      }
      return () => {
        this.#map = null;
        byId("try-toggle").hidden = true;
        this.#drawShifts = showShifts(byId("try-body"), lines, missing);
        this.#sayMoment(lines[0].shifts);
      };
    });
  }

  /**
   * One question at a time: a newer one takes an older one's place.
   * @param {Button} button
   * @param {(job: Job, patient: <T>(ask: () => Promise<T>) => Promise<T>) => Promise<() => void>} question what to show then
   */
  async #ask(button, question) {
    const job = this.#job;
    if (!job || this.#lack) return;
    this.#open?.abort();
    const open = new AbortController();
    this.#open = open;
    this.#mark(button, true);
    this.#say(LOOKING);
    try {
      const show = await question(job, (ask) =>
        patiently(ask, open.signal, () => this.#open === open && this.#say(WAITING)),
      );
      if (this.#open !== open) return;
      this.#say("");
      byId("try-across-label").hidden = true;
      byId("try-body").dataset.kind = button.replace("try-", "");
      show();
      this.#mark(button);
    } catch (error) {
      if (this.#open !== open) return;
      this.#mark(null);
      if (!(error instanceof Problem)) throw error;
      this.#say(error.errors.map(({ message }) => sentence(message)).join(" ") || error.message);
    }
  }

  /** @param {Button | null} button whose answer is shown, or awaited @param {boolean} [busy] */
  #mark(button, busy = false) {
    for (const id of BUTTONS) {
      setAttribute(byId(id), "aria-pressed", String(id === button));
      setAttribute(byId(id), "aria-busy", id === button && busy ? "true" : null);
    }
  }

  /** @param {import("./cells.js").ClassMap} found */
  #showMap(found) {
    this.#drawShifts = null;
    this.#map = new MapView(byId("try-body"), found);
    byId("try-toggle").hidden = false;
    this.#toggle(this.#mapOn);
    this.#sayMoment(found);
  }

  /** @param {{epoch: number, is_best: boolean}} answer */
  #sayMoment({ epoch, is_best: isBest }) {
    const which = isBest ? "the best by validation" : "the last saved";
    setText(byId("try-moment"), `as of epoch ${count(epoch)}, ${which}`);
  }

  /** @param {boolean} on */
  #toggle(on) {
    this.#mapOn = on;
    setAttribute(byId("try-toggle"), "aria-pressed", String(on));
    this.#map?.show(on);
  }

  /** @param {string} words */
  #say(words) {
    byId("try-note").hidden = !words;
    setText(byId("try-note"), words);
  }
}

/** @param {string} message about a field @returns {string} about the picture that was sent */
function sentence(message) {
  return message.replace(/^it /, "The picture cannot be used: it ");
}
