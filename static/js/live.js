/**
 * The live view: header, tiles, charts and the connection's claim, all from the folds of the jobs followed.
 * Rule: what is seen is a function of selection, list and folds; nothing is kept twice.
 */

import { Board } from "./charts/board.js";
import { bindControls } from "./charts/controls.js";
import { bindRange } from "./charts/range_button.js";
import { resolutionWords } from "./charts/resolution.js";
import { byId, make, setAttribute, setText } from "./dom.js";
import { InsidePanel } from "./inside/panel.js";
import { rememberColors, rememberedColors } from "./jobs/colors.js";
import { labelsOf } from "./jobs/differ.js";
import { showFigures, showHeader } from "./jobs/header.js";
import { Palette } from "./jobs/palette.js";
import { startsWords } from "./jobs/starts.js";
import { titleWords } from "./jobs/title.js";
import { epochsOf, isDone, statusWords } from "./jobs/words.js";
import { claimOf, claimOfList } from "./log/connection.js";
import { isTerminal } from "./log/fold.js";
import { Watch } from "./log/watch.js";
import { showConnection, showDevice } from "./pills.js";
import { Rhythm } from "./rhythm.js";
import { Moment } from "./time/moment.js";
import { Scrubber } from "./time/scrubber.js";
import { TryPanel } from "./try/panel.js";

/** @typedef {import("./selection.js").Selection} Selection */
/** @typedef {import("./jobs/feed.js").JobsFeed} JobsFeed */
/** @typedef {import("./charts/picture.js").Shown} Shown */

const TEXT_INTERVAL = 500; // ms between two writings of the header
const PILL_INTERVAL = 1000; // ms; a claim that flickers is not read
const STOPPED = new Set(["reconnecting", "done", "gone"]); // states in which nothing more brings a drawing

export class Live extends EventTarget {
  #fields;
  #feed;
  #selection;
  #watch;
  #devices;
  #steer;
  #inside;
  #try;
  #diagnoses;
  #titleOf;
  #moment = new Moment();
  #scrubber;
  /** @type {string | null} whose moment it is */
  #whose = null;
  #palette = new Palette(rememberedColors());
  #board;
  #range;
  #header = new Rhythm(TEXT_INTERVAL, () => this.#writeHeader());
  #pill = new Rhythm(PILL_INTERVAL, () => this.#writePills());
  /** @type {Map<string, string>} what sets the jobs on the charts apart */
  #labels = new Map();
  /** @type {Set<string>} jobs whose first step was drawn */
  #begun = new Set();
  #announced = "";

