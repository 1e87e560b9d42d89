/**
 * The way back from the Lab to the chapter that started a job. Rule: this browser's tab keeps it for the job; while
 * another one is looked at nothing is said.
 */

import { byId, setAttribute, setText } from "../dom.js";
import { keep, kept } from "../kept.js";

/** @typedef {{id: string, title: string}} Chapter */

const KEPT = "livetrain chapter "; // then the job's id

/** @param {string} job its id @param {Chapter} chapter that started it @param {Storage} [storage] */
export function keepChapter(job, { id, title }, storage = window.sessionStorage) {
  keep(storage, KEPT + job, { id, title }); // where it cannot be kept, the way back is the head's
}

/** @param {string} job its id @param {Storage} [storage] @returns {Chapter | null} the chapter that started it in this tab */
export function chapterOf(job, storage = window.sessionStorage) {
  return kept(storage, KEPT + job);
}

/** Above the selected job. @param {string} job its id @param {string} root of every address */
export function showChapter(job, root) {
  const line = byId("from-learn");
  if (line.dataset.job === job) return;
  line.dataset.job = job;
  const chapter = chapterOf(job);
  line.hidden = !chapter;
  setText(byId("from-learn-chapter"), chapter?.title ?? "");
  if (chapter) setAttribute(byId("from-learn-back"), "href", `${root}/learn#${encodeURIComponent(chapter.id)}`);
}
