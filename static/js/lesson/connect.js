/** The lesson connected with the Lab. Rule: the lesson knows neither the form nor the jobs' controls; this does. */

import { byId } from "../dom.js";
import { LessonMaker } from "./maker.js";
import { LessonPanel } from "./panel.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/**
 * @typedef {{api: import("../api.js").Api, fields: import("../recipe/schema.js").Field[], root: string,
 *   panel: import("../recipe/panel.js").RecipePanel, steering: import("../steer/steering.js").Steering}} Parts
 * @typedef {{onLeft: () => void, onSelect: (id: string) => void}} Hooks
 */

/** @param {Parts} parts of the Lab @param {Hooks} hooks @returns {LessonPanel} */
export function connectLesson({ api, fields, panel, steering, root }, { onLeft, onSelect }) {
  const lesson = new LessonPanel(fields, {
    onSelect,
    onRules: (locked, hidden) => panel.restrict(locked, hidden),
    onLeave: () => {
      lesson.leave();
      panel.say("");
      onLeft();
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
  new LessonMaker(fields, { root, config: () => panel.config, lesson: () => lesson.lesson });
  return lesson;
}
