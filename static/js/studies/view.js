/** The selected study on the screen: what it is, its table, its plots, its buttons. */

import { byId, setAttribute, setText } from "../dom.js";
import { count } from "../format.js";
import { rememberColors, rememberedColors } from "../jobs/colors.js";
import { tag } from "../jobs/differ.js";
import { Palette } from "../jobs/palette.js";
import { drawFigure, seriesColor } from "../charts/figure.js";
import { readTheme } from "../charts/theme.js";
import { Curves } from "./curves.js";
import { gains, heights, overlay, perValue, timePerValue } from "./plots.js";
import { showTable } from "./table.js";
import { endedJobs, parseValues, statusWords, tableNote, tally, verdict } from "./words.js";

/** @typedef {import("./words.js").Study} Study */

const OVERLAID_IN_LAB = 8; // as many as have a colour of their own

export class StudyView {
  #curves;
  #fields;
  #root;
  /** @type {Study | null} */
  #study = null;
  #drawn = "";
  #palette = new Palette(rememberedColors());

  /** @param {import("../api.js").Api} api @param {import("../recipe/schema.js").Field[]} fields @param {string} root */
  constructor(api, fields, root) {
    this.#curves = new Curves(api);
    this.#fields = fields;
    this.#root = root;
    byId("curve-metric").addEventListener("change", () => this.#drawCurves());
  }

  /** @param {Study | null} study */
  show(study) {
    const another = study?.id !== this.#study?.id;
    this.#study = study;
    byId("study-welcome").hidden = study !== null;
    byId("study-shown").hidden = study === null;
    byId("study").dataset.status = study?.status ?? "none";
    document.title = study ? `${study.name} · Studies · Livetrain` : "Studies · Livetrain";
    if (!study) return;
    this.#writeHead(study);
    showTable(study);
    setText(byId("table-note"), tableNote(study));
    this.#offer(study, another);
    const state = JSON.stringify([study.id, study.table]);
    if (state !== this.#drawn) this.#drawPlots(study);
    this.#drawn = state;
    this.#drawCurves();
  }

  /** @returns {{seeds?: number, values?: Record<string, any[]>}} what Extend would add */
  get extension() {
    const study = this.#study;
    const axis = this.#onlyAxis(study);
    const seeds = /** @type {HTMLInputElement} */ (byId("extend-seeds")).value.trim();
    const typed = /** @type {HTMLInputElement} */ (byId("extend-values")).value;
    const field = this.#fields.find(({ name }) => name === axis);
    const values = field ? parseValues(field, typed) : [];
    return {
      ...(seeds ? { seeds: Number(seeds) } : {}),
      ...(axis && values.length ? { values: { [axis]: values } } : {}),
    };
  }

  /** @param {Study | null} study @returns {string | null} */
  #onlyAxis(study) {
    return study?.kind === "sweep" ? (Object.keys(study.definition.axes)[0] ?? null) : null;
  }

  /** @param {Study} study */
  #writeHead(study) {
    const { base, seeds } = study.definition;
    setText(byId("study-name"), study.name);
    const repetitions = `${count(seeds.length)} repetition${seeds.length === 1 ? "" : "s"}`;
    const network = base.architecture === "mlp" && !study.definition.axes.hidden_sizes ? `mlp ${base.hidden_sizes.join(", ")}` : base.architecture;
    const told = ["dataset", "architecture", "hidden_sizes", "epochs", "seed", "name", ...Object.keys(study.definition.axes)];
    const others = this.#fields
      .filter((field) => !told.includes(field.name) && String(base[field.name]) !== String(field.initial))
      .map((field) => tag(field, base[field.name]));
    const parts = [base.dataset, network, `${count(base.epochs)} epochs`, ...others, repetitions];
    setText(byId("study-about"), parts.join(" · "));
    setText(byId("study-status"), statusWords(study.status));
    setAttribute(byId("study-status"), "data-status", study.status);
    byId("study-bar").style.setProperty("--share", String(study.job_count ? endedJobs(study) / study.job_count : 0));
    const now = study.jobs.find((job) => job.status === "running");
    setText(byId("study-tally"), tally(study) + (now ? ` · now: ${now.name}, epoch ${count(now.epoch)}` : ""));
    setText(byId("verdict"), verdict(study));
  }

  /** @param {Study} study @param {boolean} another */
  #offer(study, another) {
    const open = study.jobs.some((job) => !["completed", "stopped", "failed", "interrupted"].includes(job.status));
    const left = study.jobs.some((job) => ["stopped", "interrupted", "paused"].includes(job.status) || (job.status === "failed" && job.reason !== "diverged"));
    byId("study-stop").hidden = !open;
    byId("study-resume").hidden = !left;
    byId("delete-jobs").hidden = open;
    const shown = study.table.rows.flatMap((row) => row.jobs.slice(0, 1)).slice(0, OVERLAID_IN_LAB);
    const colors = this.#slotsOf(shown).join(",");
    const query = shown.length ? `?job=${shown[shown.length - 1]}&shown=${shown.join(",")}&colors=${colors}` : "";
    setAttribute(byId("study-lab"), "href", `${this.#root}/${query}`);
    const axis = this.#onlyAxis(study);
    byId("extend-values-field").hidden = !axis;
    setText(byId("extend-values-label"), `More values of ${(axis ?? "").replaceAll("_", " ")}`);
    if (!another) return;
    /** @type {HTMLDetailsElement} */ (byId("extend")).open = false;
    /** @type {HTMLInputElement} */ (byId("extend-seeds")).value = String(study.definition.seeds.length);
    /** @type {HTMLInputElement} */ (byId("extend-values")).value = "";
    byId("extend-error").hidden = true;
  }

  /** @param {Study} study */
  #drawPlots(study) {
    const bad = readTheme().bad;
    const isLadder = study.kind === "ladder";
    setText(byId("first-title"), isLadder ? "Test accuracy per rung" : "Accuracy per value");
    setText(byId("second-title"), isLadder ? "What each rung gains" : "Loss per value");
    const first = isLadder ? heights(study, seriesColor) : perValue(study, "accuracy", seriesColor, bad);
    const second = isLadder ? gains(study, seriesColor, bad) : perValue(study, "loss", seriesColor, bad);
    drawFigure(byId("first-plot"), first);
    drawFigure(byId("second-plot"), second);
    drawFigure(byId("time-plot"), timePerValue(study, seriesColor));
  }

  /** The colours that the jobs have in the Lab too. @param {string[]} ids @returns {number[]} */
  #slotsOf(ids) {
    const slots = ids.map((id) => this.#palette.assign(id, ids));
    rememberColors(ids, slots);
    return slots;
  }

  async #drawCurves() {
    const study = this.#study;
    if (!study) return;
    const { lines, left } = await this.#curves.of(study);
    if (this.#study?.id !== study.id) return;
    const checked = /** @type {HTMLInputElement | null} */ (byId("curve-metric").querySelector(":checked"));
    const metric = checked?.value === "loss" ? "loss" : "accuracy";
    const slots = this.#slotsOf(lines.map(({ id }) => id));
    const drawn = lines.map(({ label, columns }, i) => ({ label, slot: slots[i], epoch: columns.epoch, value: columns[metric].map(Number) }));
    const split = study.table.judged_by;
    const more = left ? ` ${count(left)} more are in the table only.` : "";
    setText(byId("curves-note"), `The ${split} set after each epoch, the first repetition of each.${more}`);
    drawFigure(byId("curves-plot"), overlay(drawn, metric, split, seriesColor));
  }
}
