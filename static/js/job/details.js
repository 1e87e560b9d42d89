/** What the Job page shows beside the live view, part by part. Rule: each part writes only what changed. */

import { Problem } from "../api.js";
import { byId, make, setText } from "../dom.js";
import { isDone } from "../jobs/words.js";
import { differences } from "../recipe/schema.js";
import { Sheet } from "../recipe/sheet.js";
import { Checkpoints } from "./checkpoints.js";
import { ConfigPanel } from "./config_panel.js";
import { factsOf } from "./facts.js";
import { Lineage } from "./lineage.js";
import { Notes } from "./notes.js";
import { Timeline } from "./timeline.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/**
 * @typedef {{api: import("../api.js").Api, feed: import("../jobs/feed.js").JobsFeed,
 *   fields: import("../recipe/schema.js").Field[], steering: import("../steer/steering.js").Steering,
 *   steer: import("../steer/panel.js").SteerPanel, lackOf: (job: Job) => string}} Parts
 * @typedef {{onTick: (id: string, on: boolean) => void, onStep: (step: number) => void, onDelete: (job: Job) => void}} Hooks
 */

export class JobDetails extends EventTarget {
  #parts;
  #lineage;
  #config;
  #timeline;
  #checkpoints;
  #notes;
  #sheet;
  /** @type {Job | null} */
  #job = null;
  #facts = "";

  /** @param {Parts} parts @param {Hooks} hooks */
  constructor(parts, { onTick, onStep, onDelete }) {
    super();
    const { api, feed, fields, steering, steer } = parts;
    this.#parts = parts;
    this.#lineage = new Lineage(api, feed, fields, onTick);
    this.#lineage.addEventListener("change", () => this.dispatchEvent(new Event("change")));
    this.#config = new ConfigPanel(fields, onStep);
    this.#timeline = new Timeline(onStep);
    this.#checkpoints = new Checkpoints((id) => steering.checkpoints(id), (step) => steer.fork(step));
    this.#notes = new Notes(async (id, changes) => {
      const job = await api.patch(`/api/jobs/${id}`, changes);
      feed.apply([job]);
      return job;
    });
    this.#sheet = new Sheet(api, () => this.#changes);
    byId("job-delete").addEventListener("click", () => this.#job && onDelete(this.#job));
  }

  /** @returns {Record<string, any>} the job's config as it is sent */
  get #changes() {
    return this.#job ? differences({ ...this.#job.config, name: null }, this.#parts.fields) : {};
  }

  /** @param {Job} job @param {JobFold | null} fold @param {{shown: string[], slotOf: (id: string) => number | null}} charts */
  show(job, fold, { shown, slotOf }) {
    const isFirst = !this.#job;
    this.#job = job;
    this.#lineage.show(job, shown, slotOf);
    this.#config.show(job, fold, this.#parts.steer.asked);
    this.#timeline.show(fold);
    this.#checkpoints.show(job, fold, this.#parts.lackOf(job));
    this.#notes.show(job);
    this.#writeFacts(job);
    byId("job-delete").hidden = !isDone(job);
    setText(byId("job-delete-note"), isDone(job) ? "" : "It can be deleted once it has ended.");
    if (isFirst) this.#inspect();
  }

  /** @param {Job} job */
  #writeFacts(job) {
    const facts = factsOf(job);
    const state = JSON.stringify(facts);
    if (state === this.#facts) return;
    this.#facts = state;
    byId("facts").replaceChildren(...facts.map(([term, words]) => make("div", { "data-fact": term }, make("dt", {}, term), make("dd", {}, words))));
  }

  async #inspect() {
    try {
      this.#sheet.show(await this.#parts.api.post("/api/inspect", this.#changes));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setText(byId("sheet-note"), error.errors.map(({ message }) => message).join(" ") || error.message);
      byId("sheet").dataset.state = "absent";
    }
  }
}
