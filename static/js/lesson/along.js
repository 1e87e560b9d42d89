/** A lesson on a job's page. Rule: it came with the address, holds here as in the Lab, and goes on with every link. */

import { byId, setText } from "../dom.js";
import { carryAlong } from "../jobs/link.js";
import { heldBy } from "./held.js";
import { alongWords } from "./words.js";

/** @typedef {import("./held.js").Held} Held */
/** @typedef {{steering: import("../steer/steering.js").Steering, steer: import("../steer/panel.js").SteerPanel}} Steers */

/** @param {string} query of the page @param {import("../recipe/schema.js").Field[]} fields @param {Steers} steers @returns {Held | null} */
export function holdAlong(query, fields, { steering, steer }) {
  const held = heldBy(query, fields);
  if (!held) return null;
  carryAlong(held.along);
  steering.refusal = (changes) => held.refusal(changes);
  steer.restrict(held.lesson.locked, held.lesson.hidden);
  setText(byId("lesson-along"), alongWords(held.lesson, fields));
  byId("lesson-along").hidden = false;
  setText(byId("to-lab"), "← Back to the lesson");
  return held;
}
