/** The selected study on the screen: what it is, its table, its plots, its buttons. */

import { byId, setAttribute, setText } from "../dom.js";
import { count } from "../format.js";
import { rememberColors, rememberedColors } from "../jobs/colors.js";
import { Palette } from "../jobs/palette.js";
import { isDone } from "../jobs/words.js";
import { part, titles } from "../recipe/naming.js";
import { drawFigure, seriesColor } from "../charts/figure.js";
import { readTheme } from "../charts/theme.js";
import { Curves } from "./curves.js";
import { Extension } from "./extension.js";
import { gains, hasValues, heights, overlay, perValue, timePerValue } from "./plots.js";
import { showTable } from "./table.js";
import { emptyWords, endedJobs, leftWords, statusWords, tableNote, tally, titled, verdict, waitingWords } from "./words.js";

/** @typedef {import("./words.js").Study} Study */

const OVERLAID_IN_LAB = 8; // as many as have a colour of their own

export class StudyView {
  #curves;
  #fields;
  #root;
  #titles;
  extension;
  /** @type {Study | null} */
  #study = null;
  #drawn = "";
  #palette = new Palette(rememberedColors());

  /** @param {import("../api.js").Api} api @param {import("../recipe/schema.js").Field[]} fields @param {string} root
   * @param {Record<string, Record<string, string>>} titles words for the choices of a field */
  constructor(api, fields, root, titles) {
    this.#titles = titles;
    this.extension = new Extension(fields, titles, () => api.get("/api/datasets"));
    this.#curves = new Curves(api);
    this.#fields = fields;
    this.#root = root;
    byId("curve-metric").addEventListener("change", () => this.#drawCurves());
  }

  /** @param {Study | null} given */
  show(given) {
    const study = given && titled(given, this.#titles.dataset ?? {});
    this.#study = study;
    byId("study-welcome").hidden = study !== null;
    byId("study-shown").hidden = study === null;
    byId("study").dataset.status = study?.status ?? "none";
    document.title = study ? `${study.name} · Studies · Livetrain` : "Studies · Livetrain";
    if (!study) return;
    this.#writeHead(study);
    showTable(study, this.#varies(study));
    setText(byId("table-note"), tableNote(study));
    this.#offer(study);
    this.extension.show(study);
    const state = JSON.stringify([study.id, study.table]);
    if (state !== this.#drawn) this.#drawPlots(study);
    this.#drawn = state;
    this.#drawCurves();
  }

  /** @param {Study} study @returns {string} */
  #varies(study) {
    return titles(this.#fields, Object.keys(study.definition.axes));
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
      .map((field) => part(field, base[field.name]));
    const length = study.definition.axes.epochs ? [] : [`${count(base.epochs)} epoch${base.epochs === 1 ? "" : "s"}`];
    const data = study.definition.axes.dataset ? [] : [this.#titles.dataset?.[base.dataset] ?? base.dataset];
    const parts = [...data, network, ...length, ...others, repetitions];
    setText(byId("study-about"), parts.join(" · "));
    setText(byId("study-status"), statusWords(study.status));
    setAttribute(byId("study-status"), "data-status", study.status);
    byId("study-bar").style.setProperty("--share", String(study.job_count ? endedJobs(study) / study.job_count : 0));
    const now = study.jobs.find((job) => job.status === "running");
    setText(byId("study-tally"), tally(study) + (now ? ` · now: ${now.name}, epoch ${count(now.epoch)}` : ""));
    setText(byId("study-left"), leftWords(study));
    setText(byId("study-waiting"), waitingWords(study));
    setText(byId("verdict"), verdict(study));
  }

  /** @param {Study} study */
  #offer(study) {
    const open = study.jobs.some((job) => !isDone(job));
    const left = study.jobs.some((job) => ["stopped", "interrupted", "paused"].includes(job.status) || (job.status === "failed" && job.reason !== "diverged"));
    byId("study-stop").hidden = !open;
    byId("study-resume").hidden = !left;
    byId("delete-jobs").hidden = open;
    const shown = study.table.rows.flatMap((row) => row.jobs.slice(0, 1)).slice(0, OVERLAID_IN_LAB);
    const colors = this.#slotsOf(shown).join(",");
    const query = shown.length ? `?job=${shown[shown.length - 1]}&shown=${shown.join(",")}&colors=${colors}` : "";
    setAttribute(byId("study-compare"), "href", `${this.#root}/compare?study=${encodeURIComponent(study.id)}`);
    setAttribute(byId("study-lab"), "href", `${this.#root}/${query}`);
    setAttribute(byId("study-report"), "href", `${this.#root}/api/studies/${study.id}/report.html`);
  }

  /** @param {Study} study */
  #drawPlots(study) {
    const bad = readTheme().bad;
    const isLadder = study.kind === "ladder";
    setText(byId("first-title"), isLadder ? "Test accuracy per rung" : "Accuracy per value");
    setText(byId("second-title"), isLadder ? "What each rung gains" : "Loss per value");
    const varies = this.#varies(study);
    const first = isLadder ? heights(study, seriesColor) : perValue(study, "accuracy", seriesColor, bad, varies);
    const second = isLadder ? gains(study, seriesColor, bad) : perValue(study, "loss", seriesColor, bad, varies);
    show("first-plot", first, emptyWords(study, "value"));
    show("second-plot", second, emptyWords(study, isLadder ? "gain" : "value"));
    show("time-plot", timePerValue(study, seriesColor), emptyWords(study, "value"));
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
    show("curves-plot", overlay(drawn, metric, split, seriesColor), emptyWords(study, "curve"));
  }
}

/** The chart, or a sentence in its place until there is a value. @param {string} id @param {import("../charts/figure.js").Figure} figure @param {string} words */
function show(id, figure, words) {
  const hasAny = hasValues(figure);
  byId(id).hidden = !hasAny;
  byId(`${id}-empty`).hidden = hasAny;
  setText(byId(`${id}-empty`), hasAny ? "" : words);
  if (hasAny) drawFigure(byId(id), figure);
}
