/** What a lesson keeps as it is. Rule: pure; a fixed field, locked or hidden, has the value that the link gave it. */

import { titles } from "../recipe/naming.js";
import { defaultsOf, equal } from "../recipe/schema.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../recipe/schema.js").Config} Config */
/** @typedef {import("./link.js").Lesson} Lesson */

/** @param {Lesson} lesson @param {Config} config that its link gave @returns {Config} the fixed fields and their values */
export function fixedOf(lesson, config) {
  return Object.fromEntries([...lesson.locked, ...lesson.hidden].map((name) => [name, config[name]]));
}

/** @param {Lesson} lesson @param {Config} config as read @param {Field[]} fields @returns {Config} without what cannot be */
export function readable(lesson, config, fields) {
  const initial = defaultsOf(fields);
  return { ...config, ...Object.fromEntries(lesson.unread.map((name) => [name, initial[name]])) };
}

/** @param {Config} config that is to be taken over @param {Config} fixed @returns {string[]} fields that stay otherwise */
export function keptOf(config, fixed) {
  return Object.keys(fixed).filter((name) => name in config && !equal(config[name], fixed[name]));
}

/** @param {string[]} names @param {Field[]} fields @returns {string} */
export function keptWords(names, fields) {
  if (!names.length) return "";
  const all = titles(fields, names);
  return `The lesson keeps its own ${all.charAt(0).toLowerCase()}${all.slice(1)}.`;
}
