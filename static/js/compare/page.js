/**
 * The comparison on the screen. Rule: everything shown follows from the state, the jobs and their curves; nothing is kept
 * twice.
 */

import { readTheme } from "../charts/theme.js";
import { byId, setAttribute, setText } from "../dom.js";
import { rememberColors, rememberedColors } from "../jobs/colors.js";
import { Palette } from "../jobs/palette.js";
import { epochsOf, isDone, tallyWords } from "../jobs/words.js";
import { CompareBoard } from "./board.js";
import { CompareControls } from "./controls.js";
import { CompareCurves } from "./curves.js";
import { effectiveOf } from "./effective.js";
import { facetsOf } from "./facets.js";
import { FacetsView } from "./facets_view.js";
import { shared } from "./fields.js";
import { writeKey, writeLegend } from "./legend.js";
import { alignmentWords, isOfTime, linesOf, stepsPerEpoch } from "./lines.js";
import { painted } from "./paint.js";
import { Parameters } from "./parameters.js";
import { ComparePlots } from "./plots.js";
import { columnsOf, csvOf, rowsOf } from "./rows.js";
import { xChoices } from "./scatter.js";
import { MOST_JOBS, SPLITS } from "./state.js";
import { CompareTable } from "./table.js";
import { MARKED_UNITS, offChartWords } from "./traces.js";
import { differWords, missingWords, roomWords, titleWords } from "./words.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./lines.js").Metric} Metric */
/** @typedef {import("./effective.js").Effective} Effective */
/** @typedef {import("./paint.js").Painted} Painted */

