/**
 * Zooming and moving a chart by keys, wheel and pointer; two fingers are `pinch.js`. Rule: it moves the view and draws nothing; a wheel that is
 * turned plainly belongs to the page.
 */

import { MARGIN } from "./charts.js";
import { bindPinch } from "./pinch.js";

/** @typedef {[number, number]} Range */
/** @typedef {{seen: () => Range, whole: () => Range, move: (range: Range) => void, release: () => void}} Hooks
 *   `seen`: x range in view; `whole`: all that there is */

const KEYS = /** @type {Record<string, {factor?: number, shift?: number}>} */ ({
  "+": { factor: 0.5 },
  "-": { factor: 2 },
  ArrowLeft: { shift: -0.25 },
  ArrowRight: { shift: 0.25 },
});
const WHEEL = 0.0015; // of the width's logarithm, a pixel of a mouse's wheel, which turns 100 at once
const PINCH = 0.01; // a pixel of a touch pad, which gives a few at a time
const PINCHED = 50; // pixels at most
const LINE = 16; // px a line, where wheels count in lines

/**
 * A part of an axis, zoomed around a place and moved, never beyond what there is.
 * @param {Range} seen
 * @param {Range} whole
 * @param {{factor?: number, shift?: number, at?: number}} change of the width; in widths; 0..1 of the width
 * @returns {Range}
 */
export function moved([from, to], [least, greatest], { factor = 1, shift = 0, at = 0.5 }) {
  const width = Math.min((to - from) * factor, greatest - least);
  const place = from + at * (to - from) + shift * (to - from);
  const start = Math.min(Math.max(place - at * width, least), greatest - width);
  return [start, start + width];
}

/** @param {HTMLElement} element the chart @param {Hooks} hooks */
export function bindMotion(element, { seen, whole, move, release }) {
  const plotWidth = () => Math.max(1, element.clientWidth - MARGIN.l - MARGIN.r);
  /** @param {{factor?: number, shift?: number, at?: number}} change */
  const change = (change) => move(moved(seen(), whole(), change));

  element.addEventListener("keydown", (event) => {
    if (event.shiftKey && event.key.startsWith("Arrow")) return;
    if (event.key === "Escape" && !event.defaultPrevented) release();
    else if (KEYS[event.key]) change(KEYS[event.key]);
    else return;
    event.preventDefault();
  });

  const wheel = (/** @type {WheelEvent} */ event) => {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
    const isZoom = event.ctrlKey || event.metaKey; // two fingers on a touch pad come as a wheel with control
    const sideways = event.shiftKey && !event.deltaX ? event.deltaY : event.deltaX;
    if (!isZoom && Math.abs(sideways) <= Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
    event.preventDefault();
    const at = Math.min(1, Math.max(0, (event.clientX - element.getBoundingClientRect().left - MARGIN.l) / plotWidth()));
    const turned = event.deltaY * unit;
    if (isZoom) change({ factor: Math.exp(turned * (Math.abs(turned) < PINCHED ? PINCH : WHEEL)), at });
    else change({ shift: (sideways * unit) / plotWidth() });
  };
  element.addEventListener("wheel", wheel, { passive: false });

  /** @type {{x: number, seen: Range} | null} where a drag began */
  let grip = null;
  const isGrip = (/** @type {MouseEvent} */ { clientX, clientY }) => {
    const box = element.getBoundingClientRect();
    return clientY > box.bottom - MARGIN.b && clientX > box.left + MARGIN.l;
  };
  const begin = (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0 || !event.isPrimary || (event.pointerType !== "touch" && !isGrip(event))) return;
    event.stopPropagation(); // nothing is selected, so the chart may be drawn under the pointer
    grip = { x: event.clientX, seen: seen() };
    element.setPointerCapture(event.pointerId);
  };
  const drag = (/** @type {PointerEvent} */ event) => {
    if (!grip) return;
    const shift = (grip.x - event.clientX) / plotWidth();
    if (shift) move(moved(grip.seen, whole(), { shift }));
  };
  const letGo = () => (grip = null);
  element.addEventListener("pointerdown", begin, { capture: true });
  element.addEventListener("mousedown", (event) => isGrip(event) && event.stopPropagation(), { capture: true }); // Plotly's own drag would begin
  element.addEventListener("pointermove", drag);
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, letGo);
  bindPinch(element, {
    left: MARGIN.l,
    width: plotWidth,
    take: () => {
      if (!grip) return null;
      letGo();
      const from = seen();
      return (change) => move(moved(from, whole(), change));
    },
  });
}
