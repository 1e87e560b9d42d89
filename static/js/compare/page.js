/**
 * The comparison on the screen. Rule: everything shown follows from the state, the jobs and their curves; nothing is kept
 * twice.
 */

import { drawFigure } from "../charts/figure.js";
import { readTheme } from "../charts/theme.js";
import { byId, make, setAttribute, setText } from "../dom.js";
import { rememberColors, rememberedColors } from "../jobs/colors.js";
import { Palette } from "../jobs/palette.js";
import { epochsOf, isDone, tallyWords } from "../jobs/words.js";
import { CompareBoard } from "./board.js";
import { CompareControls, writeChoices } from "./controls.js";
import { CompareCurves } from "./curves.js";
import { effectiveOf } from "./effective.js";
import { shared } from "./fields.js";
import { ACCURACIES, figureOf } from "./figures.js";
import { alignmentWords, linesOf, stepsPerEpoch } from "./lines.js";
import { painted } from "./paint.js";
import { coordinates } from "./parallel.js";
import { drawParallel } from "./parallel_view.js";
import { Parameters } from "./parameters.js";
import { columnsOf, csvOf, rowsOf } from "./rows.js";
import { scatterOf, xChoices } from "./scatter.js";
import { MOST_JOBS, SPLITS } from "./state.js";
import { swatch } from "./swatch.js";
import { CompareTable } from "./table.js";
import { offChartWords } from "./traces.js";
import { missingWords, roomWords, titleWords } from "./words.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./lines.js").Metric} Metric */
/** @typedef {import("./effective.js").Effective} Effective */
/** @typedef {import("./paint.js").Painted} Painted */

const WIDE_AXES = 5; // parallel coordinates with more of them take the page's width

export class ComparePage {
  #fields;
  #chosen;
  #curves;
  #parameters;
  #palette = new Palette(rememberedColors());
  #board;
  #controls;
  #table;
  /** @type {State} */
  #state;
  /** @type {Effective} */
  #effective;
  /** @type {Painted} */
  #painted = { paints: new Map(), colors: [], dashes: [] };
  /** @type {import("./rows.js").Row[]} in the table's order */
  #rows = [];
  #inks = readInks();
  /** @type {import("./rows.js").Read} */
  #read = (figure, job) => figure.read({ job, columnsOf: (id, split) => this.#curves.columns(id, split), parameters: (one) => this.#parameters.of(one) });

  /**
   * @param {{api: import("../api.js").Api, fields: Field[], chosen: import("./chosen.js").Chosen, state: State, root: string,
   *   onNews: () => void, onWish: (changes: Partial<State>, options?: {typed?: boolean}) => void, onRemove: (ids: string[]) => void}} parts
   *   `onNews`: curves or counts came; `onWish`: the reader wants another state
   */
  constructor({ api, fields, chosen, state, root, onNews, onWish, onRemove }) {
    this.#fields = fields;
    this.#chosen = chosen;
    this.#state = state;
    this.#curves = new CompareCurves(api);
    this.#parameters = new Parameters(api);
    this.#effective = this.#reckoned();
    this.#curves.addEventListener("change", onNews);
    this.#parameters.addEventListener("change", onNews);
    this.#board = new CompareBoard({ loss: byId("loss-chart"), accuracy: byId("accuracy-chart") }, (metric) => this.#scene(metric));
    this.#board.addEventListener("view", () => setAttribute(byId("go-live"), "aria-pressed", String(this.#board.view.isLive)));
    this.#board.addEventListener("theme", () => {
      this.#inks = readInks();
      this.show(this.#state);
    });
    this.#controls = new CompareControls(onWish, () => this.#board.release());
    this.#table = new CompareTable(root, (sort) => onWish({ sort }), onRemove);
    for (const axis of /** @type {const} */ (["x", "y"])) {
      byId(`scatter-${axis}`).addEventListener("change", (event) => onWish({ [axis]: /** @type {HTMLSelectElement} */ (event.target).value }));
    }
    new ResizeObserver(() => this.#drawParallel()).observe(byId("parallel"));
  }

