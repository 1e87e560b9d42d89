/**
 * Two fingers on a chart zoom its horizontal axis and move it along. Rule: what lies between the fingers stays between
 * them; one finger is none of its business, and once two were on the chart the page neither scrolls nor zooms.
 */

/** @typedef {{x: number, y: number}} Place px */
/** @typedef {{middle: number, apart: number}} Fingers `middle`: px from the plot's left edge; `apart`: px, in any direction */
/** @typedef {{factor: number, shift: number, at: number}} Change of a view, as `moved` takes it */
/** @typedef {{left: number, width: () => number, take: () => ((change: Change) => void) | null}} Hooks
 *   `left`: px of the chart before its plot; `width`: px of the plot; `take`: a second finger came; answers what moves the
 *   view as it is now, or null where the first finger does something else */

const LEAST_APART = 24; // px; closer fingers tell no direction and would zoom beyond all measure

/** @param {Place} one @param {Place} other @param {number} left px @returns {Fingers} */
export function fingersAt(one, other, left) {
  const apart = Math.hypot(one.x - other.x, one.y - other.y);
  return { middle: (one.x + other.x) / 2 - left, apart: Math.max(LEAST_APART, apart) };
}

/** @param {Fingers} before @param {Fingers} now @param {number} width px @returns {Change} */
export function changeOf(before, now, width) {
  const factor = before.apart / now.apart;
  return { factor, at: before.middle / width, shift: ((before.middle - now.middle) / width) * factor };
}

/** @param {HTMLElement} element the chart @param {Hooks} hooks */
export function bindPinch(element, { left, width, take }) {
  /** @type {{before: Fingers, move: (change: Change) => void} | null} */
  let pinch = null;
  /** @param {TouchEvent} event @returns {Fingers | null} null unless two are on the chart */
  const fingers = ({ touches }) => {
    const places = [...touches].filter(({ target }) => element.contains(/** @type {Node} */ (target)));
    if (places.length !== 2) return null;
    const [one, other] = places.map(({ clientX, clientY }) => ({ x: clientX, y: clientY }));
    return fingersAt(one, other, element.getBoundingClientRect().left + left);
  };

  element.addEventListener("pointerdown", (event) => !event.isPrimary && event.stopPropagation(), { capture: true }); // no drag of its own
  const begin = (/** @type {TouchEvent} */ event) => {
    pinch = null;
    const before = fingers(event);
    if (!before) return;
    const move = take();
    if (!move) return;
    pinch = { before, move };
    if (event.cancelable) event.preventDefault(); // before the page would begin to scroll with them
  };
  const follow = (/** @type {TouchEvent} */ event) => {
    const now = pinch && fingers(event);
    if (!pinch || !now) return;
    if (event.cancelable) event.preventDefault();
    pinch.move(changeOf(pinch.before, now, width()));
  };
  const end = () => (pinch = null); // the finger that is left does nothing until it is lifted too
  element.addEventListener("touchstart", begin, { capture: true, passive: false });
  element.addEventListener("touchmove", follow, { passive: false });
  for (const name of /** @type {const} */ (["touchend", "touchcancel"])) element.addEventListener(name, end);
}
