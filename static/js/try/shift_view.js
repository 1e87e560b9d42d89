/** Accuracy against a shift of the test pictures, a line a job. Rule: the same numbers as chart and as table. */

import { asText } from "../charts/as_text.js";
import { drawFigure, seriesColor } from "../charts/figure.js";
import { make } from "../dom.js";
import { count, percent, points } from "../format.js";

/** @typedef {{shifts: number[], accuracies: number[], pictures: number, test_size: number, epoch: number, is_best: boolean}} Shifts */
/** @typedef {{label: string, slot: number, shifts: Shifts}} Line */

const USUAL = 1000; // test pictures

/** @param {Line} line @returns {string} what a shift costs, in a sentence */
export function costWords({ shifts: { shifts, accuracies } }) {
  const at = shifts.indexOf(2);
  const lost = accuracies[0] - accuracies[at];
  if (lost < 0.005) return "A shift of 2 pixels costs nothing that can be measured here.";
  return `A shift of 2 pixels costs ${points(lost).replace("pt", "points")}.`;
}

/** @param {Line[]} lines @returns {string} how it was measured */
export function howWords(lines) {
  const sizes = new Set(lines.map(({ shifts }) => shifts.pictures));
  const few = lines.some(({ shifts }) => shifts.pictures < Math.min(USUAL, shifts.test_size));
  const on = [...sizes].map(count).join(" and ");
  const fewer = few ? " (as many as there was time for)" : "";
  const error = Math.ceil(50 / Math.sqrt(Math.min(...sizes))); // of a share of one half, the most uncertain one
  return `Mean of right and down, on ${on} test pictures${fewer}, so give or take ${error} points; the edge is repeated where a picture left. Pooling keeps the strongest answer of a neighbourhood, which forgives a shift that is small beside its windows and beside the picture.`;
}

/** @param {HTMLElement} element to fill @param {Line[]} lines the selected job's first @param {string[]} missing jobs without an answer, with the reason
 * @returns {() => void} draws the chart again, in the colours of the page as they are then */
export function showShifts(element, lines, missing) {
  const chart = make("div", { class: "shift-chart", id: "try-shift-chart", role: "img", "aria-label": "Accuracy against shift; the table has the same numbers" });
  const head = make("tr", {}, make("th", { scope: "col" }, "shift, px"), ...lines[0].shifts.shifts.map((shift) => make("th", { scope: "col" }, String(shift))));
  const rows = lines.map(({ label, slot, shifts }) =>
    make(
      "tr",
      { "data-color": String(slot) },
      make("th", { scope: "row", title: label }, label),
      ...shifts.accuracies.map((accuracy) => make("td", { "data-value": String(accuracy) }, percent(accuracy))),
    ),
  );
  const words = make(
    "div",
    { class: "shift-words" },
    make("p", { class: "map-count", id: "try-result" }, costWords(lines[0])),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Accuracy for each shift" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows))),
    make("p", { class: "note" }, howWords(lines)),
    ...missing.map((reason) => make("p", { class: "note" }, reason)),
  );
  element.replaceChildren(make("div", { class: "shift-view" }, chart, words));
  const draw = () =>
    drawFigure(chart, {
      traces: lines.map(({ label, slot, shifts }) => ({
        type: "scatter",
        mode: "lines+markers",
        name: asText(label),
        x: shifts.shifts,
        y: shifts.accuracies,
        line: { color: seriesColor(slot - 1), width: 2 },
        marker: { size: 7 },
        hovertemplate: "%{x} px: %{y:.1%}<extra>%{fullData.name}</extra>",
      })),
      x: { title: "shift in pixels", range: [-0.2, 4.2] },
      y: { title: "accuracy", range: [0, 1.02], tickformat: ".0%" },
      legend: lines.length > 1,
    });
  draw();
  return draw;
}
