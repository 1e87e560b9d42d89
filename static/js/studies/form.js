/** The form of one's own study. Rule: the server checks; what it refuses is said beside what it is about. */

import { Problem } from "../api.js";
import { byId, make, setAttribute, setText } from "../dom.js";
import { count } from "../format.js";
import { tagsOf } from "../jobs/differ.js";
import { defaultsOf, differences } from "../recipe/schema.js";
import { writeAddress } from "../recipe/address.js";
import { inSentence, titleOf } from "../recipe/naming.js";
import { AxisControl, sweepable } from "./axis.js";
import { Estimate } from "./estimate.js";
import { readSeeds } from "./values.js";
import { trainings } from "./words.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../recipe/schema.js").Config} Config */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {{name: string, title: string, on: string | null}} Rung */

const MOST_AXES = 3;
const OWN = ""; // the base that came with the address, or the defaults

export class StudyForm extends EventTarget {
  #api;
  #fields;
  /** @type {Config} */
  #base;
  #given;
  /** @type {AxisControl[]} */
  #axes = [];
  #form = /** @type {HTMLFormElement} */ (byId("own"));
  #seeds = /** @type {HTMLInputElement} */ (byId("own-seeds"));
  #jobs = /** @type {HTMLSelectElement} */ (byId("base-job"));
  /** @type {Map<string, Job>} */
  #known = new Map();
  #key = "";
  #datasets;
  #completed = 0;
  #choices;
  #estimate;

