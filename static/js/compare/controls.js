/** The controls above the charts. Rule: they show the state and report a wish; the state is kept by the page alone. */

import { byId, make, setAttribute, setText } from "../dom.js";
import { SPLITS } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {{name: string, title: string}} Choice */
/** @typedef {{state: State, splits: import("./state.js").Split[], by: string, dash: string, isBand: boolean, canBand: boolean, byChoices: Choice[], dashChoices: Choice[], facet: string, facetChoices: Choice[], isLive: boolean}} Shown what is in effect */

export class CompareControls {
  /** @param {(changes: Partial<State>, options?: {typed?: boolean}) => void} wish @param {() => void} onRelease */
  constructor(wish, onRelease) {
    byId("axis").addEventListener("change", (event) => wish({ axis: /** @type {any} */ (event.target).value }));
    byId("smoothing").addEventListener("input", (event) => wish({ beta: Number(/** @type {HTMLInputElement} */ (event.target).value) }, { typed: true }));
    byId("log-scale").addEventListener("click", () => wish({ isLog: !isPressed("log-scale") }));
    byId("go-live").addEventListener("click", onRelease);
    byId("band").addEventListener("click", () => wish({ isBand: !isPressed("band") }));
    byId("single").addEventListener("click", () => wish({ isSingle: !isPressed("single") }));
    for (const split of SPLITS) {
      byId(`show-${split}`).addEventListener("click", () => {
        const splits = SPLITS.filter((one) => isPressed(`show-${one}`) !== (one === split));
        if (splits.length) wish({ splits });
      });
    }
    for (const [name, id] of Object.entries({ by: "color-by", dash: "color-dash", facet: "facet-by" })) {
      byId(id).addEventListener("change", (event) => wish({ [name]: /** @type {HTMLSelectElement} */ (event.target).value }));
    }
  }

  /** @param {Shown} shown */
  show({ state, splits, by, dash, isBand, canBand, byChoices, dashChoices, facet, facetChoices, isLive }) {
    const axis = /** @type {HTMLInputElement | null} */ (byId("axis").querySelector(`[value="${state.axis}"]`));
    if (axis) axis.checked = true;
    const smoothing = /** @type {HTMLInputElement} */ (byId("smoothing"));
    if (Number(smoothing.value) !== state.beta) smoothing.value = String(state.beta);
    setText(byId("smoothing-value"), state.beta.toFixed(2));
    byId("smoothing-field").hidden = !splits.includes("train");
    press("log-scale", state.isLog);
    press("go-live", isLive);
    press("band", isBand);
    byId("band").hidden = !canBand;
    press("single", state.isSingle);
    byId("single").hidden = !isBand;
    for (const split of SPLITS) press(`show-${split}`, splits.includes(split));
    writeChoices("color-by", [{ name: "none", title: "each its own" }, ...byChoices], by);
    writeChoices("color-dash", [{ name: "none", title: "nothing" }, ...dashChoices], dash);
    byId("dash-field").hidden = !dashChoices.length;
    writeChoices("facet-by", [{ name: "none", title: "one for all" }, ...facetChoices], facet);
    byId("facet-field").hidden = !facetChoices.length;
  }
}

/** @param {string} id @returns {boolean} */
function isPressed(id) {
  return byId(id).getAttribute("aria-pressed") === "true";
}

/** @param {string} id @param {boolean} on */
function press(id, on) {
  setAttribute(byId(id), "aria-pressed", String(on));
}

/** @param {string} id of a select @param {Choice[]} choices @param {string} chosen */
export function writeChoices(id, choices, chosen) {
  const select = /** @type {HTMLSelectElement} */ (byId(id));
  const state = JSON.stringify(choices);
  if (select.dataset.choices !== state) {
    select.replaceChildren(...choices.map(({ name, title }) => make("option", { value: name }, title)));
    select.dataset.choices = state;
  }
  select.value = chosen;
}
