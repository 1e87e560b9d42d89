/**
 * The lesson above the Lab: its question, its rules, and predictions beside outcomes. Rule: the link decides; what the
 * lesson fixes is fixed for the form, for what is taken over into it, and for what is asked of its jobs.
 */

import { byId, make, setText } from "../dom.js";
import { carryAlong } from "../jobs/link.js";
import { applies } from "../recipe/schema.js";
import { hasAnswered, rememberAnswered } from "./answered.js";
import { heldBy } from "./held.js";
import { readable } from "./kept.js";
import { cut, LONGEST } from "./link.js";
import { readPrediction, writePrediction } from "./note.js";
import { Outcomes } from "./outcomes.js";
import { freeOf, rulesWords, UNANSWERED, withheldWords } from "./words.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../recipe/schema.js").Config} Config */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./link.js").Lesson} Lesson */
/** @typedef {import("./held.js").Held} Held */
/** @typedef {{onLeave: () => void, onSelect: (id: string) => void, onRules: (locked: string[], hidden: string[]) => void}} Hooks */

const ANSWER = "lesson-answer";

export class LessonPanel {
  #fields;
  #outcomes;
  /** @type {Held | null} */
  #held = null;
  #onRules;
  /** @type {string[]} names of what may be changed */
  #free = [];
  #showAgain = () => {};

  /** @param {Field[]} fields @param {Hooks} hooks */
  constructor(fields, { onLeave, onSelect, onRules }) {
    this.#fields = fields;
    this.#onRules = onRules;
    this.#outcomes = new Outcomes(fields, onSelect);
    byId("lesson-leave").addEventListener("click", onLeave);
    byId("lesson-show").addEventListener("click", () => {
      if (this.lesson) rememberAnswered(this.lesson.title);
      this.#showAgain();
      byId("lesson-scroll").focus(); // the button went
    });
    byId("lesson-go").addEventListener("click", () => focusField(this.#free));
    byId("lesson-answers").addEventListener("input", () => this.#say(""));
  }

  /** @returns {Lesson | null} */
  get lesson() {
    return this.#held?.lesson ?? null;
  }

  /** @returns {string} its part of the address */
  get query() {
    return this.#held?.query ?? "";
  }

  /** @param {string} query of the address @param {Config} config that it gives @returns {Config} without what cannot be read */
  open(query, config) {
    const before = JSON.stringify(this.lesson);
    this.#held = heldBy(query, this.#fields, config);
    const lesson = this.lesson;
    const read = lesson ? readable(lesson, config, this.#fields) : config;
    byId("lesson").hidden = !lesson;
    if (lesson && JSON.stringify(lesson) !== before) this.#write(lesson);
    this.follow(read);
    this.#rule();
    return read;
  }

  leave() {
    this.#held = null;
    byId("lesson").hidden = true;
    this.#rule();
  }

  #rule() {
    carryAlong(this.#held?.along ?? "");
    this.#onRules(this.lesson?.locked ?? [], this.lesson?.hidden ?? []);
  }

  /** The recipe changed: other fields count. @param {Config} config */
  follow(config) {
    if (!this.lesson) return;
    const fields = this.#fields.filter((field) => applies(field, config));
    setText(byId("lesson-rules"), rulesWords(this.lesson, fields));
    this.#free = freeOf(this.lesson, fields);
    byId("lesson-go").hidden = !this.#free.length || this.#free.length === fields.length;
  }

  /** @param {Config} config to be taken over @returns {{config: Config, words: string}} as the lesson lets it be */
  keep(config) {
    return this.#held?.keep(config) ?? { config, words: "" };
  }

  /** @param {Config} changes of a job @returns {import("../api.js").Problem | null} why not */
  refusal(changes) {
    return this.#held?.refusal(changes) ?? null;
  }

  /** @returns {boolean} whether there is an answer, or no question; else it is asked for */
  isAnswered() {
    if (!this.lesson?.ask || this.#answer) return true;
    this.#say(UNANSWERED);
    const first = /** @type {HTMLElement | null} */ (byId("lesson-answers").querySelector("input"));
    first?.focus();
    first?.scrollIntoView({ block: "center" });
    return false;
  }

  /** @param {Job} job just started @returns {string | null} its notes, with the prediction; null outside a lesson */
  notesFor(job) {
    if (!this.lesson) return null;
    const { title, ask } = this.lesson;
    rememberAnswered(title);
    return writePrediction(job.notes ?? "", { lesson: title, asked: ask, predicted: ask ? this.#answer : "" });
  }

  /** @param {Job[]} jobs newest first @param {Job | null} selected */
  showJobs(jobs, selected) {
    this.#showAgain = () => this.showJobs(jobs, selected);
    if (!this.lesson) return;
    const { title, ask, explain } = this.lesson;
    const all = selected && readPrediction(selected.notes) && !jobs.includes(selected) ? [selected, ...jobs] : jobs;
    const own = all.filter((job) => readPrediction(job.notes)?.lesson === title);
    const withheld = own.length > 0 && Boolean(ask) && !hasAnswered(title);
    byId("lesson-withheld").hidden = !withheld;
    if (withheld) setText(byId("lesson-withheld-words"), withheldWords(own.length));
    const ended = this.#outcomes.show(withheld ? [] : own, Boolean(ask));
    byId("lesson-explain").hidden = !ended || !explain;
  }

  get #answer() {
    const inputs = [...byId("lesson-answers").querySelectorAll("input")];
    const chosen = inputs.find((input) => (input.type === "radio" ? input.checked : true));
    return chosen ? cut(chosen.value, LONGEST.answer) : "";
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

/** The first of them gets the focus, also when it is among what is folded away. @param {string[]} names of fields */
function focusField(names) {
  const all = names.flatMap((name) => [...document.querySelectorAll(`#recipe :is([data-switch="${name}"], [data-field="${name}"])`)]);
  const first = /** @type {HTMLElement[]} */ (all).find((element) => !element.closest("[hidden]"));
  const folded = first?.closest("details");
  if (folded) folded.open = true;
  first?.scrollIntoView({ block: "center" });
  first?.focus();
}
