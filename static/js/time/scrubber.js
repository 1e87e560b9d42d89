/**
 * The scrubber over the run: back through every evaluation and every picture, played, or followed live.
 * Rule: it only says which moment is looked at; whoever shows one listens to the moment.
 */

import { byId, setAttribute, setText } from "../dom.js";
import { count } from "../format.js";
import { KINDS } from "../inside/kinds.js";
import { Play } from "./play.js";
import { lastUpTo, placesOf } from "./moments.js";

/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("./moments.js").Place} Place */

/** @param {Place} place @returns {string} */
export function placeWords({ epoch, step }) {
  return `epoch ${count(epoch)} · step ${count(step)}`;
}

export class Scrubber {
  #moment;
  #input = /** @type {HTMLInputElement} */ (byId("inside-scrubber"));
  #play;
  /** @type {Place[]} */
  #places = [];
  #state = "";

  /** @param {import("./moment.js").Moment} moment @param {() => Promise<void> | void} drawn settled once what shows the moment is drawn */
  constructor(moment, drawn) {
    this.#moment = moment;
    this.#play = new Play(
      byId("inside-play"),
      () => ({ at: Number(this.#input.value), last: this.#places.length - 1 }),
      (index) => {
        this.#look(index);
        return drawn();
      },
    );
    this.#input.addEventListener("input", () => {
      this.#play.stop();
      this.#look(Number(this.#input.value));
    });
    for (const id of ["inside-live", "then-now"]) {
      byId(id).addEventListener("click", () => {
        this.#play.stop();
        moment.look(null);
        if (id === "then-now") byId("inside-live").focus(); // the button is gone
      });
    }
    moment.addEventListener("change", () => this.#write());
  }

  /** Another job is looked at. */
  reset() {
    this.#play.stop();
    this.#moment.look(null);
  }

  /** @param {JobFold | null} fold */
  show(fold) {
    const counts = fold ? [...Object.keys(KINDS).map((kind) => fold.snapshots.of(kind)), fold.splits.validation, fold.splits.test].map(({ length }) => length) : [];
    const state = [fold?.splits.train.last("step") ?? "", fold?.generation, ...counts].join(" ");
    if (state === this.#state) return;
    this.#state = state;
    this.#places = fold ? placesOf(fold, Object.keys(KINDS)) : [];
    this.#write();
  }

  /** @param {number} index the last one is now */
  #look(index) {
    this.#moment.look(index >= this.#places.length - 1 ? null : this.#places[index].step);
  }

  #write() {
    const places = this.#places;
    byId("time").hidden = places.length < 2;
    if (places.length < 2) return;
    const { at } = this.#moment;
    const index = at === null ? places.length - 1 : Math.max(0, lastUpTo(places, at));
    this.#input.max = String(places.length - 1);
    this.#input.value = String(index);
    const words = placeWords({ epoch: places[index].epoch, step: at ?? places[index].step });
    setText(byId("inside-moment"), words);
    setText(byId("then-words"), `As it was: ${words}`);
    setAttribute(this.#input, "aria-valuetext", words);
    setAttribute(byId("inside-live"), "aria-pressed", String(at === null));
    byId("then").hidden = at === null;
  }
}