  /**
   * @param {import("../api.js").Api} api
   * @param {Field[]} fields
   * @param {Rung[]} rungs
   * @param {{base: Config, given: boolean}} start `given`: the base came from a recipe
   * @param {{datasets: import("../recipe/facts.js").Facts[], titles: Record<string, Record<string, string>>}} known
   *   `titles`: words for the choices of a field
   */
  constructor(api, fields, rungs, { base, given }, { datasets, titles }) {
    super();
    this.#api = api;
    this.#fields = fields;
    this.#base = base;
    this.#datasets = datasets;
    this.#choices = { titles, isTicked: (/** @type {Field} */ { name }, /** @type {any} */ value) => name !== "dataset" || this.#isLikeBase(value) };
    this.#estimate = new Estimate(api);
    this.#given = { base, words: given ? "the recipe you came with" : "the defaults" };
    byId("own-rungs").append(
      make(
        "div",
        { class: "checks", role: "group", "aria-label": "Rungs" },
        ...rungs.map(({ name, title }) => make("label", {}, make("input", { type: "checkbox", value: name, checked: "" }), title)),
      ),
    );
    byId("own-kind").addEventListener("change", () => this.#showKind());
    byId("add-axis").addEventListener("click", () => this.#addAxis().focus());
    this.#jobs.addEventListener("change", () => this.#takeOver());
    this.#form.addEventListener("input", () => this.#tell());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
    this.showJobs([]);
    this.#addAxis();
    this.#showBase();
    this.#showKind();
  }

  /** @param {Job[]} jobs newest first, to take a recipe over from */
  showJobs(jobs) {
    const completed = jobs.filter(({ status }) => status === "completed").length;
    if (completed !== this.#completed) this.#tell(); // another one was measured
    this.#completed = completed;
    const chosen = this.#jobs.value;
    if (jobs.length === this.#known.size && jobs.every((job) => this.#known.has(job.id)) && this.#jobs.options.length) return;
    this.#known = new Map(jobs.map((job) => [job.id, job]));
    this.#jobs.replaceChildren(
      make("option", { value: OWN }, this.#given.words),
      ...jobs.map((job) => make("option", { value: job.id }, job.name)),
    );
    this.#jobs.value = this.#known.has(chosen) ? chosen : OWN;
  }

  get #kind() {
    return /** @type {"sweep" | "ladder"} */ (new FormData(this.#form).get("kind"));
  }

  get #rungs() {
    const boxes = /** @type {HTMLInputElement[]} */ ([...byId("own-rungs").querySelectorAll("input")]);
    return boxes.filter((box) => box.checked).map((box) => box.value);
  }

  #takeOver() {
    const job = this.#known.get(this.#jobs.value);
    this.#base = job ? { ...defaultsOf(this.#fields), ...job.original_config, name: null } : this.#given.base;
    for (const axis of this.#axes) axis.offer(sweepable(this.#fields, this.#base));
    this.#showBase();
    this.#tell();
  }

  #showBase() {
    const tags = tagsOf([{ id: "base", config: this.#base }], this.#fields).get("base") ?? [];
    const shown = [this.#choices.titles.dataset?.[this.#base.dataset] ?? this.#base.dataset, ...tags.filter((tag) => tag !== this.#base.dataset)];
    byId("base-words").replaceChildren(...shown.map((tag) => make("span", { class: "tag" }, tag)));
    const query = writeAddress({ config: this.#base, job: null, shown: [] }, this.#fields);
    /** @type {HTMLAnchorElement} */ (byId("base-edit")).search = query;
  }

  #addAxis() {
    const taken = new Set(this.#axes.map((axis) => axis.name));
    const fields = sweepable(this.#fields, this.#base);
    const next = fields.find((field) => !taken.has(field.name));
    const isFirst = !this.#axes.length;
    /** @type {AxisControl} */
    const axis = new AxisControl(fields, {
      name: next?.name,
      choices: this.#choices,
      onChange: () => this.#tell(),
      ...(isFirst ? {} : { onRemove: () => this.#removeAxis(axis) }),
    });
    this.#axes.push(axis);
    byId("own-axes").append(axis.element);
    this.#tell();
    return axis;
  }

  /** @param {AxisControl} axis */
  #removeAxis(axis) {
    this.#axes = this.#axes.filter((other) => other !== axis);
    axis.element.remove();
    byId("add-axis").focus();
    this.#tell();
  }

  #showKind() {
    const isSweep = this.#kind === "sweep";
    byId("own-axes").hidden = !isSweep;
    byId("own-rungs").hidden = isSweep;
    this.#tell();
  }

  /** Whether a data set is here and of the same kind as that of what stays the same. @param {string} name */
  #isLikeBase(name) {
    const [base, other] = [this.#base.dataset, name].map((one) => this.#datasets.find((facts) => facts.name === one));
    return name === this.#base.dataset || (other?.available === true && other.kind === base?.kind);
  }

  /** How many trainings it would be, and how long they would take. */
  #tell() {
    const isSweep = this.#kind === "sweep";
    const { seeds } = readSeeds(this.#seeds.value);
    byId("add-axis").hidden = !isSweep || this.#axes.length >= MOST_AXES;
    const factors = isSweep ? this.#axes.map((axis) => axis.values.length) : [this.#rungs.length];
    const total = factors.reduce((product, factor) => product * factor, seeds);
    const isRead = !isSweep || this.#axes.every((axis) => !axis.problem);
    const words = [...factors, seeds].map(count).join(" × ");
    setText(byId("own-count"), isRead ? `${words} = ${trainings(total)}.` : "How many trainings: known once the values can be read.");
    this.#estimate.of(isRead && total ? this.#definition : null);
  }

  get #definition() {
    const base = differences(this.#base, this.#fields);
    for (const name of ["name", "seed"]) delete base[name];
    const { seeds } = readSeeds(this.#seeds.value);
    if (this.#kind === "ladder") return { kind: "ladder", base, rungs: this.#rungs, seeds };
    return { kind: "sweep", base, axes: Object.fromEntries(this.#axes.map((axis) => [axis.name, axis.values])), seeds };
  }

  async #start() {
    const names = this.#axes.map((axis) => axis.name);
    if (this.#kind === "sweep" && new Set(names).size < names.length) {
      const last = this.#axes[this.#axes.length - 1];
      last.showError(`${titleOf(this.#fields, last.name)} varies already; choose another field.`);
      return;
    }
    if (this.#kind === "sweep" && !this.#axes.map((axis) => axis.check()).every(Boolean)) return;
    const { problem } = readSeeds(this.#seeds.value);
    if (problem) {
      this.#showErrors([{ field: "seeds", message: problem }], "");
      this.#seeds.focus();
      return;
    }
    await this.start(this.#definition, /** @type {HTMLButtonElement} */ (byId("own-start")));
  }

  /** Post a definition; asked twice it is made once. @param {any} definition @param {HTMLButtonElement} button */
  async start(definition, button) {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    this.#key ||= [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("");
    this.#showErrors([], "");
    try {
      const study = await this.#api.post("/api/studies", definition, { key: this.#key });
      this.#key = "";
      this.dispatchEvent(new CustomEvent("started", { detail: study }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status !== 0) this.#key = ""; // without an answer it may have been made: the same key finds out
      this.#showErrors(error.errors, error.message);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  /** @param {import("../api.js").FieldError} error that has no control of its own here */
  #errorWords({ field, message }) {
    const [place, name] = field.split(".");
    const where = { base: "in what stays the same", axes: "Values", rungs: "Rungs" }[place] ?? place;
    return name ? `${titleOf(this.#fields, name)}, ${inSentence(where)}: ${message}` : `${where}: ${message}`;
  }

  /** @param {import("../api.js").FieldError[]} errors @param {string} message */
  #showErrors(errors, message) {
    for (const axis of this.#axes) {
      const own = errors.filter(({ field }) => field === `axes.${axis.name}`);
      axis.showError(own.map((error) => error.message).join(" "));
    }
    const seeds = errors.filter(({ field }) => field === "seeds").map((error) => `Repetitions: ${error.message}`).join(" ");
    byId("own-seeds-error").hidden = !seeds;
    setText(byId("own-seeds-error"), seeds);
    setAttribute(this.#seeds, "aria-invalid", seeds ? "true" : null);
    const placed = new Set(["seeds", ...this.#axes.map((axis) => `axes.${axis.name}`)]);
    const rest = errors.filter(({ field }) => !placed.has(field));
    const words = rest.length ? rest.map((error) => this.#errorWords(error)).join(" ") : errors.length ? "" : message;
    byId("own-error").hidden = !words;
    setText(byId("own-error"), words);
  }
}