  /** @returns {State} as a link keeps it: what is in effect now, also where it was left to the page */
  get linked() {
    const { splits, isBand, canBand, by, dash, sort, x, y } = this.#effective;
    const some = this.#chosen.jobs.length > 0;
    const jobs = this.#chosen.ids;
    return {
      ...this.#state,
      jobs,
      colors: jobs.map((id) => (by ? null : this.#palette.slotOf(id))),
      splits: some ? splits : null,
      isBand: canBand ? isBand : null,
      by: by?.name ?? (this.#state.by === null ? null : "none"),
      dash: dash?.name ?? null,
      sort: some ? sort : null,
      x: this.#state.x && x,
      y: this.#state.y && y,
    };
  }

  /** @returns {string} the table as CSV, a row a job */
  get csv() {
    return csvOf(this.#rows.flatMap(({ unit }) => unit.jobs), this.#fields, this.#read);
  }

  /** @param {State} state */
  show(state) {
    const before = this.#state;
    this.#state = state;
    const jobs = this.#chosen.jobs;
    this.#effective = this.#reckoned();
    const { units, splits, by, dash } = this.#effective;
    this.#curves.keepOnly(new Set(jobs.map(({ id }) => id)));
    const wanted = SPLITS.filter((split) => splits.includes(split));
    this.#curves.follow(jobs.filter(({ status }) => status !== "queued"), [...wanted, ...SPLITS.filter((split) => !wanted.includes(split))]);
    const keys = units.map(({ key }) => key);
    for (const key of keys) this.#palette.assign(key, keys);
    rememberColors(keys, keys.map((key) => this.#palette.slotOf(key)));
    this.#painted = painted(units, { by, dash }, this.#inks, (key) => this.#palette.slotOf(key));
    if (before.axis !== state.axis) this.#board.view.live();
    if (before.isLog !== state.isLog) this.#board.view.releaseY("loss");
    byId("compare").dataset.state = jobs.length ? "ready" : this.#chosen.isLoading ? "loading" : "empty";
    this.#writeHead(jobs);
    if (!jobs.length) return;
    this.#writeControls();
    this.#writeLegend();
    this.#writeTable();
    this.#drawScatter();
    this.#drawParallel();
    this.redraw({ now: true });
  }

  /** Curves grew. @param {{now?: boolean}} [options] */
  redraw(options) {
    this.#board.invalidate(options);
  }

  #reckoned() {
    return effectiveOf(this.#state, this.#chosen.jobs, this.#fields, (jobs) => xChoices(jobs, this.#fields, this.#read));
  }

  /** @param {Metric} metric @returns {import("./traces.js").Scene} */
  #scene(metric) {
    const { axis, beta, isLog, isSingle } = this.#state;
    const { units, splits } = this.#effective;
    const lines = linesOf(units, metric, { axis, beta, splits, isSingle }, (id, split) => this.#curves.columns(id, split));
    const scene = { lines, paints: this.#painted.paints, metric, axis, isLog, end: this.#end() };
    if (metric === "loss") setText(byId("band-note"), [offChartWords(scene), alignmentWords(lines, axis)].filter(Boolean).join(" "));
    return scene;
  }

  /** @returns {number | null} where the axis ends once all are done, when known */
  #end() {
    const { axis } = this.#state;
    const jobs = this.#chosen.jobs.filter(({ status }) => status !== "queued");
    if (axis === "time" || !jobs.length) return null;
    const ends = jobs.map((job) => {
      const steps = (isDone(job) ? job.step : job.total_steps) ?? 0;
      return axis === "step" ? steps : steps / (stepsPerEpoch(job) || 1) || epochsOf(job);
    });
    return Math.max(...ends) || null;
  }

  /** @param {Job[]} jobs */
  #writeHead(jobs) {
    const { differ } = this.#effective;
    setText(byId("compare-title"), jobs.length ? titleWords(jobs, differ, this.#fields) : "Compare trainings");
    document.title = jobs.length ? `${titleWords(jobs, differ, this.#fields)} · Compare · Livetrain` : "Compare · Livetrain";
    const facts = jobs.length > 1 ? shared(jobs, this.#fields) : [];
    setText(byId("compare-shared"), facts.length ? `All: ${facts.join(" · ")}` : "");
    setText(byId("compare-tally"), jobs.length ? tallyWords(jobs) : "");
    const missing = missingWords(this.#chosen.missing);
    setText(byId("missing-words"), missing);
    byId("missing").hidden = !missing;
    setText(byId("room"), roomWords(this.#chosen.leftOut, MOST_JOBS));
  }

  #writeControls() {
    const { splits, isBand, canBand, by, dash, differ, dashable } = this.#effective;
    const choices = (/** @type {Field[]} */ fields) => fields.map(({ name, title }) => ({ name, title: title.toLowerCase() }));
    this.#controls.show({
      state: this.#state,
      splits,
      isBand,
      canBand,
      by: by?.name ?? "none",
      dash: dash?.name ?? "none",
      byChoices: choices(differ),
      dashChoices: choices(dashable),
      isLive: this.#board.view.isLive,
    });
  }

  #writeLegend() {
    const { by, dash } = this.#effective;
    const { colors, dashes } = this.#painted;
    const state = JSON.stringify([colors, dashes, by?.name, dash?.name]);
    const list = byId("compare-legend");
    if (list.dataset.state === state) return;
    list.dataset.state = state;
    const item = (/** @type {import("./paint.js").Entry} */ entry) =>
      make("li", { "data-entry": entry.label }, swatch(entry), make("span", {}, entry.label));
    const head = (/** @type {Field} */ field) => make("li", { class: "legend-head" }, field.title);
    list.replaceChildren(
      ...(by ? [head(by)] : []),
      ...colors.map(item),
      ...(dash && dashes.length ? [head(dash), ...dashes.map(item)] : []),
    );
  }

  #writeTable() {
    const { units, sort } = this.#effective;
    const columns = columnsOf(units, this.#fields, this.#read);
    const rows = rowsOf(units, columns, this.#read);
    this.#rows = this.#table.show(rows, columns, sort, this.#painted.paints);
  }

  #drawScatter() {
    const { units, x, y } = this.#effective;
    const choices = xChoices(this.#chosen.jobs, this.#fields, this.#read);
    writeChoices("scatter-x", choices, x);
    writeChoices("scatter-y", ACCURACIES.map((name) => ({ name, title: figureOf(name).title })), y);
    const { plot, drawn, left } = scatterOf(units, { x, y }, this.#fields, this.#read, this.#painted.paints, readTheme());
    byId("scatter").hidden = !drawn;
    byId("scatter-empty").hidden = drawn > 0;
    setText(byId("scatter-note"), drawn && left ? `${left} of ${drawn + left} have no place on it: a value is not known yet, or is no number.` : "");
    if (drawn) drawFigure(byId("scatter"), plot);
  }

  #drawParallel() {
    const { units, y } = this.#effective;
    const { axes, left } = coordinates(units, this.#fields, y, this.#read);
    const isWorth = units.length > 1 && axes.length > 2;
    byId("parallel-card").hidden = !isWorth;
    setAttribute(byId("parallel-card"), "data-wide", axes.length > WIDE_AXES ? "" : null);
    if (!isWorth || !byId("parallel").clientWidth) return;
    drawParallel(byId("parallel"), axes, units.map(({ key, label }) => ({ key, label, paint: this.#painted.paints.get(key) })));
    setText(byId("parallel-left"), left ? `${left} further fields differ; they are in the table.` : "");
  }
}

/** @returns {import("./paint.js").Inks} */
function readInks() {
  const { jobs, quiet } = readTheme();
  const style = getComputedStyle(document.documentElement);
  const ramp = ["--ramp-1", "--ramp-2", "--ramp-3"].map((name) => style.getPropertyValue(name).trim());
  return { jobs, ramp, quiet };
}
