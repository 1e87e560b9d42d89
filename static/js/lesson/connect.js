/**
 * Lessons connected with the Lab. Rule: the lesson knows neither the form nor the jobs' controls, this does; and what
 * a lesson needs is fetched only for an address with one.
 */

import { byId } from "../dom.js";
import { later } from "../later.js";
import { isLesson } from "./marks.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../recipe/schema.js").Config} Config */
/**
 * @typedef {{api: import("../api.js").Api, fields: import("../recipe/schema.js").Field[], root: string,
 *   panel: import("../recipe/panel.js").RecipePanel, steering: import("../steer/steering.js").Steering,
 *   steer: import("../steer/panel.js").SteerPanel}} Parts
 * @typedef {{onLeft: () => void, onSelect: (id: string) => void, onLoaded: () => void}} Hooks
 */

export class Lessons {
  #parts;
  #hooks;
  /** @type {import("./panel.js").LessonPanel | null} */
  #shown = null;
  /** @type {import("./maker.js").LessonMaker | null} */
  #maker = null;

  /** @param {Parts} parts of the Lab @param {Hooks} hooks `onLoaded`: the address can be read again, with its lesson */
  constructor(parts, hooks) {
    this.#parts = parts;
    this.#hooks = hooks;
    byId("make-lesson").addEventListener("click", () => this.#make());
  }

  /** @returns {string} its part of the address */
  get query() {
    return this.#shown?.query ?? "";
  }

  /** Settled once the address can be opened. @param {string} query */
  async load(query) {
    if (this.#shown || !isLesson(query)) return;
    const { LessonPanel } = await later(() => import("./panel.js"));
    this.#shown ??= this.#connected(LessonPanel);
  }

  /** @param {string} query of the address @param {Config} config that it gives @returns {Config} as the lesson lets it be */
  open(query, config) {
    if (this.#shown) return this.#shown.open(query, config);
    if (isLesson(query)) this.load(query).then(() => this.#hooks.onLoaded()); // stepped back to
    return config;
  }

  /** @param {Job[]} jobs newest first @param {Job | null} selected */
  showJobs(jobs, selected) {
    this.#shown?.showJobs(jobs, selected);
  }

  /** @param {typeof import("./panel.js").LessonPanel} LessonPanel */
  #connected(LessonPanel) {
    const { api, fields, panel, steering, steer } = this.#parts;
    const lesson = new LessonPanel(fields, {
      onSelect: this.#hooks.onSelect,
      onRules: (locked, hidden) => {
        panel.restrict(locked, hidden);
        steer.restrict(locked, hidden);
      },
      onLeave: () => {
        lesson.leave();
        panel.say("");
        this.#hooks.onLeft();
        byId("recipe").focus(); // the button went with its card
      },
    });
    panel.mayStart = () => lesson.isAnswered();
    panel.keep = (config) => lesson.keep(config);
    panel.addEventListener("config", () => lesson.follow(panel.config));
    panel.addEventListener("started", async (event) => {
      const job = /** @type {Job} */ (/** @type {CustomEvent} */ (event).detail);
      const notes = lesson.notesFor(job);
      if (notes !== null) await api.patch(`/api/jobs/${job.id}`, { notes }); // the feed tells of it
    });
    steering.refusal = (changes) => lesson.refusal(changes);
    return lesson;
  }

  async #make() {
    const { LessonMaker } = await later(() => import("./maker.js"));
    const { fields, root, panel } = this.#parts;
    this.#maker ??= new LessonMaker(fields, { root, config: () => panel.config, lesson: () => this.#shown?.lesson ?? null });
    this.#maker.open();
  }
}