  /**
   * @param {{api: import("./api.js").Api, clock: import("./log/clock.js").ServerClock, feed: JobsFeed,
   *   selection: Selection, devices: {name: string, title?: string, slots?: number}[], datasets: {name: string, kind: string}[],
   *   lackOf: (job: import("./jobs/words.js").Job) => string, fields: import("./recipe/schema.js").Field[], steer: import("./steer/panel.js").SteerPanel,
   *   diagnoses: import("./diagnosis/panel.js").DiagnosisPanel,
   *   titleOf?: (job: import("./jobs/words.js").Job | null) => string}} parts `titleOf`: what the tab is called
   */
  constructor({ api, clock, feed, selection, devices, datasets, lackOf, fields, steer, diagnoses, titleOf = titleWords }) {
    super();
    this.#titleOf = titleOf;
    this.#steer = steer;
    this.#fields = fields;
    this.#feed = feed;
    this.#selection = selection;
    this.#devices = devices;
    this.#diagnoses = diagnoses;
    this.#inside = new InsidePanel(api, this.#moment);
    this.#inside.addEventListener("kind", () => this.dispatchEvent(new Event("inside")));
    this.#scrubber = new Scrubber(this.#moment, () => this.#inside.draw());
    this.#moment.addEventListener("change", () => {
      this.#board.pointAt(this.#moment.at);
      this.#writeFigures();
      this.dispatchEvent(new Event("moment"));
    });
    this.#try = new TryPanel(api, datasets, lackOf, () => this.#ticked());
    this.#watch = new Watch(api, clock);
    const figures = { loss: byId("loss-chart"), accuracy: byId("accuracy-chart") };
    /** @type {import("./charts/finer.js").FetchRows} */
    const fetchRows = (id, query, signal) => api.get(`/api/jobs/${id}/metrics?${query}`, signal);
    this.#board = new Board(figures, () => this.#shown(), { fetchRows, ranges: true });
    this.#range = bindRange(this.#board, () => this.#shown(), fetchRows);
    this.#board.addEventListener("resolution", () => this.#writeResolution());
    this.#watch.addEventListener("entries", (event) => this.#arrived(/** @type {CustomEvent} */ (event).detail));
    setInterval(() => this.#pill.touch(), PILL_INTERVAL);
    bindControls(this.#board, () => this.#header.touch());
  }

  /** Settled once a first point would be drawn at once, or no drawing can ever be made. */
  get chartsReady() {
    return this.#board.ready;
  }

  /** The step looked at; null is now. */
  get at() {
    return this.#moment.at;
  }

  /** @param {number | null} step of the selected job; null is now */
  lookAt(step) {
    this.#moment.look(step);
  }

  /** The tab chosen under “Inside”; null without a choice. */
  get inside() {
    return this.#inside.kind;
  }

  set inside(kind) {
    this.#inside.kind = kind;
  }

  /** Selection or list changed. */
  refresh() {
    if (this.#whose !== this.#selection.job) this.#scrubber.reset();
    this.#whose = this.#selection.job;
    const { shown, job } = this.#selection;
    const known = shown.filter((id) => this.#feed.job(id));
    for (const id of known) this.#palette.assign(id, shown);
    rememberColors(known, known.map((id) => this.#palette.slotOf(id)));
    const followed = job && !known.includes(job) && this.#feed.job(job) ? [...known, job] : known;
    this.#watch.follow(followed, (id) => this.#feed.job(id));
    this.#writeOverlaid();
    this.#header.hurry();
    this.#pill.hurry();
    this.#board.invalidate({ now: true });
    this.#range.touch();
  }

  /** @param {string} id */
  follows(id) {
    return this.#watch.stream(id) !== null;
  }

  /** Figures in the list changed, the jobs on the charts did not. */
  touch() {
    this.#watch.revive((id) => this.#feed.job(id));
    this.#writeTitle();
    this.#header.touch();
  }

  /** Something was asked of a job. */
  answer() {
    this.#header.hurry();
  }

  /** Whether the selected job, if there is one, has all of its parts on the page. */
  get isFilled() {
    const { job } = this.#selection;
    if (!job) return true;
    const state = this.#watch.stream(job)?.state ?? "connecting";
    if (state === "connecting" || state === "catching-up") return false;
    this.#header.hurry();
    return true;
  }

  /** @param {string} id */
  slotOf(id) {
    return this.#palette.slotOf(id);
  }

  nudge() {
    this.#watch.nudge();
  }

  /** @param {{id: string, count: number}} news */
  #arrived({ id, count }) {
    const stream = this.#watch.stream(id);
    if (id === this.#selection.job) {
      this.#header.touch();
      if (stream?.state === "live" && count) this.#pill.touch();
      else this.#pill.hurry();
    }
    if (stream && STOPPED.has(stream.state)) this.#board.settle();
    if (!count || !stream) return;
    this.#range.touch();
    const first = !this.#begun.has(id) && stream.fold.splits.train.length > 0;
    if (first) this.#begun.add(id);
    if (first && id === this.#selection.job) this.#header.hurry();
    const last = stream.fold.status !== null && isTerminal(stream.fold.status.status);
    this.#board.invalidate({ now: first || last });
  }

  /** @returns {Shown[]} the selected job last, on top */
  #shown() {
    const { shown, job: selected } = this.#selection;
    const order = [...shown].sort((a, b) => Number(a === selected) - Number(b === selected));
    return order.flatMap((id) => {
      const stream = this.#watch.stream(id);
      const job = this.#feed.job(id);
      if (!stream || !job) return [];
      const totalSteps = job.total_steps;
      const stepsPerEpoch = stream.fold.stepsPerEpoch || (totalSteps ? totalSteps / epochsOf(job) : 0);
      const slot = this.#palette.slotOf(id) ?? 1;
      const label = this.#labels.get(id) || job.name;
      return [{ id, label, slot, fold: stream.fold, stepsPerEpoch, totalSteps, done: isDone(job) }];
    });
  }

  #writeHeader() {
    const job = this.#feed.job(this.#selection.job);
    const fold = job ? (this.#watch.stream(job.id)?.fold ?? null) : null;
    const parent = this.#feed.job(job?.forked_from?.job_id ?? null);
    const starts = job ? startsWords(job, this.#feed.newestFirst, this.#devices) : "";
    showHeader(job, parent, fold, job ? this.#palette.slotOf(job.id) : null, starts);
    this.#scrubber.show(fold);
    this.#writeFigures();
    if (job) this.#steer.show(job, fold);
    this.#inside.show(job, fold);
    this.#try.show(job, fold);
    this.#diagnoses.show(job, fold);
    this.#writeTitle();
    const announcement = job ? `${job.name}: ${statusWords(job)}` : "";
    if (announcement !== this.#announced) setText(byId("announcement"), announcement);
    this.#announced = announcement;
    if (job) this.dispatchEvent(new CustomEvent("written", { detail: { job, fold } }));
  }

  #writeFigures() {
    const job = this.#feed.job(this.#selection.job);
    const fold = this.#watch.stream(job?.id ?? null)?.fold;
    if (job && fold) showFigures(job, fold, this.#board.smoothed(fold, "loss"), this.#moment.at);
  }

  /** Also in a hidden tab, where it is all that can be seen. */
  #writeTitle() {
    const words = this.#titleOf(this.#feed.job(this.#selection.job));
    if (document.title !== words) document.title = words;
  }

  #writeResolution() {
    const { resolution } = this.#board;
    byId("sampled").hidden = resolution === "none";
    setAttribute(byId("sampled"), "data-resolution", resolution);
    setText(byId("sampled"), resolutionWords(resolution));
  }

  #writePills() {
    const job = this.#feed.job(this.#selection.job);
    const stream = this.#watch.stream(job?.id ?? null);
    const now = Date.now();
    showConnection(stream ? claimOf(stream, now) : claimOfList(this.#feed.link, this.#feed.retryAt, now));
    showDevice(job, this.#devices);
  }

  /** @returns {import("./try/panel.js").Ticked[]} */
  #ticked() {
    const jobs = this.#selection.shown.flatMap((id) => this.#feed.job(id) ?? []);
    const labels = labelsOf(jobs.length > 1 ? jobs : [], this.#fields);
    return jobs.map((job) => ({ job, label: labels.get(job.id) || job.name, slot: this.#palette.slotOf(job.id) ?? 1 }));
  }

  #writeOverlaid() {
    const jobs = this.#selection.shown.flatMap((id) => this.#feed.job(id) ?? []);
    const several = jobs.length > 1 ? jobs : [];
    const labels = labelsOf(several, this.#fields);
    this.#labels = labels;
    byId("overlaid").replaceChildren(
      ...several.map((job) => {
        const color = String(this.#palette.slotOf(job.id) ?? "");
        return make("li", { "data-color": color, title: job.name }, labels.get(job.id) ?? "");
      }),
    );
  }
}
