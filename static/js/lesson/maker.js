/**
 * “Make a lesson of this recipe”: a dialog that gives a link. Rule: the link is written anew at every change, and
 * what stands in it is what the dialog shows.
 */

import { byId, make, setText } from "../dom.js";
import { valueWords } from "../recipe/naming.js";
import { applies, equal } from "../recipe/schema.js";
import { writeAddress } from "../recipe/address.js";
import { cut, LONGEST, MOST_CHOICES, OWN, writeLesson } from "./link.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../recipe/schema.js").Config} Config */
/** @typedef {import("./link.js").Lesson} Lesson */
/** @typedef {"free" | "locked" | "hidden"} Rule */
/** @typedef {{root: string, config: () => Config, lesson: () => Lesson | null}} Sources */

const RULES = /** @type {const} */ (["free", "locked", "hidden"]);
const CONFIRMED = 1500; // ms the button says that it did
const ADDRESS_ROOM = 2000; // letters; mail and chat programs cut longer addresses

export class LessonMaker {
  #fields;
  #sources;
  #dialog = /** @type {HTMLDialogElement} */ (byId("lesson-dialog"));

  /** @param {Field[]} fields @param {Sources} sources */
  constructor(fields, sources) {
    this.#fields = fields;
    this.#sources = sources;
    byId("lesson-form").addEventListener("input", () => this.#write());
    byId("lesson-form").addEventListener("submit", (event) => event.preventDefault());
    byId("lesson-close").addEventListener("click", () => this.#dialog.close());
    byId("lesson-lock-all").addEventListener("click", () => this.#setAll("locked"));
    byId("lesson-free-all").addEventListener("click", () => this.#setAll("free"));
    const link = /** @type {HTMLInputElement} */ (byId("lesson-link"));
    link.addEventListener("focus", () => link.select());
    byId("lesson-copy").addEventListener("click", () => this.#copy(link));
  }

  open() {
    const [config, lesson] = [this.#sources.config(), this.#sources.lesson()];
    const named = { title: lesson?.title ?? "", ask: lesson?.ask ?? "", explain: lesson?.explain ?? "" };
    for (const [part, text] of Object.entries({ ...named, choices: (lesson?.choices ?? []).join("\n") })) this.#input(part).value = text;
    const offered = this.#fields.filter((field) => !OWN.includes(field.name) && field.choices.length !== 1 && applies(field, config));
    byId("lesson-fields").replaceChildren(...offered.map((field) => this.#row(field, config, lesson)));
    this.#write();
    this.#dialog.showModal();
    this.#input("title").focus();
  }

  /** @param {string} part @returns {HTMLInputElement | HTMLTextAreaElement} */
  #input(part) {
    return /** @type {HTMLInputElement} */ (byId(`lesson-make-${part}`));
  }

  /** @param {Field} field @param {Config} config @param {Lesson | null} lesson */
  #row(field, config, lesson) {
    const { name, title, initial } = field;
    const own = lesson?.hidden.includes(name) ? "hidden" : lesson?.locked.includes(name) ? "locked" : "free";
    const rule = lesson ? own : equal(config[name], initial) ? "free" : "locked";
    const options = RULES.map((one) => {
      const input = /** @type {HTMLInputElement} */ (make("input", { type: "radio", name: `rule-${name}`, value: one, "data-rule": one }));
      input.checked = one === rule;
      return make("label", {}, input, make("span", {}, one));
    });
    const choice = make("div", { class: "segments", role: "radiogroup", "aria-label": title }, ...options);
    return make("li", { "data-make": name }, make("span", {}, make("b", {}, title), " ", make("small", {}, valueWords(field, config[name]))), choice);
  }

  /** @param {Rule} rule */
  #setAll(rule) {
    for (const input of byId("lesson-fields").querySelectorAll(`[data-rule="${rule}"]`)) {
      /** @type {HTMLInputElement} */ (input).checked = true;
    }
    this.#write();
  }

  /** @param {Rule} rule @returns {string[]} */
  #fieldsOf(rule) {
    const chosen = [...byId("lesson-fields").querySelectorAll(`[data-rule="${rule}"]:checked`)];
    return chosen.map((input) => /** @type {HTMLElement} */ (input.closest("[data-make]")).dataset.make ?? "");
  }

  #write() {
    const config = this.#sources.config();
    const choices = [...new Set(this.#input("choices").value.split("\n").map((line) => cut(line, LONGEST.choice)).filter(Boolean))];
    const behind = this.#fields.filter((field) => !applies(field, config) && !OWN.includes(field.name)).map(({ name }) => name); // as the rest of them
    const free = this.#fieldsOf("free");
    const shown = this.#fieldsOf("locked");
    const lesson = {
      title: cut(this.#input("title").value, LONGEST.title),
      ask: cut(this.#input("ask").value, LONGEST.ask),
      choices,
      explain: cut(this.#input("explain").value, LONGEST.explain),
      locked: shown.length > free.length ? [...shown, ...behind] : shown,
      hidden: this.#fieldsOf("hidden"),
    };
    const recipe = writeAddress({ config, job: null, shown: [] }, this.#fields);
    const link = `${window.location.origin}${this.#sources.root}/?${recipe}&${writeLesson(lesson, this.#fields)}`;
    /** @type {HTMLInputElement} */ (byId("lesson-link")).value = link;
    /** @type {HTMLAnchorElement} */ (byId("lesson-try")).href = link;
    const said = [];
    if (choices.length === 1) said.push("One choice leaves nothing to choose: give two, or none for a free answer.");
    if (choices.length > MOST_CHOICES) said.push(`Only the first ${MOST_CHOICES} choices will be shown.`);
    if (choices.length && !lesson.ask) said.push("Choices need a question.");
    if (link.length > ADDRESS_ROOM) said.push(`The link has ${link.length} letters; some mail programs cut it at ${ADDRESS_ROOM}.`);
    setText(byId("lesson-said"), said.join(" "));
  }

  /** @param {HTMLInputElement} link */
  async #copy(link) {
    const button = byId("lesson-copy");
    link.select();
    if (navigator.clipboard) await navigator.clipboard.writeText(link.value); // none on plain HTTP from another machine
    setText(button, navigator.clipboard ? "Copied" : "Selected: press Ctrl+C");
    setTimeout(() => setText(button, "Copy"), CONFIRMED);
  }
}
