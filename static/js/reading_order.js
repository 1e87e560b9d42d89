/**
 * Parts of a page with charts in the order in which they are seen. Rule: the document's order is the one on the screen,
 * for whoever goes through it by keyboard or hears it: on a phone the charts come before what acts on them.
 */

import { byId, within } from "./dom.js";

const NARROW = "(max-width: 760px)"; // as in layout.css

/** From now on, also when a phone is turned: there what acts on the charts comes after them, and they are in sight. */
export function keepChartsInSight() {
  const later = [within(document, ".chart-controls"), byId("adjust")].map((part) => {
    const place = document.createComment(""); // where it stands beside wide charts
    part.before(place);
    return { part, place };
  });
  follow((isNarrow) => {
    for (const { part, place } of later) {
      keepingFocus(part, () => (isNarrow ? byId("range-panel").before(part) : place.after(part)));
    }
  });
}

/** From now on, also when a phone is turned. There the Lab's recipe comes after the charts, a touch away. */
export function keepReadingOrder() {
  byId("to-recipe").addEventListener("click", () => {
    byId("recipe").scrollIntoView({ block: "start" });
    byId("recipe").focus({ preventScroll: true });
  });
  const [recipe, live] = [byId("recipe"), byId("live")]; // the recipe is what moves: charts would be drawn anew
  follow((isNarrow) => keepingFocus(recipe, () => (isNarrow ? live.after(recipe) : live.before(recipe))));
}

/** Somebody has started a job below and wants to see it learn. */
export function revealCharts() {
  const { top, bottom } = byId("now").getBoundingClientRect();
  if (bottom < 0 || top > innerHeight) byId("live").scrollIntoView({ block: "start" });
}

/** @param {(isNarrow: boolean) => void} arrange now, and whenever it changes */
function follow(arrange) {
  const narrow = matchMedia(NARROW);
  narrow.addEventListener("change", () => arrange(narrow.matches));
  arrange(narrow.matches);
}

/** @param {HTMLElement} part that is moved @param {() => void} move */
function keepingFocus(part, move) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  move();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
}
