/**
 * A page that opens. Rule: what is not known yet is not shown, so that nothing that was seen moves; but the reader
 * waits for it two seconds at most.
 */

const LONGEST = 2000; // ms

/** Show the page. */
export function show() {
  document.querySelector("main")?.removeAttribute("data-opening");
}

/** @param {() => boolean} isKnown whether everything is there that takes room */
export function showOnce(isKnown) {
  const began = performance.now();
  function look() {
    if (isKnown() || performance.now() - began > LONGEST) show();
    else requestAnimationFrame(look);
  }
  look();
}
