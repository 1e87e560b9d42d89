/**
 * The plots below the table: accuracy against a number, and every field at once. Rule: drawn anew only when they show
 * something else, as a drawing takes a zoom, and what the pointer is on, away.
 */

import { drawFigure, figureImage } from "../charts/figure.js";
import { PICTURES, addSaveMenu, saveSeen } from "../charts/save.js";
import { svgImage } from "../charts/svg_picture.js";
import { readTheme } from "../charts/theme.js";
import { byId, setAttribute, setText } from "../dom.js";
import { count } from "../format.js";
import { writeChoices } from "./controls.js";
import { ACCURACIES, figureOf } from "./figures.js";
import { coordinates } from "./parallel.js";
import { drawParallel } from "./parallel_view.js";
import { scatterOf, xChoices } from "./scatter.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./effective.js").Effective} Effective */
/** @typedef {Map<string, import("./paint.js").Paint>} Paints */

const WIDE_AXES = 5; // parallel coordinates with more of them take the page's width

export class ComparePlots {
  #fields;
  #read;
  #scattered = "";
  #parallel = "";
  #again = () => {};
  /** @type {import("./traces.js").Name[]} */
  #names = [];

  /** @param {Field[]} fields @param {import("./rows.js").Read} read @param {(changes: {x?: string, y?: string}) => void} onWish */
  constructor(fields, read, onWish) {
    this.#fields = fields;
    this.#read = read;
    for (const axis of /** @type {const} */ (["x", "y"])) {
      byId(`scatter-${axis}`).addEventListener("change", (event) => onWish({ [axis]: /** @type {HTMLSelectElement} */ (event.target).value }));
    }
    this.#offerSaving("scatter", (format) => {
      const heading = `${byId("scatter-title").textContent} ${chosenWords("scatter-x")} · ${chosenWords("scatter-y")}`;
      saveSeen(format, { image: (kind) => figureImage(byId("scatter"), kind, heading, this.#names) }, { name: "livetrain-comparison-scatter", heading });
    });
    this.#offerSaving("parallel", (format) => {
      const drawing = byId("parallel").querySelector("svg");
      const heading = byId("parallel-title").textContent ?? "";
      if (drawing) saveSeen(format, { image: (kind) => svgImage(drawing, kind, heading, readTheme()) }, { name: "livetrain-comparison-fields", heading });
    });
    new ResizeObserver(() => this.#again()).observe(byId("parallel"));
  }

  /** @param {string} id of a plot @param {(format: import("../charts/save.js").Format) => void} save */
  #offerSaving(id, save) {
    const figure = /** @type {HTMLElement} */ (byId(id).closest("figure"));
    addSaveMenu(figure, byId(`${id}-title`).textContent ?? "", save, PICTURES);
  }

  /** @param {Effective} effective @param {Paints} paints @param {Job[]} jobs @param {import("./traces.js").Name[]} names what colours mean */
  show(effective, paints, jobs, names) {
    this.#names = names.map((name) => ({ ...name, look: { mode: "markers", marker: { color: name.color, size: 9 } } }));
    this.#again = () => this.#drawParallel(effective, paints);
    byId("compare-pair").hidden = effective.units.length < 2;
    this.#drawScatter(effective, paints, jobs);
    this.#drawParallel(effective, paints);
  }

  /** @param {Effective} effective @param {Paints} paints @param {Job[]} jobs */
  #drawScatter({ units, x, y }, paints, jobs) {
    writeChoices("scatter-x", xChoices(jobs, this.#fields, this.#read), x);
    writeChoices("scatter-y", ACCURACIES.map((name) => ({ name, title: figureOf(name).title })), y);
    const { plot, drawn, left } = scatterOf(units, { x, y }, this.#fields, this.#read, paints, readTheme());
    byId("scatter").hidden = !drawn;
    byId("scatter-empty").hidden = drawn > 0;
    setText(byId("scatter-note"), drawn && left ? `${count(left)} of ${count(drawn + left)} have no place on it: a value is not known yet, or is no number.` : "");
    const said = JSON.stringify(plot);
    if (drawn && said !== this.#scattered) drawFigure(byId("scatter"), plot);
    this.#scattered = drawn ? said : "";
  }

  /** @param {Effective} effective @param {Paints} paints */
  #drawParallel({ units, y }, paints) {
    const { axes, left } = coordinates(units, this.#fields, y, this.#read);
    byId("parallel-card").hidden = axes.length < 3;
    setAttribute(byId("parallel-card"), "data-wide", axes.length > WIDE_AXES ? "" : null);
    const element = byId("parallel");
    const drawn = units.map(({ key, label }) => ({ key, label, paint: paints.get(key) }));
    const said = JSON.stringify([axes, drawn, element.clientWidth]);
    if (!element.clientWidth || said === this.#parallel) return;
    this.#parallel = said;
    drawParallel(element, axes, drawn);
    setText(byId("parallel-left"), left ? `${count(left)} further field${left === 1 ? " differs" : "s differ"}: in the table.` : "");
  }
}

/** @param {string} id of a select @returns {string} the words of what is chosen */
function chosenWords(id) {
  return /** @type {HTMLSelectElement} */ (byId(id)).selectedOptions[0]?.textContent ?? "";
}
