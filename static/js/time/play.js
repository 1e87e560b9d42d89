/**
 * Play: from where the scrubber stands, or from the beginning, to the newest snapshot. Rule: each picture is drawn
 * before the next is asked for, and whatever the reader does himself ends it.
 */

import { setAttribute, setText } from "../dom.js";

const INTERVAL = 80; // ms between two pictures
const PICTURES = 100; // of one replay, at most

export class Play {
  #button;
  #where;
  #show;
  #isOn = false;

  /**
   * @param {HTMLElement} button
   * @param {() => {at: number, last: number}} where among the snapshots the view stands
   * @param {(at: number) => Promise<void> | void} show settled once it is drawn
   */
  constructor(button, where, show) {
    this.#button = button;
    this.#where = where;
    this.#show = show;
    button.addEventListener("click", () => (this.#isOn ? this.stop() : this.#start()));
  }

  stop() {
    this.#isOn = false;
    this.#write();
  }

  async #start() {
    this.#isOn = true;
    this.#write();
    const begins = this.#where();
    let at = begins.at < begins.last ? begins.at : 0;
    while (this.#isOn) {
      await Promise.all([this.#show(at), new Promise((resolve) => setTimeout(resolve, INTERVAL))]);
      const { last } = this.#where();
      if (at >= last) this.stop();
      at = Math.min(last, at + Math.ceil(last / PICTURES));
    }
  }

  #write() {
    setText(this.#button, this.#isOn ? "Halt" : "Play");
    setAttribute(this.#button, "aria-pressed", String(this.#isOn));
  }
}
