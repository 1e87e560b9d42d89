/**
 * Parallel coordinates: an upright axis for each field that differs, then the cost and the accuracy; a line a job through
 * its values. Rule: pure; 0 is the bottom and 1 the top of an axis, and a line is broken where a value is not known.
 */

import { called } from "../recipe/naming.js";
import { number } from "../format.js";
import { spansDecades } from "../studies/words.js";
import { differing, fieldWords, isOrdinal, isSeed, position, valueOf, valuesOf } from "./fields.js";
import { figureOf, meanKnown } from "./figures.js";
import { figureWords } from "./rows.js";
import { oneASeed } from "./units.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("./units.js").Unit} Unit */
/** @typedef {import("./rows.js").Read} Read */
/** @typedef {{at: number, label: string, whole?: string}} Tick `whole`: the words of a label that is cut */
/** @typedef {{title: string, ticks: Tick[], places: (number | null)[], words: string[]}} Coordinate `places`: of each unit, 0..1 */

export const MOST_AXES = 8; // fields; beyond that lines cross too often to be followed
const TICKED = 8; // values up to which each has a tick
const ROOM = 0.05; // of an axis, for a tick's words
const LETTERS = 24; // of a tick's word
const MOST_DIGITS = 12;
const THIN = "\u202f"; // narrow no-break space between number and unit
const [LETTER, TITLE_LETTER] = [6.4, 7.1]; // px, of 11 px text on average, plain and bold
const [TICK, BESIDE, LEAST_GAP] = [7, 10, 88]; // px: before a tick's words; between words; between axes

/** @param {Field} field @param {Unit[]} units @returns {Coordinate} */
function ofField(field, units) {
  const values = valuesOf(field, units.flatMap(({ jobs }) => jobs));
  const own = units.map(({ jobs }) => valueOf(field, jobs[0]));
  const numbers = /** @type {number[]} */ (values.map(position).filter((value) => value !== null));
  const isScale = isOrdinal(field, values) && numbers.length === values.length;
  const words = own.map((value) => fieldWords(field, value));
  if (isScale) {
    const place = scale(numbers);
    const told = numbers.length <= TICKED ? numbers : [...ends(numbers), ...decadesWithin(numbers)];
    return { title: called(field), ticks: ticksOf(told, place, (value, digits) => (digits ? String(Number(value.toPrecision(digits))) : number(value))), places: own.map((value) => (value === undefined ? null : place(Number(position(value))))), words };
  }
  const place = (/** @type {any} */ value) => {
    const at = values.findIndex((one) => JSON.stringify(one) === JSON.stringify(value));
    return at === -1 ? null : values.length > 1 ? at / (values.length - 1) : 0.5;
  };
  const ticks = values.length <= 2 * TICKED ? values.map((value) => ({ at: Number(place(value)), ...cut(fieldWords(field, value)) })) : [];
  return { title: called(field), ticks, places: own.map(place), words };
}

/** @param {string} words @returns {{label: string, whole?: string}} */
function cut(words) {
  return words.length > LETTERS ? { label: `${words.slice(0, LETTERS - 1)}…`, whole: words } : { label: words };
}

/** @param {number[]} values @returns {number[]} the least and the greatest, one where they are equal */
function ends(values) {
  return values.length ? [...new Set([Math.min(...values), Math.max(...values)])] : [];
}

/** @param {number[]} values @returns {number[]} the powers of ten between them, where the axis is logarithmic: they show that it is */
function decadesWithin(values) {
  if (!spansDecades(values)) return [];
  const [from, to] = ends(values).map(Math.log10);
  return Array.from({ length: Math.max(0, Math.ceil(to) - Math.floor(from) - 1) }, (_, i) => 10 ** (Math.floor(from) + 1 + i));
}

/**
 * Ticks with room for their words, the ends before all others, with more digits where they would read the same.
 * @param {number[]} values @param {(value: number) => number} place @param {(value: number, digits?: number) => string} write
 * @returns {Tick[]}
 */
function ticksOf(values, place, write) {
  const order = [...new Set([...ends(values), ...values])];
  /** @type {Tick[]} */
  const ticks = [];
  apart(order, write).forEach((label, i) => {
    const at = place(order[i]);
    if (ticks.every((tick) => Math.abs(tick.at - at) >= ROOM)) ticks.push({ at, label });
  });
  return ticks.sort((a, b) => a.at - b.at);
}

