/** The button that marks a range, and the panel with its figures. Rule: with a pointer the next drag marks, with keys all that is seen. */

import { byId, setAttribute } from "../dom.js";
import { RangePanel } from "./range_panel.js";

/**
 * @param {import("./board.js").Board} board one whose ranges can be marked
 * @param {() => import("./picture.js").Shown[]} shownNow
 * @param {import("./finer.js").FetchRows} fetchRows
 * @returns {RangePanel}
 */
export function bindRange(board, shownNow, fetchRows) {
  const { brush } = board;
  if (!brush) throw new Error("this board marks no ranges");
  const button = byId("mark-range");
  const panel = new RangePanel(shownNow, fetchRows, () => {
    brush.clear();
    button.focus();
  });
  brush.addEventListener("range", () => {
    panel.show(brush.range, board.axis);
    setAttribute(button, "aria-pressed", String(brush.armed || brush.range !== null));
  });
  button.addEventListener("click", (event) => {
    if (brush.armed || brush.range) brush.clear();
    else if (event.detail === 0) brush.markSeen("loss"); // pressed with a key
    else brush.arm(true);
  });
  return panel;
}
