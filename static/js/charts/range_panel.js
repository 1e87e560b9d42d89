/**
 * The figures of the range that is marked on the charts, job by job. Rule: of a sampled job every row of the range is
 * fetched first, or it is said that there are too many.
 */

import { byId, make, setText } from "../dom.js";
import { count, decimal, number, percent, points } from "../format.js";
import { decodeColumns } from "../log/decode.js";
import { Rhythm } from "../rhythm.js";
import { placeWords } from "./place.js";
import { evaluatedPart, statisticsOf, trainParts } from "./statistics.js";

/** @typedef {import("./axis.js").Axis} Axis */
/** @typedef {import("./brush.js").Marked} Marked */
/** @typedef {import("./picture.js").Shown} Shown */
/** @typedef {import("./statistics.js").Part} Part */
/** @typedef {import("./statistics.js").Statistics} Statistics */

const INTERVAL = 1000; // ms between two writings while a job goes on
const MOST = 100_000; // rows the server gives at once

export class RangePanel {
  #shownNow;
  #fetchRows;
  #rhythm = new Rhythm(INTERVAL, () => this.#write());
  /** @type {{marked: Marked, axis: Axis} | null} */
  #range = null;
  /** @type {Map<string, {parts: Part[]} | {words: string}>} what was fetched for this range, by job */
  #fetched = new Map();
  #aborter = new AbortController();

  /**
   * @param {() => Shown[]} shownNow
   * @param {import("./finer.js").FetchRows} fetchRows
   * @param {() => void} onClear
   */
  constructor(shownNow, fetchRows, onClear) {
    this.#shownNow = shownNow;
    this.#fetchRows = fetchRows;
    byId("range-clear").addEventListener("click", onClear);
    byId("range-panel").addEventListener("keydown", (event) => event.key === "Escape" && onClear());
  }

  /** @param {Marked | null} marked @param {Axis} axis */
  show(marked, axis) {
    this.#aborter.abort();
    this.#aborter = new AbortController();
    this.#fetched.clear();
    this.#range = marked && { marked, axis };
    byId("range-panel").hidden = !marked;
    if (marked) this.#rhythm.hurry();
  }

  /** Rows arrived, or other jobs are shown. */
  touch() {
    if (this.#range) this.#rhythm.touch();
  }

  #write() {
    if (!this.#range) return;
    const { marked, axis } = this.#range;
    const { metric, from, to } = marked;
    const shown = this.#shownNow().toReversed();
    const ends = axis === "step" ? [Math.ceil(from), Math.floor(to)] : [from, to];
    const [first, last] = ends.map((x) => placeWords(x, axis, to - from));
    setText(byId("range-title"), `${metric === "loss" ? "Loss" : "Accuracy"}, ${first} to ${last.replace(/^[a-z]+ /, "")}`);
    const perEpoch = shown.every(({ stepsPerEpoch }) => stepsPerEpoch > 0);
    setText(byId("range-slope"), perEpoch ? "slope an epoch" : "slope a 1,000 steps");
    byId("range-rows").replaceChildren(...shown.flatMap((one) => this.#rowsOf(one, marked, axis, perEpoch)));
  }

  /** @param {Shown} shown @param {Marked} marked @param {Axis} axis @param {boolean} perEpoch @returns {HTMLElement[]} */
  #rowsOf(shown, { metric, from, to }, axis, perEpoch) {
    const range = /** @type {[number, number]} */ ([from, to]);
    const scale = perEpoch ? shown.stepsPerEpoch : 1000;
    const { parts, lacking } = trainParts(shown, metric, axis, range);
    const fetched = lacking ? this.#every(shown, metric, lacking) : { parts };
    const train = "words" in fetched ? fetched.words : statisticsOf(fetched.parts);
    const rows = [["train", train]];
    for (const split of /** @type {const} */ (["validation", "test"])) {
      rows.push([split, statisticsOf([evaluatedPart(shown, metric, axis, range, split)])]);
    }
    const there = /** @type {[string, Statistics | string | null][]} */ (rows.filter(([, found]) => found));
    return there.map(([split, found], i) => rowOf(shown, split, found ?? "", metric, scale, i ? 0 : there.length));
  }

  /** @param {Shown} shown @param {import("./curves.js").Metric} metric @param {import("../log/detail.js").Span} span */
  #every({ id, fold }, metric, { from, to }) {
    const known = this.#fetched.get(id);
    if (known) return known;
    const many = to - from + 1 > MOST;
    const found = { words: many ? `too many steps for exact figures: mark at most ${count(MOST)}` : "every step is coming…" };
    this.#fetched.set(id, found);
    if (many) return found;
    const { signal } = this.#aborter;
    const query = `split=train&from_step=${from}&to_step=${to}&max_points=${MOST}&encoding=typed`;
    const take = (/** @type {any} */ answer) => {
      const columns = decodeColumns(answer.columns);
      if (fold.sampledSpan) this.#fetched.set(id, { parts: [{ step: columns.step, value: columns[metric] }] });
    };
    const fail = () => this.#fetched.set(id, { words: "its steps could not be fetched: mark the range again" });
    this.#fetchRows(id, query, signal).then(take, fail).then(() => !signal.aborted && this.#rhythm.hurry());
    return found;
  }
}

/**
 * @param {Shown} shown @param {string} split @param {Statistics | string} found
 * @param {import("./curves.js").Metric} metric @param {number} scale steps a slope is told for
 * @param {number} rows that the job's name stands for, 0 where it is told already
 */
function rowOf({ label, slot }, split, found, metric, scale, rows) {
  const name = rows ? [make("th", { scope: "rowgroup", rowspan: String(rows) }, label)] : [];
  const row = make("tr", { "data-color": String(slot), "data-split": split }, ...name, make("th", { scope: "row" }, split));
  if (typeof found === "string") {
    row.append(make("td", { colspan: "8", class: "note" }, found));
    return row;
  }
  const write = metric === "loss" ? decimal : percent;
  const slope = found.slope * scale;
  const cells = {
    count: count(found.count) + (found.notFinite ? ` and ${count(found.notFinite)} not finite` : ""),
    least: write(found.least),
    greatest: write(found.greatest),
    mean: write(found.mean),
    deviation: !Number.isFinite(found.deviation) ? "–" : metric === "loss" ? number(found.deviation) : points(found.deviation),
    change: `${write(found.first)} → ${write(found.last)}`,
    slope: !Number.isFinite(slope) ? "–" : metric === "loss" ? number(slope) : points(slope),
  };
  for (const [key, text] of Object.entries(cells)) row.append(make("td", { "data-figure": key }, text.replace(/^-/, "−")));
  return row;
}
