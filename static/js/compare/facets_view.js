/**
 * The small charts on the screen. Rule: all of one measure have the same axes and move together; a chart is made once and
 * shows another value when there is another.
 */

import { byId, make, setAttribute, setText, within } from "../dom.js";

/** @typedef {import("./facets.js").Facet} Facet */
/** @typedef {import("./lines.js").Metric} Metric */
/** @typedef {{figure: HTMLElement, show: (keys: Set<string>) => void}} Small */

const METRICS = /** @type {Metric[]} */ (["loss", "accuracy"]);

export class FacetsView {
  #board;
  /** @type {Record<Metric, Small[]>} */
  #charts = { loss: [], accuracy: [] };

  /** @param {import("./board.js").CompareBoard} board */
  constructor(board) {
    this.#board = board;
  }

  /** @param {Facet[] | null} facets null for one chart of all */
  show(facets) {
    byId("facets").hidden = !facets;
    byId("compare-charts").hidden = Boolean(facets);
    if (!facets) return;
    for (const metric of METRICS) {
      const charts = this.#charts[metric];
      while (charts.length < facets.length) charts.push(this.#made(metric));
      charts.forEach(({ figure, show }, i) => {
        figure.hidden = i >= facets.length;
        if (figure.hidden) return;
        const { label, keys } = facets[i];
        setText(within(figure, "h3"), label);
        setAttribute(within(figure, ".chart"), "aria-label", `${label}: ${metric}. Plus and minus zoom, arrows move, comma and full stop read values, Escape shows all.`);
        show(keys);
      });
    }
  }

  /** @param {Metric} metric @returns {Small} */
  #made(metric) {
    const chart = make("div", { class: "chart", tabindex: "0", role: "group" });
    const empty = make("p", { class: "chart-empty" }, "Nothing yet.");
    const figure = make("figure", { class: "facet" }, make("figcaption", {}, make("h3")), chart, empty);
    byId(`facets-${metric}`).append(figure);
    return { figure, show: this.#board.add(metric, figure) };
  }
}
