/** The job's checkpoints: what lies on the disk, to take away or to fork from. Rule: the files decide, so the server is asked whenever the log says that one was saved. */

import { byId, make, setAttribute, setText } from "../dom.js";
import { bytes, count } from "../format.js";
import { isDone } from "../jobs/words.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("../steer/steering.js").Saved} Saved */

export class Checkpoints {
  #list;
  #onFork;
  #asked = "";

  /** @param {(id: string) => Promise<Saved[]>} list oldest first @param {(step: number) => void} onFork */
  constructor(list, onFork) {
    this.#list = list;
    this.#onFork = onFork;
  }

  /** @param {Job} job @param {JobFold | null} fold @param {string} lack why its data keep it from being forked */
  show(job, fold, lack) {
    for (const button of byId("saved").querySelectorAll("button")) {
      setAttribute(button, "aria-disabled", lack ? "true" : null);
      setAttribute(button, "title", lack || null);
    }
    const saved = fold?.marks.checkpoints ?? [];
    const state = [saved.length, saved.at(-1)?.step, fold?.generation, isDone(job), job.attempt].join(" ");
    if (state !== this.#asked) this.#ask(job.id, state);
  }

  /** @param {string} id @param {string} state in which it is asked */
  async #ask(id, state) {
    this.#asked = state;
    const saved = await this.#list(id).catch(() => null); // a later change asks again
    if (state !== this.#asked) return;
    if (!saved) this.#asked = "";
    else this.#write(saved);
  }

  /** @param {Saved[]} saved oldest first */
  #write(saved) {
    const focused = document.activeElement?.closest("#saved tr")?.getAttribute("data-step");
    const newest = saved.toReversed();
    const best = newest.find((one) => one.is_best); // older ones were the best of their time
    const total = saved.reduce((sum, one) => sum + one.bytes, 0);
    setText(byId("saved-total"), saved.length ? `${count(saved.length)} on the disk, ${bytes(total)}` : "");
    byId("saved-none").hidden = saved.length > 0;
    byId("saved-table").hidden = saved.length === 0;
    byId("saved").replaceChildren(...newest.map((one) => this.#row(one, one === best)));
    if (focused) /** @type {HTMLElement | null} */ (byId("saved").querySelector(`[data-step="${focused}"] button`))?.focus();
  }

  /** @param {Saved} saved @param {boolean} isBest */
  #row({ step, epoch, bytes: size, url }, isBest) {
    const label = `the checkpoint of epoch ${count(epoch)}, step ${count(step)}`;
    const link = make("a", { href: url, download: "", "aria-label": `Weights of ${label}` }, "weights");
    const fork = make("button", { type: "button", class: "quiet", "aria-label": `Fork from ${label}` }, "Fork");
    fork.addEventListener("click", () => fork.getAttribute("aria-disabled") === "true" || this.#onFork(step));
    return make(
      "tr",
      { "data-step": String(step) },
      make("td", { class: "number" }, count(epoch)),
      make("td", { class: "number" }, count(step)),
      make("td", {}, ...(isBest ? [make("span", { class: "tag" }, "best")] : [])),
      make("td", { class: "number" }, bytes(size)),
      make("td", {}, link),
      make("td", {}, fork),
    );
  }
}
