/** What stands above the charts: axis, smoothing, log scale, the shaded gap, and the way back to the newest point. */

import { byId, setAttribute, setText } from "../dom.js";

/** @typedef {import("./board.js").Board} Board */

/** @param {HTMLElement} button @param {(on: boolean) => void} switched */
function bindSwitch(button, switched) {
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    setAttribute(button, "aria-pressed", String(on));
    switched(on);
  });
}

/** @param {Board} board @param {() => void} onSmoothed figures made of the smoothed line changed too */
export function bindControls(board, onSmoothed) {
  byId("axis").addEventListener("change", (event) => {
    const axis = /** @type {HTMLInputElement} */ (event.target).value;
    board.set({ axis: /** @type {import("./curves.js").Axis} */ (axis) });
  });
  const smoothing = /** @type {HTMLInputElement} */ (byId("smoothing"));
  smoothing.addEventListener("input", () => {
    const beta = Number(smoothing.value);
    setText(byId("smoothing-value"), beta.toFixed(2));
    board.set({ beta });
    onSmoothed();
  });
  bindSwitch(byId("log-scale"), (logarithmic) => board.set({ logarithmic }));
  bindSwitch(byId("gap-shade"), (gap) => board.set({ gap }));
  byId("go-live").addEventListener("click", () => board.live());
  board.addEventListener("view", () => setAttribute(byId("go-live"), "aria-pressed", String(board.view.isLive)));
}
