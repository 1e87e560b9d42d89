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
/** @typedef {{title: string, ticks: {at: number, label: string}[], places: (number | null)[], words: string[]}} Coordinate `places`: of each unit, 0..1 */

export const MOST_AXES = 8; // fields; beyond that lines cross too often to be followed
const TICKED = 8; // values up to which each has a tick

/** @param {Field} field @param {Unit[]} units @returns {Coordinate} */
function ofField(field, units) {
  const values = valuesOf(field, units.flatMap(({ jobs }) => jobs));
  const own = units.map(({ jobs }) => valueOf(field, jobs[0]));
  const numbers = /** @type {number[]} */ (values.map(position).filter((value) => value !== null));
  const isScale = isOrdinal(field, values) && numbers.length === values.length;
  const words = own.map((value) => fieldWords(field, value));
  if (isScale) {
    const place = scale(numbers);
    const told = numbers.length <= TICKED ? numbers : [numbers[0], numbers[numbers.length - 1]];
    return { title: called(field), ticks: told.map((value) => ({ at: place(value), label: number(value) })), places: own.map((value) => (value === undefined ? null : place(Number(position(value))))), words };
  }
  const place = (/** @type {any} */ value) => {
    const at = values.findIndex((one) => JSON.stringify(one) === JSON.stringify(value));
    return at === -1 ? null : values.length > 1 ? at / (values.length - 1) : 0.5;
  };
  const ticks = values.length <= 2 * TICKED ? values.map((value) => ({ at: Number(place(value)), label: fieldWords(field, value) })) : [];
  return { title: called(field), ticks, places: own.map(place), words };
}

/** @param {number[]} values @returns {(value: number) => number} 0..1; logarithmic where they span decades */
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
  const ends = known.length ? [...new Set([Math.min(...known), Math.max(...known)])] : [];
  return {
    title: figure.title,
    ticks: ends.map((value) => ({ at: place(value), label: figureWords(figure, value) })),
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

/** @param {(number | null)[]} places of one unit, an axis each @param {{width: number, top: number, bottom: number}} box px @returns {string} an SVG path, broken where a value is not known */
export function pathOf(places, { width, top, bottom }) {
  const step = places.length > 1 ? width / (places.length - 1) : 0;
  let isDown = false;
  return places
    .map((place, i) => {
      if (place === null) {
        isDown = false;
        return "";
      }
      const word = isDown ? "L" : "M";
      isDown = true;
      return `${word}${(i * step).toFixed(1)} ${(bottom - place * (bottom - top)).toFixed(1)}`;
    })
    .join("");
}
