/**
 * All that can be chosen on the page, and its address. Rule: pure; what is written reads back equal, and what cannot be
 * read is as if it were not there, so that an old link opens as far as it can.
 */

/** @typedef {import("../charts/axis.js").Axis} Axis */
/** @typedef {"train" | "validation" | "test"} Split */
/** @typedef {{column: string, descending: boolean}} Sort */
/** @typedef {import("../charts/view.js").Zoomed} Zoomed */
/**
 * @typedef {{jobs: string[], colors: (number | null)[], study: string | null, filter: Record<string, string>,
 *   axis: Axis, isLog: boolean, beta: number, splits: Split[] | null, by: string | null, dash: string | null,
 *   facet: string | null, isBand: boolean | null, isSingle: boolean, sort: Sort | null, x: string | null, y: string | null, zoomed: Zoomed}} State
 *   `colors`: the slots of `jobs`; `study`, `filter`: more jobs, by what they have in common; `beta`: smoothing; `facet`: a
 *   field with a chart for each of its values; `zoomed`: what of the charts is seen, all by default; null leaves the choice to what there is to see
 */

export const SPLITS = /** @type {Split[]} */ (["train", "validation", "test"]);
export const BETA = 0.9; // smoothing until somebody changes it
export const MOST_JOBS = 200; // at once: more lines than can be told apart, and a link of 2,500 characters
export const FILTERS = ["tag", "dataset", "status", "search"];
const AXES = /** @type {Axis[]} */ (["step", "epoch", "time", "wall"]);
const IDENTIFIER = /^[\w-]{1,64}$/;
const NAME = /^[a-z_]{1,64}$/;
const MOST_BETA = 0.99;
const RANGE_DIGITS = 4; // of the width of a range

/** @param {string | null} text @param {RegExp} form @returns {string[]} each once */
function listed(text, form) {
  return [...new Set((text ?? "").split(",").filter((part) => form.test(part)))];
}

/** @param {string | null} text @returns {string | null} */
function named(text) {
  return text && NAME.test(text) ? text : null;
}

/** @param {string | null} text @returns {boolean | null} */
function flag(text) {
  return text === "1" ? true : text === "0" ? false : null;
}

/** @param {string | null} text @returns {Sort | null} */
function readSort(text) {
  const column = named((text ?? "").replace(/^-/, ""));
  return column ? { column, descending: (text ?? "").startsWith("-") } : null;
}

/** @param {string | null} text `2.5,7.25` @returns {[number, number] | null} */
function readRange(text) {
  const parts = (text ?? "").split(",");
  const [from, to] = parts.map((part) => (part.trim() ? Number(part) : NaN));
  return parts.length === 2 && Number.isFinite(from) && Number.isFinite(to) && from < to ? [from, to] : null;
}

/** @param {[number, number] | null | undefined} range @returns {string | null} to a ten thousandth of its width, finer than a pixel */
function writeRange(range) {
  if (!range) return null;
  const digits = Math.min(20, Math.max(0, Math.ceil(RANGE_DIGITS - Math.log10(range[1] - range[0]))));
  return range.map((value) => Number(value.toFixed(digits))).join(",");
}

/** @param {string} query @returns {State} */
export function readState(query) {
  const given = new URLSearchParams(query);
  const jobs = listed(given.get("jobs"), IDENTIFIER);
  const slots = (given.get("colors") ?? "").split(",").map((text) => (/^[1-9]$/.test(text) ? Number(text) : null));
  const splits = /** @type {Split[]} */ (listed(given.get("show"), NAME).filter((name) => SPLITS.includes(/** @type {Split} */ (name))));
  const beta = given.has("smoothing") ? Number(given.get("smoothing")) : BETA;
  const study = given.get("study");
  return {
    jobs,
    colors: jobs.map((_, i) => slots[i] ?? null),
    study: study && IDENTIFIER.test(study) ? study : null,
    filter: Object.fromEntries(FILTERS.flatMap((name) => (given.get(name) ? [[name, String(given.get(name))]] : []))),
    axis: AXES.find((axis) => axis === given.get("axis")) ?? "epoch",
    isLog: given.get("log") === "1",
    beta: beta >= 0 && beta <= MOST_BETA ? beta : BETA,
    splits: splits.length ? splits : null,
    by: named(given.get("by")),
    dash: named(given.get("dash")),
    facet: named(given.get("facet")),
    isBand: flag(given.get("band")),
    isSingle: given.get("single") === "1",
    sort: readSort(given.get("sort")),
    x: named(given.get("x")),
    y: named(given.get("y")),
    zoomed: { x: readRange(given.get("seen")), y: { loss: readRange(given.get("seen_loss")), accuracy: readRange(given.get("seen_accuracy")) } },
  };
}

/** @param {State} state @returns {string} without the question mark */
export function writeState({ jobs, colors, axis, isLog, beta, splits, by, dash, facet, isBand, isSingle, sort, x, y, zoomed }) {
  /** @type {[string, string | null][]} */
  const all = [
    ["jobs", jobs.join(",")],
    ["colors", colors.some((slot) => slot) ? jobs.map((_, i) => colors[i] ?? 0).join(",") : null],
    ["axis", axis === "epoch" ? null : axis],
    ["log", isLog ? "1" : null],
    ["smoothing", beta === BETA ? null : String(beta)],
    ["show", splits && splits.join(",")],
    ["by", by],
    ["dash", dash],
    ["facet", facet],
    ["band", isBand === null ? null : isBand ? "1" : "0"],
    ["single", isSingle ? "1" : null],
    ["sort", sort && (sort.descending ? "-" : "") + sort.column],
    ["x", x],
    ["y", y],
    ["seen", writeRange(zoomed.x)],
    ["seen_loss", writeRange(zoomed.y.loss)],
    ["seen_accuracy", writeRange(zoomed.y.accuracy)],
  ];
  const query = new URLSearchParams(all.flatMap(([name, value]) => (value ? [[name, value]] : [])));
  return query.toString().replaceAll("%2C", ",");
}
