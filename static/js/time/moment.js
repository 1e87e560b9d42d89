/** The moment of a training that is looked at, for everything that shows one. Rule: there is one, and null is now. */

export class Moment extends EventTarget {
  /** @type {number | null} a step */
  at = null;

  /** @param {number | null} step */
  look(step) {
    if (step === this.at) return;
    this.at = step;
    this.dispatchEvent(new Event("change"));
  }
}
