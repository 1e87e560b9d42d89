/**
 * The recipe: form, facts, preview, sheet and Start, kept in step. Rule: one config goes in and comes out; what
 * is wrong with it is said beside the field.
 */

import { Problem } from "../api.js";
import { byId, make, setText } from "../dom.js";
import { contextOf } from "../explain/context.js";
import { Explanations } from "../explain/panel.js";
import { about, count } from "../format.js";
import { Inquiry } from "../inquiry.js";
import { estimateSeconds } from "./estimate.js";
import { showFacts } from "./facts.js";
import { RecipeForm } from "./form.js";
import { titlesOf } from "./naming.js";
import { PRESETS } from "./presets.js";
import { Preview } from "./preview.js";
import { defaultsOf, differences, equal } from "./schema.js";
import { sentence } from "./sentence.js";
import { Sheet } from "./sheet.js";

/** @typedef {import("./schema.js").Config} Config */
/** @typedef {import("./schema.js").Field} Field */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {{name: string, title: string, description: string}} Named */
/** @typedef {{fields: Field[], datasets: import("./facts.js").Facts[], architectures: Named[]}} Catalogue */

export class RecipePanel extends EventTarget {
  #api;
  #catalogue;
  #form;
  #preview;
  #explanations;
  #inspector;
  #sheet;
  /** @type {import("./sheet.js").Inspection | null} */
  #inspection = null;
  /** @type {import("./facts.js").Facts | null} of the data set, as the recipe asks for it */
  #facts = null;
  #jobsNow;
  #key = "";
  /** Whether Start may be pressed; says itself why not. */
  mayStart = () => true;
  /** What of a recipe may be taken over, and what is to be said of the rest.
   * @type {(config: Config) => {config: Config, words: string}} */
  keep = (config) => ({ config, words: "" });

