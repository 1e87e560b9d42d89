/**
 * Fields and their values in words. Rule: pure; the config says what a field is called, and the words are those
 * of the server's own labels (ml/naming.py).
 */

import { setting } from "../format.js";

/** @typedef {import("./schema.js").Field} Field */

const AS_GIVEN = new Set(["name", "dataset", "architecture", "device", "layers"]); // names that stand as they are

/** @param {Field[]} fields @param {string} name @returns {string} its title; without such a field the name in words */
export function titleOf(fields, name) {
  return fields.find((field) => field.name === name)?.title ?? name.replaceAll("_", " ");
}

/** @param {Field[]} fields @param {string[]} names @returns {string} `Learning rate and momentum` */
export function titles(fields, names) {
  const words = names.map((name, i) => inSentence(titleOf(fields, name), i > 0));
  return [words.slice(0, -1).join(", "), ...words.slice(-1)].filter(Boolean).join(" and ");
}

/** @param {{name: string, title: string}[]} all data sets or architectures @returns {Record<string, string>} titles by name */
export function titlesOf(all) {
  return Object.fromEntries(all.map(({ name, title }) => [name, title]));
}

/** @param {string} title @param {boolean} [inside] @returns {string} as it stands inside a sentence */
export function inSentence(title, inside = true) {
  return inside ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

/** @param {Field} field @returns {string} in few words: `lr`, `weight decay` */
export function called({ short, title }) {
  return short || title.toLowerCase();
}

/** @param {Field} field @param {any} value @returns {string} `by hand`, `64, 32`, `0.00001` */
export function valueWords(field, value) {
  if (value === null) return field.empty || "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (typeof value === "number") return setting(value);
  return AS_GIVEN.has(field.name) ? String(value) : String(value).replaceAll("_", " ");
}

/** @param {Field} field @param {any} value @returns {string} both, as short as it is understood: `lr 0.5`, `adam` */
export function part(field, value) {
  if (value === null) return field.empty || `no ${called(field)}`;
  if (typeof value === "boolean") return `${value ? "" : "no "}${called(field)}`;
  if (field.name === "hidden_sizes" && !value.length) return "no hidden layer";
  const words = valueWords(field, value);
  if (field.speaks) return words;
  return `${called(field)}${field.kind === "choice" ? ":" : ""} ${words}`;
}
