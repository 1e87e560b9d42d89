/** The job's log as a list, the newest first. Rule: what does not fit is a press away, never left out. */

import { byId, make, setAttribute, setText } from "../dom.js";
import { count } from "../format.js";
import { countsOfTypes, eventsOf, TYPES } from "./told.js";

/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("./told.js").Event} Event */

const AT_ONCE = 20; // events; as many are read, a thousand are scrolled past
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

export class Timeline {
  #onStep;
  /** @type {Set<string>} types that are shown; all when there is none */
  #chosen = new Set();
  #shown = AT_ONCE;
  #written = "";
  /** @type {Event[]} */
  #events = [];

  /** @param {(step: number) => void} onStep the reader wants to see that moment */
  constructor(onStep) {
    this.#onStep = onStep;
    for (const [type, words] of Object.entries(TYPES)) {
      const button = make("button", { type: "button", class: "plain", "data-type": type, "aria-pressed": "false" }, words, make("small", {}));
      button.addEventListener("click", () => {
        if (!this.#chosen.delete(type)) this.#chosen.add(type);
        this.#shown = AT_ONCE;
        this.#write();
      });
      byId("timeline-types").append(button);
    }
    byId("timeline-more").addEventListener("click", () => {
      this.#shown += AT_ONCE;
      this.#write();
    });
  }

  /** @param {JobFold | null} fold */
  show(fold) {
    const told = fold?.told ?? [];
    const state = `${told.length} ${told.at(-1)?.seq ?? 0}`;
    if (state === this.#written) return;
    this.#written = state;
    this.#events = eventsOf(told);
    this.#write();
  }

  #write() {
    const counts = countsOfTypes(this.#events);
    for (const button of byId("timeline-types").querySelectorAll("button")) {
      const type = button.dataset.type ?? "";
      button.hidden = !counts[type] && !this.#chosen.has(type);
      setAttribute(button, "aria-pressed", String(this.#chosen.has(type)));
      setText(button.querySelector("small"), count(counts[type] ?? 0));
    }
    const all = this.#events.filter(({ type }) => !this.#chosen.size || this.#chosen.has(type));
    const shown = all.slice(0, this.#shown);
    byId("timeline-empty").hidden = all.length > 0;
    byId("timeline-more").hidden = all.length <= this.#shown;
    setText(byId("timeline-more"), `Show ${count(Math.min(AT_ONCE, all.length - shown.length))} earlier of ${count(all.length)}`);
    let date = "";
    byId("timeline").replaceChildren(
      ...shown.flatMap((event) => {
        const on = day.format(new Date(event.at));
        const heading = on === date ? [] : [make("li", { class: "timeline-day" }, on)];
        date = on;
        return [...heading, this.#item(event)];
      }),
    );
  }

  /** @param {Event} event */
  #item({ seq, at, attempt, type, step, text, level, isVoid }) {
    const time = make("time", { datetime: at, title: at }, clock.format(new Date(at)));
    const words = make("p", {}, isVoid ? make("s", {}, text) : text);
    if (isVoid) words.append(make("small", {}, " void: the steps came again"));
    if (attempt > 1) words.append(make("small", {}, ` attempt ${attempt}`));
    const item = make("li", { "data-type": type, "data-seq": String(seq), "data-level": level }, time, words);
    if (step !== null && !isVoid) {
      const button = make("button", { type: "button", class: "step-link", title: "Look at this moment" }, `step ${count(step)}`);
      button.addEventListener("click", () => this.#onStep(step));
      item.append(button);
    }
    return item;
  }
}