  /** @param {import("../api.js").Api} api @param {Catalogue} catalogue @param {() => Job[]} jobsNow newest first */
  constructor(api, catalogue, jobsNow) {
    super();
    this.#api = api;
    this.#catalogue = catalogue;
    this.#jobsNow = jobsNow;
    const form = /** @type {HTMLFormElement} */ (byId("recipe"));
    this.#form = new RecipeForm(form, catalogue.fields, {
      dataset: titlesOf(catalogue.datasets),
      architecture: titlesOf(catalogue.architectures),
    });
    this.#preview = new Preview(api, () => this.#explanations?.refresh());
    this.#explanations = new Explanations(form, catalogue.fields, {
      config: () => this.config,
      context: () => contextOf(this.#facts, this.#preview.shown),
    });
    this.#sheet = new Sheet(api, () => differences(this.config, this.#catalogue.fields));
    this.#inspector = new Inquiry(
      api,
      "/api/inspect",
      (inspection) => this.#inspected(inspection),
      (errors) => {
        this.#form.showErrors(errors);
        this.#sheet.stale();
      },
    );
    this.#form.addEventListener("edit", (event) => {
      this.#changed();
      this.#tell(!(/** @type {CustomEvent} */ (event).detail.typed));
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
    byId("sees-again").addEventListener("click", () => this.#preview.again(this.#seen));
    byId("sees-roll").addEventListener("click", () => this.#preview.reroll(this.#seen));
    for (const preset of PRESETS) byId("presets").append(this.#presetButton(preset));
  }

  /** @returns {Config} */
  get config() {
    return this.#form.config;
  }

  set config(config) {
    this.#form.config = config;
    this.#form.showErrors([]);
    this.#changed();
  }

  /** @param {string[]} locked fields @param {string[]} hidden fields */
  restrict(locked, hidden) {
    this.#form.restrict(locked, hidden);
  }

  /** Take over another recipe, as a choice. @param {Config} config what is absent is at its default
   * @returns {string} what was not taken over, in words */
  take(config) {
    const { config: taken, words } = this.keep({ ...defaultsOf(this.#catalogue.fields), ...config });
    this.config = taken;
    this.#tell(true);
    this.say(words);
    return words;
  }

  /** Beside Start, until the recipe changes. @param {string} words */
  say(words) {
    byId("recipe-said").hidden = !words;
    setText(byId("recipe-said"), words);
  }

  /** Jobs were measured meanwhile: the estimate on Start may know more. */
  estimate() {
    const seconds = estimateSeconds(this.config, this.#inspection?.train_size ?? null, this.#jobsNow());
    setText(byId("start"), seconds == null ? "Start" : `Start · about ${about(seconds)}`);
  }

  /** What the preview rests on. */
  get #seen() {
    const seen = /** @type {Config} */ ({ dataset: this.config.dataset, ...differences(this.config, this.#catalogue.fields) });
    if (this.#facts?.kind === "points") delete seen.augment; // refused beside its switch, and of no effect here
    return seen;
  }

  /** @param {import("./presets.js").Preset} preset */
  #presetButton(preset) {
    const button = make(
      "button",
      { type: "button", class: "preset", "data-preset": preset.id, "aria-pressed": "false" },
      make("b", {}, preset.title),
      make("small", {}, preset.detail),
    );
    button.addEventListener("click", () => this.take(preset.changes));
    return button;
  }

  /** @param {boolean} step a choice, not typing */
  #tell(step) {
    this.dispatchEvent(new CustomEvent("config", { detail: { step } }));
  }

  #changed() {
    const { config } = this;
    const { datasets, architectures, fields } = this.#catalogue;
    const facts = datasets.find((one) => one.name === config.dataset) ?? null;
    if (this.#facts?.name !== facts?.name) showFacts((this.#facts = facts));
    const architecture = architectures.find((one) => one.name === config.architecture);
    setText(byId("network-facts"), architecture?.description ?? "");
    setText(byId("sentence"), sentence(config, facts?.title ?? config.dataset, architecture?.title ?? config.architecture));
    byId("start-error").hidden = true;
    this.say("");
    this.#explanations.refresh();
    this.#preview.show(this.#seen);
    const changes = differences(config, fields);
    for (const button of byId("presets").querySelectorAll("button")) {
      const preset = PRESETS.find((one) => one.id === button.dataset.preset);
      const same = preset && equal(differences({ ...defaultsOf(fields), ...preset.changes }, fields), changes);
      button.setAttribute("aria-pressed", String(Boolean(same)));
    }
    byId("notation-help").hidden = config.architecture !== "cnn";
    this.#sheet.edited();
    this.#inspector.ask(changes);
  }

  /** @param {import("./sheet.js").Inspection} inspection */
  #inspected(inspection) {
    this.#inspection = inspection;
    this.#form.showErrors([]);
    showFacts((this.#facts = inspection.dataset));
    this.#sheet.show(inspection);
    this.estimate();
  }

  async #start() {
    const button = /** @type {HTMLButtonElement} */ (byId("start"));
    if (button.getAttribute("aria-disabled") === "true" || !this.mayStart()) return;
    button.setAttribute("aria-disabled", "true");
    this.#key ||= [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("");
    try {
      const changes = differences(this.config, this.#catalogue.fields);
      const job = await this.#api.post("/api/jobs", changes, { key: this.#key });
      this.#key = "";
      byId("start-error").hidden = true;
      this.dispatchEvent(new CustomEvent("started", { detail: job }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status !== 0) this.#key = "";
      this.#refused(error);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  /** @param {Problem} problem */
  #refused(problem) {
    const elsewhere = this.#form.showErrors(problem.errors, { focus: true });
    const text = problem.errors.length ? elsewhere.map((one) => `${one.field}: ${one.message}`).join(" ") : problem.message;
    const element = byId("start-error");
    element.hidden = !text && !problem.errors.length;
    setText(element, text || `${count(problem.errors.length)} field${problem.errors.length === 1 ? "" : "s"} to correct.`);
  }
}
