/**
 * Seconds a step and an epoch, from a few dry steps on request. Rule: a figure belongs to the recipe it was
 * measured for; when the recipe changes it goes.
 */

import { Problem } from "../api.js";
import { byId, setText } from "../dom.js";
import { about, count, delay, duration } from "../format.js";
import { patiently } from "../patience.js";

/** @typedef {{seconds_per_step: number, seconds_per_epoch: number, batch_size: number,
 *   timed_batch_size: number, device: string, threads: number | null, jobs_beside: number}} Measured */

const FEW_SECONDS = 10; // below, an epoch is said to a tenth

/** @param {Measured} measured @returns {string} */
export function measuredWords(measured) {
  const { seconds_per_step: step, seconds_per_epoch: epoch, device, threads, jobs_beside: beside } = measured;
  const time = epoch < FEW_SECONDS ? duration(epoch) : about(epoch);
  const where = threads ? `${device}, ${threads} thread${threads === 1 ? "" : "s"}` : device;
  const part = measured.timed_batch_size < measured.batch_size;
  const how = part ? ` Reckoned from steps of ${count(measured.timed_batch_size)} samples: a whole one is slow.` : "";
  const others = beside === 1 ? "a job that trains" : `${count(beside)} jobs that train`;
  const slow = beside ? ` Measured beside ${others}, so it is too slow: measure again once nothing trains.` : "";
  return `${delay(step * 1000)} a step, ${time} an epoch (${where}).${how}${slow}`;
}

export class Measure {
  #api;
  #changesNow;
  /** @type {AbortController | null} */
  #running = null;

  /** @param {import("../api.js").Api} api @param {() => Record<string, any>} changesNow the recipe as it is sent */
  constructor(api, changesNow) {
    this.#api = api;
    this.#changesNow = changesNow;
    byId("measure").addEventListener("click", () => this.#measure());
  }

  /** The recipe is another one. */
  forget() {
    this.#running?.abort();
    this.#running = null;
    this.#show("", false);
  }

  /** @param {string} words @param {boolean} busy */
  #show(words, busy) {
    setText(byId("measured"), words);
    setText(byId("measure"), busy ? "Measuring…" : "Measure");
    byId("measure").toggleAttribute("data-busy", busy);
    if (busy) byId("measure").setAttribute("aria-disabled", "true");
    else byId("measure").removeAttribute("aria-disabled");
  }

  async #measure() {
    if (this.#running) return;
    const running = new AbortController();
    this.#running = running;
    this.#show("", true);
    const words = await this.#answer(running);
    if (this.#running !== running) return;
    this.#running = null;
    this.#show(words, false);
  }

  /** @param {AbortController} running @returns {Promise<string>} */
  async #answer(running) {
    const changes = this.#changesNow();
    const ask = () => this.#api.post("/api/measure", changes, { signal: running.signal });
    try {
      return measuredWords(await patiently(ask, running.signal));
    } catch (error) {
      if (running.signal.aborted) return "";
      if (!(error instanceof Problem)) throw error;
      return error.message;
    }
  }
}
