/**
 * A lesson and what it fixes, on whatever page it is met. Rule: the link decides, and what it fixes is fixed for what is
 * taken over, for what is asked of jobs, and for every page that the reader goes on to.
 */

import { Problem } from "../api.js";
import { valueWords } from "../recipe/naming.js";
import { readAddress } from "../recipe/address.js";
import { equal } from "../recipe/schema.js";
import { writeValue } from "../recipe/values.js";
import { fixedOf, keptOf, keptWords, readable } from "./kept.js";
import { readLesson, writeLesson } from "./link.js";
import { refusedWords } from "./words.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../recipe/schema.js").Config} Config */
/** @typedef {import("./link.js").Lesson} Lesson */

export class Held {
  #fields;

  /** @param {Lesson} lesson @param {Config} config that its link gave, without what cannot be read @param {Field[]} fields */
  constructor(lesson, config, fields) {
    this.lesson = lesson;
    /** The fields that it fixes, and their values. */
    this.fixed = fixedOf(lesson, config);
    this.#fields = fields;
  }

  /** @returns {string} its part of the Lab's address, which holds the recipe beside it */
  get query() {
    return writeLesson(this.lesson, this.#fields);
  }

  /** @returns {string} all that another page needs of it: the values that are fixed come along */
  get along() {
    const own = this.#fields.filter(({ name, initial }) => name in this.fixed && !equal(this.fixed[name], initial));
    const values = new URLSearchParams(own.map((field) => [field.name, writeValue(field, this.fixed[field.name])]));
    return [values.toString(), this.query].filter(Boolean).join("&");
  }

  /** @param {Config} config to be taken over @returns {{config: Config, words: string}} as the lesson lets it be */
  keep(config) {
    const kept = keptOf(config, this.fixed).filter((name) => !this.lesson.hidden.includes(name));
    return { config: { ...config, ...this.fixed }, words: keptWords(kept, this.#fields) };
  }

  /** @param {Config} changes of a job @returns {Problem | null} why not */
  refusal(changes) {
    const kept = keptOf(changes, this.fixed);
    if (!kept.length) return null;
    const errors = kept.map((field) => ({ field, message: refusedWords(field, this.#valueWords(field), this.#fields) }));
    return new Problem(0, { detail: errors.map(({ message }) => message).join(" "), errors });
  }

  /** @param {string} name */
  #valueWords(name) {
    const field = this.#fields.find((one) => one.name === name);
    const value = this.fixed[name];
    return field && !equal(value, "") ? valueWords(field, value) : String(value);
  }
}

/** @param {string} query of an address @param {Field[]} fields @param {Config} [config] that the address gives @returns {Held | null} */
export function heldBy(query, fields, config = readAddress(query, fields).config) {
  const lesson = readLesson(query, fields);
  return lesson && new Held(lesson, readable(lesson, config, fields), fields);
}
