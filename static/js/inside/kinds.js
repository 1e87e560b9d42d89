/**
 * What can be seen inside a training, by the snapshot's kind: the tab's title and who draws the content.
 * Rule: a renderer gets the content as it was sent and an element to fill; it fetches nothing, and is itself fetched
 * when it first has something to draw.
 */

import { later, whenSeen } from "../later.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("../log/snapshots.js").Snapshot} Snapshot */
/**
 * `content`: JSON data, or an ArrayBuffer where the media type is no JSON; `beside`: the newest content of the kind
 * that goes with it, null where there is none.
 * @typedef {{element: HTMLElement, content: any, beside: any, snapshot: Snapshot, job: Job, fold: JobFold}} Drawing
 */
/** @typedef {{title: string, hint: string, beside?: string, render: (drawing: Drawing) => void}} Kind */

/** @param {() => Promise<(drawing: Drawing) => void>} load @returns {(drawing: Drawing) => void} */
function drawnBy(load) {
  /** @type {((drawing: Drawing) => void) | null} */
  let draw = null;
  return async (drawing) => {
    if (draw) return draw(drawing);
    const { kind, step } = drawing.element.dataset;
    draw = await later(load);
    await whenSeen();
    const { kind: kindNow, step: stepNow } = drawing.element.dataset;
    if (kind === kindNow && step === stepNow) draw(drawing); // else the reader went on meanwhile
  };
}

/** @type {Record<string, Kind>} in the order of the tabs */
export const KINDS = {
  boundary: {
    title: "Boundary",
    hint: "which class the network would give each place",
    beside: "points",
    render: drawnBy(async () => (await import("./boundary.js")).drawBoundary),
  },
  confusion: { title: "Confusion", hint: "which class is taken for which", render: drawnBy(async () => (await import("./confusion.js")).drawConfusion) },
  hardest: { title: "Hardest", hint: "what the network gets most wrong", render: drawnBy(async () => (await import("./hardest.js")).drawHardest) },
  filters: { title: "Filters", hint: "what the first layer looks for", render: drawnBy(async () => (await import("./filters.js")).drawFilters) },
  layers: { title: "Layers", hint: "how every layer does", render: drawnBy(async () => (await import("./layers.js")).drawLayers) },
  gradient_check: {
    title: "Gradients by hand",
    hint: "the derived formulas against two independent ways to the same gradient",
    render: drawnBy(async () => (await import("./gradient_check.js")).renderGradientCheck),
  },
};
