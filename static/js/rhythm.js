/**
 * Text updates gathered. Rule: however often something changes, what shows it is written at most once per
 * interval, and never in a hidden tab; the first change after a pause is written at once.
 */

export class Rhythm {
  #interval;
  #write;
  #last = -Infinity;
  #due = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

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
    this.#timer = setTimeout(() => this.#now(), Math.max(0, this.#last + this.#interval - performance.now()));
  }

  /** Somebody waits for it: write before the next frame. */
  hurry() {
    this.#due = true;
    this.#now();
  }

  #now() {
    if (document.hidden) return;
    clearTimeout(this.#timer);
    this.#due = false;
    this.#last = performance.now();
    this.#write();
  }
}