export class ComparePage {
  #fields;
  #chosen;
  #curves;
  #parameters;
  #palette = new Palette(rememberedColors());
  #board;
  #controls;
  #facets;
  #table;
  #plots;
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
   *   onNews: () => void, onZoom: () => void, onWish: (changes: Partial<State>, options?: {typed?: boolean}) => void, onRemove: (ids: string[]) => void}} parts
   *   `onNews`: curves or counts came; `onZoom`: another part of the charts is seen; `onWish`: the reader wants another state
   */
  constructor({ api, fields, chosen, state, root, onNews, onZoom, onWish, onRemove }) {
    this.#fields = fields;
    this.#chosen = chosen;
    this.#state = state;
    this.#curves = new CompareCurves(api);
    this.#parameters = new Parameters(api);
    this.#effective = this.#reckoned();
    this.#curves.addEventListener("change", onNews);
    this.#parameters.addEventListener("change", onNews);
    this.#board = new CompareBoard({ loss: byId("loss-chart"), accuracy: byId("accuracy-chart") }, (metric) => this.#scene(metric));
    this.#board.addEventListener("view", () => {
      setAttribute(byId("go-live"), "aria-pressed", String(this.#board.view.isLive));
      onZoom();
    });
    this.#board.view.look(state.zoomed);
    this.#board.addEventListener("theme", () => {
      this.#inks = readInks();
      this.show(this.#state);
    });
    this.#facets = new FacetsView(this.#board);
    this.#controls = new CompareControls(onWish, () => this.#board.release());
    this.#table = new CompareTable(root, (sort) => onWish({ sort }), onRemove);
    for (const id of ["compare-rows", "compare-legend", "parallel"]) this.#emphasizeFrom(byId(id));
    this.#plots = new ComparePlots(fields, this.#read, onWish);
  }

  /** @returns {State} as a link keeps it: what is in effect now, also where it was left to the page */
  get linked() {
    const { splits, isBand, canBand, by, dash, facet, sort, x, y } = this.#effective;
    const some = this.#chosen.jobs.length > 0;
    const jobs = this.#chosen.ids;
    return {
      ...this.#state,
      jobs,
      colors: jobs.map((id) => (by ? null : this.#palette.slotOf(id))),
      splits: some ? splits : null,
      isBand: canBand ? isBand : null,
      by: by?.name ?? (this.#state.by === null ? null : "none"),
      dash: dash?.name ?? (this.#state.dash === null ? null : "none"),
      facet: facet?.name ?? null,
      sort: some ? sort : null,
      x: this.#state.x && x,
      y: this.#state.y && y,
      zoomed: this.#board.view.zoomed,
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
    const { units, splits, by, dash, facet } = this.#effective;
    this.#curves.keepOnly(new Set(jobs.map(({ id }) => id)));
    const wanted = SPLITS.filter((split) => splits.includes(split));
    this.#curves.follow(jobs.filter(({ status }) => status !== "queued"), [...wanted, ...SPLITS.filter((split) => !wanted.includes(split))], state.axis === "wall");
    const keys = units.map(({ key }) => key);
    if (keys.length) this.#palette.assign(keys[0], keys); // the others get theirs with it
    rememberColors(keys, keys.map((key) => this.#palette.slotOf(key)));
    this.#painted = painted(units, { by, dash }, this.#inks, (key) => this.#palette.slotOf(key));
    if (before.axis !== state.axis) this.#board.view.live();
    if (before.isLog !== state.isLog) this.#board.view.releaseY("loss");
    byId("compare").dataset.state = jobs.length ? "ready" : this.#chosen.isLoading ? "loading" : "empty";
    this.#writeHead(jobs);
    if (!jobs.length) return;
    this.#writeControls();
    writeLegend(this.#painted, by, dash);
    const facets = facet ? facetsOf(facet, units) : null;
    writeKey(this.#effective, Math.max(...(facets?.map((one) => one.keys.size) ?? [units.length])) <= MARKED_UNITS);
    this.#facets.show(facets);
    this.#writeTable();
    this.#plots.show(this.#effective, this.#painted.paints, jobs, namesOf(this.#painted.colors));
    this.redraw({ now: true });
  }

  /** The part of the charts that a link or the history names. @param {State} state */
  look({ zoomed }) {
    this.#board.look(zoomed);
  }

  /** Curves grew. @param {{now?: boolean}} [options] */
  redraw(options) {
    this.#board.invalidate(options);
  }

  /** What the pointer or the focus is on stands out in the charts. @param {HTMLElement} element with parts that say whose they are */
  #emphasizeFrom(element) {
    for (const type of ["pointerover", "focusin"]) {
      element.addEventListener(type, ({ target }) => {
        const part = /** @type {Element | null} */ (target)?.closest("[data-key]");
        this.#board.emphasize(part ? (part.getAttribute("data-key") ?? "").split(" ") : null);
      });
    }
    for (const type of ["pointerleave", "focusout"]) element.addEventListener(type, () => this.#board.emphasize(null));
  }

  #reckoned() {
    return effectiveOf(this.#state, this.#chosen.jobs, this.#fields, (jobs) => xChoices(jobs, this.#fields, this.#read));
  }

  /** @param {Metric} metric @returns {import("./traces.js").Scene} */
  #scene(metric) {
    const { axis, beta, isLog, isSingle } = this.#state;
    const { units, splits } = this.#effective;
    const lines = linesOf(units, metric, { axis, beta, splits, isSingle }, (id, split) => this.#curves.columns(id, split));
    const names = namesOf([...this.#painted.colors, ...this.#painted.dashes]);
    const scene = { lines, paints: this.#painted.paints, metric, axis, beta, isLog, end: this.#end(), names };
    if (metric === "loss") setText(byId("band-note"), [offChartWords(scene), alignmentWords(lines, axis)].filter(Boolean).join(" "));
    return scene;
  }

  /** @returns {number | null} where the axis ends once all are done, when known */
  #end() {
    const { axis } = this.#state;
    const jobs = this.#chosen.jobs.filter(({ status }) => status !== "queued");
    if (isOfTime(axis) || !jobs.length) return null;
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
    setText(byId("compare-differ"), differWords(jobs.length, differ, this.#fields));
    const facts = jobs.length > 1 ? shared(jobs, this.#fields) : [];
    setText(byId("compare-shared"), facts.length ? `All: ${facts.join(" · ")}` : "");
    setText(byId("compare-tally"), jobs.length ? tallyWords(jobs) : "");
    const missing = missingWords(this.#chosen.missing);
    setText(byId("missing-words"), missing);
    byId("missing").hidden = !missing;
    setText(byId("room"), roomWords(this.#chosen.leftOut, MOST_JOBS));
  }

  #writeControls() {
    const { splits, isBand, canBand, by, dash, facet, differ, dashable, facetable } = this.#effective;
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
      facet: facet?.name ?? "none",
      facetChoices: choices(facetable),
      isLive: this.#board.view.isLive,
    });
  }

  #writeTable() {
    const { units, sort } = this.#effective;
    const columns = columnsOf(units, this.#fields, this.#read);
    const rows = rowsOf(units, columns, this.#read);
    this.#rows = this.#table.show(rows, columns, sort, this.#painted.paints);
  }
}

/** @param {import("./paint.js").Entry[]} entries @returns {import("./traces.js").Name[]} as a picture says them, away from the page */
function namesOf(entries) {
  return entries.map(({ title: label, color, dash, keys }) => ({ label, color, dash, keys }));
}

/** @returns {import("./paint.js").Inks} */
function readInks() {
  const { jobs, quiet } = readTheme();
  const style = getComputedStyle(document.documentElement);
  const ramp = ["--ramp-1", "--ramp-2", "--ramp-3"].map((name) => style.getPropertyValue(name).trim());
  return { jobs, ramp, quiet };
}
