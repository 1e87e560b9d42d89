/** The ready-made studies: what each asks, how many trainings that is, how long they take, what they fetch first. */

import { byId, make, setText, within } from "../dom.js";
import { missingWords } from "../recipe/facts.js";
import { trainingsWords } from "./words.js";

/**
 * @typedef {{id: string, title: string, question: string, definition: any, problem: string | null, job_count: number,
 *   estimate: import("./words.js").Span | null, missing: import("../recipe/facts.js").Facts[]}} Ready
 */

/** @param {Ready} ready @returns {string} before it starts */
export function readyWords({ problem, job_count, estimate, missing }) {
  if (problem) return "";
  return [`${trainingsWords(job_count, estimate)}.`, ...missing.map((facts) => missingWords({ ...facts, location: null }))].join(" ");
}

/** Written once, then only what is known of them changes.
 * @param {Ready[]} all @param {(definition: any, button: HTMLButtonElement) => void} onStart */
export function showReady(all, onStart) {
  const list = byId("ready");
  for (const ready of all) {
    const item = list.querySelector(`[data-item="${ready.id}"]`) ?? list.appendChild(itemOf(ready, onStart));
    setText(within(item, "small"), ready.problem ?? ready.question);
    setText(within(item, ".ready-takes"), readyWords(ready));
    /** @type {HTMLButtonElement} */ (within(item, "button")).disabled = ready.problem !== null;
  }
}

/** @param {Ready} ready @param {(definition: any, button: HTMLButtonElement) => void} onStart */
function itemOf({ id, title, definition }, onStart) {
  const button = /** @type {HTMLButtonElement} */ (make("button", { type: "button", class: "plain", "data-ready": id, "aria-label": `Start: ${title}` }, "Start"));
  button.addEventListener("click", () => onStart(definition, button));
  return make("li", { "data-item": id }, make("b", {}, title), make("small", {}), button, make("small", { class: "ready-takes" }));
}
