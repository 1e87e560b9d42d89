/** Data sets and reports in words. Rule: pure; every sentence says something that was found. */

import { FIRST_PRESET, PRESETS } from "../recipe/presets.js";
import { bytes, count, percent } from "../format.js";
import { factsWords } from "../recipe/facts.js";

/** @typedef {import("../recipe/facts.js").Facts} Facts */
/** @typedef {{field: string, message: string}} FieldError */
/**
 * @typedef {Facts & {state: "ready" | "unpacking" | "failed", source: string, augmentation_reason: string,
 *   label_keeping_augmentations: string[], message?: string, done?: number, total?: number, errors?: FieldError[],
 *   side?: number, split?: string, report?: Report}} Dataset
 */
/**
 * @typedef {{classes: {name: string, train: number, test: number}[], sizes_found: string,
 *   sizes: {width: number, height: number, count: number}[], more_sizes: number, formats: Record<string, number>,
 *   skipped: {count: number, files: {file: string, reason: string}[]},
 *   duplicates: {count: number, across_splits: number, files: [string, string][]},
 *   imbalance: {most: string, least: string, ratio: number, is_wide: boolean, guessing: number},
 *   channels: {mean: number[], deviation: number[]}}} Report
 */

/** @param {Dataset} dataset @returns {string} where it is */
export function placeWords(dataset) {
  if (dataset.state === "unpacking") return "being unpacked";
  if (dataset.state === "failed") return "could not be used";
  if (dataset.source === "uploaded") return "yours";
  if (dataset.source === "generated") return "made here";
  return dataset.available ? "on this machine" : "not here yet";
}

/** @param {Dataset} dataset @returns {string} */
export function cardFacts(dataset) {
  return dataset.state === "ready" ? factsWords(dataset) : "";
}

/** @param {Dataset} dataset @returns {string} which augmentations keep labels, and why */
export function augmentWords(dataset) {
  if (dataset.state !== "ready") return "";
  const kept = dataset.label_keeping_augmentations;
  const what = kept.length ? `Keeps its labels under: ${kept.join(", ")}.` : "No augmentation.";
  return `${what} ${dataset.augmentation_reason}`;
}

/** @param {Dataset} dataset @returns {string} the query of the Lab that trains on it */
export function trainQuery(dataset) {
  const query = new URLSearchParams({ dataset: dataset.name });
  if (dataset.kind === "images") {
    query.set("architecture", "alexnet");
    query.set("standardize", "true");
  } else {
    const { changes } = PRESETS.find((preset) => preset.changes.dataset === dataset.name) ?? FIRST_PRESET;
    for (const [field, value] of Object.entries({ ...changes, dataset: dataset.name })) query.set(field, String(value));
  }
  return query.toString();
}

/** @param {string} file name of a zip @returns {string} a name that the server takes, or nothing */
export function nameOf(file) {
  const plain = file.replace(/\.zip$/i, "").toLowerCase().replace(/[^a-z0-9_-]+/g, "-");
  return plain.replace(/^[^a-z]+/, "").replace(/-+$/, "").slice(0, 40);
}

/** @param {File | {name: string, size: number}} file */
export function fileWords(file) {
  return `${file.name} · ${bytes(file.size)}`;
}

/** @param {Report} report @param {string | undefined} split @returns {[string, string][]} names and what was found */
export function reportFacts({ classes, sizes, more_sizes, sizes_found, formats, imbalance, channels }, split) {
  const train = classes.reduce((sum, one) => sum + one.train, 0);
  const test = classes.reduce((sum, one) => sum + one.test, 0);
  const drawn = split === "drawn" ? ", drawn from every class" : ", as the folders say";
  const found = sizes.length > 1 && !more_sizes ? sizes.map((one) => `${one.width}×${one.height} (${count(one.count)})`).join(", ") : sizes_found;
  const numbers = (/** @type {number[]} */ values) => values.map((value) => value.toFixed(3)).join(", ");
  return [
    ["pictures", `${count(train)} for training, ${count(test)} for testing${drawn}`],
    ["sizes found", found],
    ["formats", Object.entries(formats).map(([name, amount]) => `${name} (${count(amount)})`).join(", ")],
    ["always guessing", `the most frequent class would score ${percent(imbalance.guessing)} on the test pictures`],
    ["channel means", `${numbers(channels.mean)} (red, green, blue; black is 0, white is 1)`],
    ["channel deviations", numbers(channels.deviation)],
  ];
}

/** @param {Report} report @returns {string[]} what deserves attention */
export function warnings({ duplicates, imbalance, skipped }) {
  const found = [];
  if (imbalance.is_wide) {
    found.push(`${imbalance.most} has ${imbalance.ratio.toFixed(1)} times as many pictures as ${imbalance.least}: a network may learn to guess ${imbalance.most}. Even out the classes if you can.`);
  }
  if (duplicates.across_splits) {
    found.push(`${count(duplicates.across_splits)} picture${duplicates.across_splits === 1 ? " is" : "s are"} in training and in testing alike: the test score will be too good. Leave them out of one.`);
  } else if (duplicates.count) {
    found.push(`${count(duplicates.count)} picture${duplicates.count === 1 ? " is there" : "s are there"} more than once.`);
  }
  if (skipped.count) found.push(`${count(skipped.count)} file${skipped.count === 1 ? " was" : "s were"} left out; see below.`);
  return found;
}
