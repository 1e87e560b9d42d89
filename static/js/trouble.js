/** What went wrong outside a field, said at the top of the page. Rule: only the server's own words; faults of the page stay faults. */

import { Problem } from "./api.js";
import { byId, setText, within } from "./dom.js";

/** @param {unknown} error */
export function report(error) {
  if (!(error instanceof Problem)) throw error;
  const trouble = byId("trouble");
  trouble.hidden = false;
  setText(within(trouble, "span"), error.message);
}

/** From now on, also of calls that nobody waits for. */
export function reportAll() {
  window.addEventListener("unhandledrejection", (event) => {
    if (!(event.reason instanceof Problem)) return;
    event.preventDefault();
    report(event.reason);
  });
  byId("trouble-close").addEventListener("click", () => (byId("trouble").hidden = true));
}
