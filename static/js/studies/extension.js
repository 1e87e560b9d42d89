/** What Extend adds to a study: repetitions, and values of each of its fields. Rule: said beside the field, sent at once. */

import { byId, make, setAttribute, setText } from "../dom.js";
import { missingWords } from "../recipe/facts.js";
import { inSentence } from "../recipe/naming.js";
import { report } from "../trouble.js";
import { AxisValues } from "./axis_values.js";
import { readSeeds } from "./values.js";

/** @typedef {import("./words.js").Study} Study */
/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../api.js").FieldError} FieldError */
/** @typedef {import("../recipe/facts.js").Facts} Facts */

const DATASET = "dataset";

export class Extension {
  #fields;
  #titles;
  #factsNow;
  #seeds = /** @type {HTMLInputElement} */ (byId("extend-seeds"));
  /** @type {Map<string, AxisValues>} by field */
  #axes = new Map();
  #shown = "";

  /** @param {Field[]} fields @param {Record<string, Record<string, string>>} titles words for the choices of a field
   * @param {() => Promise<Facts[]>} factsNow of the data sets */
  constructor(fields, titles, factsNow) {
    this.#fields = fields;
    this.#titles = titles;
    this.#factsNow = factsNow;
  }

  /** What is typed stays as long as the study is the same. @param {Study} study */
  show({ id, definition }) {
    const state = JSON.stringify([id, definition.axes, definition.seeds]);
    if (state === this.#shown) return;
    this.#shown = state;
    this.#axes.clear();
    byId("extend-axes").replaceChildren(
      ...Object.entries(definition.axes).flatMap(([name, taken]) => {
        const field = this.#fields.find((one) => one.name === name);
        return field ? [this.#axis(field, taken)] : [];
      }),
    );
    this.#seeds.value = String(definition.seeds.length);
    this.close();
    this.showErrors([]);
    say(byId("extend-missing"), "");
  }

  close() {
    /** @type {HTMLDetailsElement} */ (byId("extend")).open = false;
  }

  /** @param {Field} field @param {any[]} taken values that there are */
  #axis(field, taken) {
    const handle = (/** @type {string} */ part) => (part === "values" ? { "data-extend": field.name } : { [`data-extend-${part}`]: field.name });
    const onInput = () => field.name === DATASET && this.#warn(values).catch(report);
    const values = new AxisValues(field, { handle, titles: this.#titles[field.name], taken, onInput });
    this.#axes.set(field.name, values);
    return make("div", { class: "own-axis" }, make("h3", {}, `More values: ${inSentence(field.title)}`), values.element);
  }

  /** What is downloaded first. @param {AxisValues} chosen data sets */
  async #warn(chosen) {
    const facts = (await this.#factsNow()).filter(({ name }) => chosen.values.includes(name));
    say(byId("extend-missing"), facts.map(missingWords).filter(Boolean).join(" "));
  }

  /** @returns {{seeds?: number, values?: Record<string, any[]>} | null} what is added; null where it cannot be read, which is said */
  read() {
    const typed = this.#seeds.value.trim();
    const { seeds, problem } = typed ? readSeeds(typed) : { seeds: 0, problem: "" };
    this.showErrors(problem ? [{ field: "seeds", message: problem }] : []);
    const areRead = [...this.#axes.values()].map((axis) => axis.check()).every(Boolean);
    if (problem || !areRead) return null;
    const given = [...this.#axes].map(([name, axis]) => [name, axis.values]).filter(([, values]) => values.length);
    return { ...(typed ? { seeds } : {}), ...(given.length ? { values: Object.fromEntries(given) } : {}) };
  }

  /** @param {FieldError[]} errors @param {string} [message] where there is none of a field */
  showErrors(errors, message = "") {
    const of = (/** @type {string} */ field) => errors.filter((error) => error.field === field).map((error) => error.message).join(" ");
    for (const [name, axis] of this.#axes) axis.showError(of(`values.${name}`));
    say(byId("extend-seeds-error"), of("seeds") && `Repetitions: ${of("seeds")}`);
    setAttribute(this.#seeds, "aria-invalid", of("seeds") ? "true" : null);
    const placed = new Set(["seeds", ...[...this.#axes.keys()].map((name) => `values.${name}`)]);
    const rest = errors.filter(({ field }) => !placed.has(field)).map((error) => error.message);
    say(byId("extend-error"), errors.length ? rest.join(" ") : message);
  }
}

/** @param {HTMLElement} element @param {string} words */
function say(element, words) {
  element.hidden = !words;
  setText(element, words);
}
