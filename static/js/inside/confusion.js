/**
 * The confusion matrix: a row a true class, a column what the network says. Rule: a cell's shade is its share of
 * the row, so that rare classes are seen as well as frequent ones.
 */

import { make } from "../dom.js";
import { count } from "../format.js";
import { mistakeWords, rowShares, shareWords, splitWords } from "./shades.js";

/** @typedef {import("./kinds.js").Drawing} Drawing */
/** @typedef {{split: string, samples: number, classes: string[], matrix: number[][] | null,
 *   accuracy: (number | null)[], confused: [number, number, number][]}} Confusion */

const NUMBERED = 12; // classes; more cells are too small for numbers

/** @param {Drawing} drawing */
export function drawConfusion({ element, content }) {
  const confusion = /** @type {Confusion} */ (content);
  const note = make("p", { class: "note" }, `${splitWords(confusion)}. A row is what it is, a column what the network says; the diagonal is right.`);
  const parts = [confusion.matrix ? matrixTable(confusion, confusion.matrix) : accuracyList(confusion)];
  const mistakes = mistakeWords(confusion);
  if (mistakes.length) {
    const items = mistakes.map((words) => make("li", { class: "tag" }, words));
    parts.push(make("div", {}, make("h3", {}, "Most frequent mistakes"), make("ul", { class: "mistakes" }, ...items)));
  }
  element.replaceChildren(note, make("div", { class: "confusion-parts" }, ...parts));
}

/** @param {Confusion} confusion @param {number[][]} matrix */
function matrixTable({ classes, accuracy }, matrix) {
  const shares = rowShares(matrix);
  const long = classes.some((name) => name.length > 3);
  const heads = classes.map((name) => make("th", { scope: "col", title: name }, make("span", {}, name)));
  const head = make("tr", {}, make("td"), ...heads, make("th", { scope: "col" }, "right"));
  const rows = matrix.map((row, label) => {
    const cells = row.map((many, answer) => {
      const title = `${classes[label]} taken for ${classes[answer]}: ${count(many)}`;
      const cell = make("td", { title, "data-right": String(label === answer) }, classes.length <= NUMBERED && many ? count(many) : "");
      cell.style.setProperty("--share", String(shares[label][answer]));
      return cell;
    });
    const right = make("td", { class: "class-accuracy", "data-class": String(label) }, shareWords(accuracy[label]));
    return make("tr", {}, make("th", { scope: "row" }, classes[label]), ...cells, right);
  });
  const caption = make("caption", { class: "visually-hidden" }, "Confusion matrix");
  return make("table", { class: "confusion", "data-long": String(long) }, caption, make("thead", {}, head), make("tbody", {}, ...rows));
}

/** Of so many classes that no matrix is drawn. @param {Confusion} confusion */
function accuracyList({ classes, accuracy }) {
  const items = classes.map((name, label) => make("li", {}, `${name} `, make("b", {}, shareWords(accuracy[label]))));
  return make("ul", { class: "class-list" }, ...items);
}
