/** The chosen data set's facts beside it. Rule: what Start would fetch, or which folder to fill, is said plainly. */

import { byId, setText } from "../dom.js";
import { bytes, count, shape } from "../format.js";
import { showReason } from "./reason.js";

/**
 * @typedef {{name: string, title: string, description: string, kind: "points" | "images",
 *   input_shape: number[], classes: string[], train_size: number, test_size: number, available: boolean,
 *   download_bytes: number | null, location: string | null,
 *   label_keeping_augmentations?: string[], augmentation_reason?: string, problem?: string | null}} Facts
 */

/** @param {Facts} facts @returns {string} */
export function factsWords(facts) {
  const what = facts.kind === "points" ? "points" : `pictures ${shape(facts.input_shape)}`;
  const sizes = `${count(facts.train_size)} + ${count(facts.test_size)} ${what}`;
  return `${sizes} · ${facts.classes.length} classes`;
}

/** @param {Facts} facts @returns {string} empty when training can start at once */
export function missingWords(facts) {
  if (facts.problem) return facts.problem;
  if (facts.available) return "";
  const folder = facts.location ? ` Or put it into ${facts.location}.` : "";
  if (facts.download_bytes) {
    return `${facts.title} is not on this machine yet: Start downloads ${bytes(facts.download_bytes)} first.${folder}`;
  }
  return `${facts.title} is not on this machine.${facts.location ? ` Put it into ${facts.location}.` : ""}`;
}

/** @param {Facts | null} facts */
export function showFacts(facts) {
  setText(byId("dataset-facts"), facts ? factsWords(facts) : "");
  const notice = byId("dataset-missing");
  const missing = facts ? missingWords(facts) : "";
  notice.hidden = !missing;
  setText(notice, missing);
  showReason(facts);
}
