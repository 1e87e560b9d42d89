/**
 * The lesson above the Lab: its question, its rules, and predictions beside outcomes. Rule: the link decides; what the
 * lesson fixes is fixed for the form, for what is taken over into it, and for what is asked of its jobs.
 */

import { Problem } from "../api.js";
import { byId, make, setText } from "../dom.js";
import { valueWords } from "../recipe/naming.js";
import { applies, equal } from "../recipe/schema.js";
import { fixedOf, keptOf, keptWords, readable } from "./kept.js";
import { cut, LONGEST, readLesson, writeLesson } from "./link.js";
import { readPrediction, writePrediction } from "./note.js";
import { Outcomes } from "./outcomes.js";
import { refusedWords, rulesWords, UNANSWERED } from "./words.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../recipe/schema.js").Config} Config */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./link.js").Lesson} Lesson */
/** @typedef {{onLeave: () => void, onSelect: (id: string) => void, onRules: (locked: string[], hidden: string[]) => void}} Hooks */

const ANSWER = "lesson-answer";

export class LessonPanel {
  #fields;
  #outcomes;
  /** @type {Lesson | null} */
  #lesson = null;
  /** @type {Config} */
  #fixed = {};
  #onRules;

  /** @param {Field[]} fields @param {Hooks} hooks */
  constructor(fields, { onLeave, onSelect, onRules }) {
    this.#fields = fields;
    this.#onRules = onRules;
    this.#outcomes = new Outcomes(fields, onSelect);
    byId("lesson-leave").addEventListener("click", onLeave);
    byId("lesson-answers").addEventListener("input", () => this.#say(""));
  }

  /** @returns {Lesson | null} */
  get lesson() {
    return this.#lesson;
  }

  /** @returns {Config} the fields that it fixes, and their values */
  get fixed() {
    return this.#fixed;
  }

  /** @returns {string} its part of the address */
  get query() {
    return this.#lesson ? writeLesson(this.#lesson, this.#fields) : "";
  }

  /** @param {string} query of the address @param {Config} config that it gives @returns {Config} without what cannot be read */
  open(query, config) {
    const before = JSON.stringify(this.#lesson);
    this.#lesson = readLesson(query, this.#fields);
    const read = this.#lesson ? readable(this.#lesson, config, this.#fields) : config;
    this.#fixed = this.#lesson ? fixedOf(this.#lesson, read) : {};
    byId("lesson").hidden = !this.#lesson;
    if (this.#lesson && JSON.stringify(this.#lesson) !== before) this.#write(this.#lesson);
    this.follow(read);
    this.#onRules(this.#lesson?.locked ?? [], this.#lesson?.hidden ?? []);
    return read;
  }

  leave() {
    this.#lesson = null;
    this.#fixed = {};
    byId("lesson").hidden = true;
    this.#onRules([], []);
  }

  /** The recipe changed: other fields count. @param {Config} config */
  follow(config) {
    if (!this.#lesson) return;
    setText(byId("lesson-rules"), rulesWords(this.#lesson, this.#fields.filter((field) => applies(field, config))));
  }

  /** @param {Config} config to be taken over @returns {{config: Config, words: string}} as the lesson lets it be */
  keep(config) {
    const kept = keptOf(config, this.#fixed).filter((name) => !this.#lesson?.hidden.includes(name));
    return { config: { ...config, ...this.#fixed }, words: keptWords(kept, this.#fields) };
  }

  /** @param {Config} changes of a job @returns {Problem | null} why not */
  refusal(changes) {
    const kept = keptOf(changes, this.#fixed);
    if (!kept.length) return null;
    const errors = kept.map((field) => ({ field, message: refusedWords(field, this.#valueWords(field), this.#fields) }));
    return new Problem(0, { detail: errors.map(({ message }) => message).join(" "), errors });
  }

  /** @returns {boolean} whether there is an answer, or no question; else it is asked for */
  isAnswered() {
    if (!this.#lesson?.ask || this.#answer) return true;
    this.#say(UNANSWERED);
    const first = /** @type {HTMLElement | null} */ (byId("lesson-answers").querySelector("input"));
    first?.focus();
    first?.scrollIntoView({ block: "center" });
    return false;
  }

  /** @param {Job} job just started @returns {string | null} its notes, with the prediction; null outside a lesson */
  notesFor(job) {
    if (!this.#lesson) return null;
    const { title, ask } = this.#lesson;
    return writePrediction(job.notes ?? "", { lesson: title, asked: ask, predicted: ask ? this.#answer : "" });
  }

  /** @param {Job[]} jobs newest first @param {Job | null} selected */
  showJobs(jobs, selected) {
    if (!this.#lesson) return;
    const { title, ask, explain } = this.#lesson;
    const all = selected && readPrediction(selected.notes) && !jobs.includes(selected) ? [selected, ...jobs] : jobs;
    const ended = this.#outcomes.show(title, all, Boolean(ask));
    byId("lesson-explain").hidden = !ended || !explain;
  }

  get #answer() {
    const inputs = [...byId("lesson-answers").querySelectorAll("input")];
    const chosen = inputs.find((input) => (input.type === "radio" ? input.checked : true));
    return chosen ? cut(chosen.value, LONGEST.answer) : "";
  }

  /** @param {string} name */
  #valueWords(name) {
    const field = this.#fields.find((one) => one.name === name);
    const value = this.#fixed[name];
    return field && !equal(value, "") ? valueWords(field, value) : String(value);
  }

  /** @param {Lesson} lesson */
  #write({ title, ask, choices, explain, problems }) {
    setText(byId("lesson-title"), title);
    setText(byId("lesson-ask"), ask);
    setText(byId("lesson-explain-words"), explain);
    byId("lesson-question").hidden = !ask;
    byId("lesson-answers").replaceChildren(...(choices.length ? choices.map(choiceOf) : [freeAnswer(ask)]));
    byId("lesson-problems").hidden = !problems.length;
    byId("lesson-problems").replaceChildren(...problems.map((words) => make("li", {}, words)));
    this.#say("");
  }

  /** @param {string} words */
  #say(words) {
    byId("lesson-error").hidden = !words;
    setText(byId("lesson-error"), words);
  }
}

/** @param {string} words */
function choiceOf(words) {
  return make("label", {}, make("input", { type: "radio", name: ANSWER, value: words }), make("span", {}, words));
}

/** @param {string} ask */
function freeAnswer(ask) {
  return make("input", { type: "text", name: ANSWER, maxlength: String(LONGEST.answer), "aria-label": `Your answer: ${ask}`, placeholder: "Your answer", autocomplete: "off" });
}
