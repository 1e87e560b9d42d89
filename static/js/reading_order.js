/**
 * Parts of the Lab in the order in which they are seen. Rule: the document's order is the one on the screen, for
 * whoever goes through it by keyboard or hears it: beside the charts the recipe comes first, on a phone after them.
 */

import { byId } from "./dom.js";

const NARROW = "(max-width: 760px)"; // as in layout.css

/** From now on, also when a phone is turned. There the recipe is a touch away, however long the charts are. */
export function keepReadingOrder() {
  byId("to-recipe").addEventListener("click", () => {
    byId("recipe").scrollIntoView({ block: "start" });
    byId("recipe").focus({ preventScroll: true });
  });
  const narrow = matchMedia(NARROW);
  narrow.addEventListener("change", () => arrange(narrow.matches));
  arrange(narrow.matches);
}

/** Somebody has started a job below and wants to see it learn. */
export function revealCharts() {
  const { top, bottom } = byId("now").getBoundingClientRect();
  if (bottom < 0 || top > innerHeight) byId("live").scrollIntoView({ block: "start" });
}

/** The recipe is what moves: charts would be drawn anew. @param {boolean} isNarrow */
function arrange(isNarrow) {
  const [recipe, live] = [byId("recipe"), byId("live")];
  const focused = recipe.contains(document.activeElement) ? document.activeElement : null;
  if (isNarrow) live.after(recipe);
  else live.before(recipe);
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
}
