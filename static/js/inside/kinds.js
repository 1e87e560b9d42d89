/**
 * What can be seen inside a training, by the snapshot's kind: the tab's title and who draws the content.
 * Rule: a renderer gets the content as it was sent and an element to fill; it fetches nothing.
 */

import { drawBoundary } from "./boundary.js";
import { drawConfusion } from "./confusion.js";
import { drawFilters } from "./filters.js";
import { renderGradientCheck } from "./gradient_check.js";
import { drawHardest } from "./hardest.js";
import { drawLayers } from "./layers.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("../log/snapshots.js").Snapshot} Snapshot */
/**
 * `content`: JSON data, or an ArrayBuffer where the media type is no JSON; `beside`: the newest content of the kind
 * that goes with it, null where there is none.
 * @typedef {{element: HTMLElement, content: any, beside: any, snapshot: Snapshot, job: Job, fold: JobFold}} Drawing
 */
/** @typedef {{title: string, hint: string, beside?: string, render: (drawing: Drawing) => void}} Kind */

/** @type {Record<string, Kind>} in the order of the tabs */
export const KINDS = {
  boundary: {
    title: "Boundary",
    hint: "which class the network would give each place",
    beside: "points",
    render: drawBoundary,
  },
  confusion: { title: "Confusion", hint: "which class is taken for which", render: drawConfusion },
  hardest: { title: "Hardest", hint: "what the network gets most wrong", render: drawHardest },
  filters: { title: "Filters", hint: "what the first layer looks for", render: drawFilters },
  layers: { title: "Layers", hint: "how every layer does", render: drawLayers },
  gradient_check: {
    title: "Gradients by hand",
    hint: "the derived formulas against two independent ways to the same gradient",
    render: renderGradientCheck,
  },
};
