/** How far curves have come, and whether that is worth a drawing. Rule: pure; what grew by less than is seen is not drawn. */

import { newestX } from "./axis.js";
import { countsOf } from "./marks.js";

/** @typedef {{x: number, marks: string}} Newest the sum of the newest x in view; another text when there are other marks */

const SEEN_ADVANCE = 1.5; // pixels a curve must have grown to be worth a drawing

/** @param {import("./picture.js").Shown[]} shown @param {import("./axis.js").Axis} axis @param {number} most x that is seen @returns {Newest} */
export function newestOf(shown, axis, most) {
  let x = 0;
  for (const { fold, stepsPerEpoch } of shown) x += Math.min(newestX(fold, axis, stepsPerEpoch), most);
  return { x, marks: shown.map(({ fold }) => countsOf(fold)).join(" ") };
}

/** @param {Newest | null} drawn @param {Newest} newest @param {number} perUnit pixels of an x @returns {boolean} whether a drawing would look different */
export function hasGrown(drawn, newest, perUnit) {
  return !drawn || newest.marks !== drawn.marks || Math.abs(newest.x - drawn.x) * perUnit >= SEEN_ADVANCE;
}
