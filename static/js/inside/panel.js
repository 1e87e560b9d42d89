/**
 * “Inside”: what the log's snapshots show of the selected job, a tab a kind, at the moment that is looked at.
 * Rule: of each kind the last one up to that moment; while it trains it draws at most twice a second.
 */

import { Problem } from "../api.js";
import { byId, make, setAttribute, setText } from "../dom.js";
import { count } from "../format.js";
import { whenSeen } from "../later.js";
import { Rhythm } from "../rhythm.js";
import { Contents } from "./contents.js";
import { lastUpTo } from "../time/moments.js";
import { KINDS } from "./kinds.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("../log/snapshots.js").Snapshot} Snapshot */

const INTERVAL = 500; // ms between two drawings while it trains

export class InsidePanel extends EventTarget {
  #contents;
  #rhythm = new Rhythm(INTERVAL, () => this.#write());
  /** @type {{job: Job, fold: JobFold} | null} */
  #shown = null;
  /** @type {string | null} the reader's choice; the first tab there is when null */
  #kind = null;
  #drawn = "";
  #moment;

  /** @param {import("../api.js").Api} api @param {import("../time/moment.js").Moment} moment */
  constructor(api, moment) {
    super();
    this.#contents = new Contents(api);
    this.#moment = moment;
    moment.addEventListener("change", () => this.#rhythm.hurry());
  }

  /** @param {Job | null} job @param {JobFold | null} fold */
  show(job, fold) {
    if (job?.id !== this.#shown?.job.id) this.#drawn = "";
    this.#shown = job && fold ? { job, fold } : null;
    byId("inside").hidden = !this.#kinds.length; // its room at once: a page that opens waits for what fills it
    this.#rhythm.touch();
  }

  /** The tab that the reader chose; null without a choice. */
  get kind() {
    return this.#kind;
  }

  set kind(kind) {
    this.#kind = kind;
    this.#rhythm.hurry();
  }

  /** @returns {string[]} */
  get #kinds() {
    const there = new Set(this.#shown?.fold.snapshots.kinds ?? []);
    return Object.keys(KINDS).filter((kind) => there.has(kind));
  }

  /** @returns {Promise<void> | void} settled once the snapshot of the moment is drawn */
  draw() {
    return this.#write();
  }

  /** @returns {Promise<void> | void} */
  #write() {
    const kinds = this.#kinds;
    if (!this.#shown || !kinds.length) return;
    const kind = this.#kind && kinds.includes(this.#kind) ? this.#kind : kinds[0];
    this.#writeTabs(kinds, kind);
    const list = this.#shown.fold.snapshots.of(kind);
    const snapshot = list[lastUpTo(list, this.#moment.at ?? Infinity)];
    const when = this.#moment.at === null || !snapshot ? "" : ` · epoch ${count(snapshot.epoch)}, step ${count(snapshot.step)}`;
    setText(byId("inside-hint"), KINDS[kind].hint + when);
    return snapshot ? this.#draw(kind, snapshot) : this.#lack(kind, list[0]);
  }

  /** At the moment there was none of this kind yet. @param {string} kind @param {Snapshot} first */
  #lack(kind, first) {
    const element = byId("inside-body");
    const name = `none ${kind} ${first.seq}`;
    if (this.#drawn === name) return;
    this.#drawn = name;
    element.dataset.kind = kind;
    element.dataset.step = "";
    element.replaceChildren(make("p", { class: "note" }, `There was none at this moment; the first is of step ${count(first.step)}.`));
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
  }

  /** @param {string} kind */
  #tab(kind) {
    const tab = make("button", { type: "button", class: "plain", "data-kind": kind }, KINDS[kind].title);
    tab.addEventListener("click", () => {
      this.kind = kind;
      this.dispatchEvent(new Event("kind"));
    });
    return tab;
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
      await whenSeen();
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
