/**
 * “Inside”: what the log's snapshots show of the selected job, a tab a kind, scrubbable back through time.
 * Rule: it follows the newest one until the reader goes back, and draws at most twice a second.
 */

import { Problem } from "../api.js";
import { byId, make, setAttribute, setText } from "../dom.js";
import { Rhythm } from "../rhythm.js";
import { Contents } from "./contents.js";
import { KINDS } from "./kinds.js";
import { Play } from "./play.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("../log/snapshots.js").Snapshot} Snapshot */

const INTERVAL = 500; // ms between two drawings while it trains

export class InsidePanel {
  #contents;
  #rhythm = new Rhythm(INTERVAL, () => this.#write());
  /** @type {{job: Job, fold: JobFold} | null} */
  #shown = null;
  /** @type {string | null} the reader's choice; the first tab there is when null */
  #kind = null;
  /** @type {number | null} index among the kind's snapshots; null follows the newest */
  #at = null;
  #drawn = "";
  #play = new Play(
    byId("inside-play"),
    () => ({ at: Number(this.#scrubber.value), last: Number(this.#scrubber.max) }),
    (at) => {
      this.#at = at >= Number(this.#scrubber.max) ? null : at;
      return this.#write();
    },
  );

  /** @param {import("../api.js").Api} api */
  constructor(api) {
    this.#contents = new Contents(api);
    this.#scrubber.addEventListener("input", () => {
      this.#play.stop();
      this.#at = Number(this.#scrubber.value);
      if (this.#at >= Number(this.#scrubber.max)) this.#at = null;
      this.#rhythm.hurry();
    });
    byId("inside-live").addEventListener("click", () => {
      this.#play.stop();
      this.#at = null;
      this.#rhythm.hurry();
    });
  }

  get #scrubber() {
    return /** @type {HTMLInputElement} */ (byId("inside-scrubber"));
  }

  /** @param {Job | null} job @param {JobFold | null} fold */
  show(job, fold) {
    if (job?.id !== this.#shown?.job.id) {
      this.#play.stop();
      this.#at = null;
      this.#drawn = "";
    }
    this.#shown = job && fold ? { job, fold } : null;
    this.#rhythm.touch();
  }

  /** @returns {string[]} */
  get #kinds() {
    const there = new Set(this.#shown?.fold.snapshots.kinds ?? []);
    return Object.keys(KINDS).filter((kind) => there.has(kind));
  }

  /** @returns {Promise<void> | void} settled once the snapshot is drawn */
  #write() {
    const kinds = this.#kinds;
    byId("inside").hidden = !kinds.length;
    if (!this.#shown || !kinds.length) return;
    const kind = this.#kind && kinds.includes(this.#kind) ? this.#kind : kinds[0];
    this.#writeTabs(kinds, kind);
    const list = this.#shown.fold.snapshots.of(kind);
    const at = Math.min(this.#at ?? Infinity, list.length - 1);
    this.#writeScrubber(list, at);
    return this.#draw(kind, list[at]);
  }

  /** @param {string[]} kinds @param {string} chosen */
  #writeTabs(kinds, chosen) {
    const tabs = byId("inside-tabs");
    if (tabs.dataset.kinds !== kinds.join()) {
      tabs.dataset.kinds = kinds.join();
      tabs.replaceChildren(...kinds.map((kind) => this.#tab(kind)));
    }
    for (const tab of tabs.querySelectorAll("button")) {
      setAttribute(tab, "aria-pressed", String(tab.dataset.kind === chosen));
    }
    setText(byId("inside-hint"), KINDS[chosen].hint);
  }

  /** @param {string} kind */
  #tab(kind) {
    const tab = make("button", { type: "button", class: "plain", "data-kind": kind }, KINDS[kind].title);
    tab.addEventListener("click", () => {
      this.#play.stop();
      this.#kind = kind;
      this.#at = null;
      this.#rhythm.hurry();
    });
    return tab;
  }

  /** @param {readonly Snapshot[]} list @param {number} at */
  #writeScrubber(list, at) {
    const scrubber = this.#scrubber;
    scrubber.max = String(list.length - 1);
    scrubber.value = String(at);
    scrubber.disabled = list.length < 2;
    byId("inside-play").hidden = list.length < 2;
    const { epoch, step } = list[at];
    const words = `epoch ${epoch.toLocaleString("en")} · step ${step.toLocaleString("en")}`;
    setText(byId("inside-moment"), words);
    setAttribute(scrubber, "aria-valuetext", words);
    setAttribute(byId("inside-live"), "aria-pressed", String(this.#at === null));
  }

  /** @param {string} kind @param {Snapshot} snapshot */
  async #draw(kind, snapshot) {
    const shown = this.#shown;
    const name = `${shown?.job.id} ${snapshot.seq}`;
    if (!shown || name === this.#drawn) return;
    this.#drawn = name;
    const element = byId("inside-body");
    try {
      const also = shown.fold.snapshots.of(KINDS[kind].beside ?? "").at(-1);
      const asked = [this.#contents.of(snapshot), also ? this.#contents.of(also) : null];
      const [content, beside] = await Promise.all(asked);
      if (name !== this.#drawn) return; // the reader went on meanwhile
      element.dataset.kind = kind;
      element.dataset.step = String(snapshot.step);
      KINDS[kind].render({ element, content, beside, snapshot, ...shown });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#drawn = "";
      element.replaceChildren(make("p", { class: "note" }, error.message));
    }
  }
}