/** @param {number[]} values different ones @param {(value: number, digits?: number) => string} write @returns {string[]} with as many digits as tell them apart */
function apart(values, write) {
  for (let digits = 0; digits <= MOST_DIGITS; digits += 1) {
    const words = values.map((value) => write(value, digits || undefined));
    if (new Set(words).size === values.length) return words;
  }
  return values.map(String);
}

/** @param {number[]} values @returns {(value: number) => number} 0..1; logarithmic where they span decades, as the scatter is */
function scale(values) {
  const isLog = spansDecades(values);
  const at = (/** @type {number} */ value) => (isLog ? Math.log10(value) : value);
  const [low, high] = [Math.min(...values.map(at)), Math.max(...values.map(at))];
  return (value) => (high > low ? (at(value) - low) / (high - low) : 0.5);
}

/** @param {string} name of a figure @param {Unit[]} units @param {Read} read @returns {Coordinate} */
function ofFigure(name, units, read) {
  const figure = figureOf(name);
  const values = units.map(({ jobs }) => meanKnown(oneASeed(jobs).map((job) => read(figure, job))));
  const known = /** @type {number[]} */ (values.filter((value) => value !== null && Number.isFinite(value)));
  const place = scale(known);
  return {
    title: figure.title,
    ticks: ticksOf([...ends(known), ...decadesWithin(known)], place, (value, digits) => (digits ? finely(figure, value, digits) : figureWords(figure, value))),
    places: values.map((value) => (value !== null && Number.isFinite(value) ? place(value) : null)),
    words: values.map((value) => figureWords(figure, value)),
  };
}

/**
 * @param {Unit[]} units @param {Field[]} fields @param {string} y the accuracy to compare by @param {Read} read
 * @returns {{axes: Coordinate[], left: number}} `left`: fields there was no room for
 */
export function coordinates(units, fields, y, read) {
  const together = units.some(({ jobs }) => jobs.length > 1);
  const differ = differing(units.flatMap(({ jobs }) => jobs), fields).filter((field) => !(together && isSeed(field)));
  const shown = differ.slice(0, MOST_AXES);
  const axes = [...shown.map((field) => ofField(field, units)), ofFigure("train_seconds", units, read), ofFigure(y, units, read)];
  return { axes, left: differ.length - shown.length };
}

/** @param {import("./figures.js").Figure} figure @param {number} value @param {number} digits that count @returns {string} */
function finely({ measure }, value, digits) {
  const isShare = measure === "share" || measure === "points";
  const written = String(Number((isShare ? 100 * value : value).toPrecision(digits)));
  const unit = isShare ? "%" : measure === "seconds" ? "s" : "";
  return unit ? `${written}${THIN}${unit}` : written;
}

/**
 * Where the axes stand, so that titles and ticks' words find room beside one another.
 * @param {Coordinate[]} axes @param {number} room px there are; the axes take more where they must
 * @returns {{xs: number[], width: number}} px
 */
export function layoutOf(axes, room) {
  const half = axes.map(({ title }) => (title.length * TITLE_LETTER) / 2);
  const behind = axes.map(({ ticks }) => TICK + LETTER * Math.max(0, ...ticks.map(({ label }) => label.length)));
  const gaps = axes.slice(1).map((_, i) => Math.max(LEAST_GAP, half[i] + half[i + 1] + BESIDE, behind[i] + BESIDE));
  const [left, right] = [half[0] + BESIDE, Math.max(half[half.length - 1], behind[behind.length - 1]) + BESIDE];
  const needed = gaps.reduce((sum, gap) => sum + gap, left + right);
  const more = Math.max(0, room - needed) / Math.max(1, gaps.length);
  let x = left;
  return { xs: axes.map((_, i) => (x = i ? x + gaps[i - 1] + more : left)), width: Math.max(room, needed) };
}

/** @param {(number | null)[]} places of one unit, an axis each @param {{xs: number[], top: number, bottom: number}} box px @returns {string} an SVG path, broken where a value is not known */
export function pathOf(places, { xs, top, bottom }) {
  let isDown = false;
  return places
    .map((place, i) => {
      if (place === null) {
        isDown = false;
        return "";
      }
      const word = isDown ? "L" : "M";
      isDown = true;
      return `${word}${xs[i].toFixed(1)} ${(bottom - place * (bottom - top)).toFixed(1)}`;
    })
    .join("");
}
