/**
 * Text updates gathered. Rule: however often something changes, what shows it is written at most once per
 * interval, and never in a hidden tab; the first change after a pause is written at once.
 */

import { BEAT, atBeat } from "./beat.js";

const PAUSE = 2; // intervals without a change, after which somebody is surprised by the next

export class Rhythm {
  #interval;
  #write;
  #last = -Infinity;
  #due = false;
  /** @type {() => void} */
  #callOff = () => undefined;

  /** @param {number} interval ms @param {() => void} write */
  constructor(interval, write) {
    this.#interval = interval;
    this.#write = write;
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.#due) this.#now();
    });
  }

  touch() {
    if (this.#due) return;
    this.#due = true;
    const now = performance.now();
    const act = () => this.#now();
    if (now - this.#last < PAUSE * this.#interval) this.#callOff = atBeat(this.#last + this.#interval - BEAT / 2, act);
    else {
      const timer = setTimeout(act, 0);
      this.#callOff = () => clearTimeout(timer);
    }
  }

  /** Somebody waits for it: write before the next frame. */
  hurry() {
    this.#due = true;
    this.#now();
  }

  #now() {
    if (document.hidden) return;
    this.#callOff();
    this.#due = false;
    this.#last = performance.now();
    this.#write();
  }
}
