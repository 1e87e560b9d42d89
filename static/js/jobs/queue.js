/**
 * The jobs that wait, in the order in which they will train, to be put into another by dragging or with the arrow keys.
 * Rule: the server's order is shown; while somebody drags nothing is written.
 */

import { byId, make, setAttribute, setText, within } from "../dom.js";
import { count, ordinal } from "../format.js";
import { placed, waitingOf } from "./queue_order.js";

/** @typedef {import("./words.js").Job} Job */

const SHOWN = 8; // waiting jobs; a study may queue two hundred
const KEYS = /** @type {Record<string, (position: number, last: number) => number>} */ ({
  ArrowUp: (position) => position - 1,
  ArrowDown: (position) => position + 1,
  Home: () => 1,
  End: (_, last) => last,
});

export class Queue {
  #onMove;
  #labelOf;
  /** @type {Job[]} by position */
  #waiting = [];
  #isOpen = false;
  #written = "";
  /** @type {{item: HTMLElement, pointer: number, job: Job} | null} */
  #drag = null;

  /** @param {(id: string, position: number) => Promise<void>} onMove @param {(job: Job) => string} labelOf */
  constructor(onMove, labelOf) {
    this.#onMove = onMove;
    this.#labelOf = labelOf;
    byId("queue-all").addEventListener("click", () => {
      this.#isOpen = !this.#isOpen;
      this.#write();
    });
    // on the list, which holds the pointer: an item loses it when it takes another place
    const list = byId("queue");
    list.addEventListener("pointermove", (event) => this.#carry(event));
    list.addEventListener("pointerup", (event) => event.pointerId === this.#drag?.pointer && this.#drop());
    list.addEventListener("lostpointercapture", () => this.#letGo());
  }

  /** @param {Job[]} jobs all that are listed */
  show(jobs) {
    this.#waiting = waitingOf(jobs);
    if (!this.#drag) this.#write();
  }

  #write() {
    const all = this.#waiting;
    byId("queue-box").hidden = all.length < 2;
    const shown = this.#isOpen ? all : all.slice(0, SHOWN);
    const more = byId("queue-all");
    more.hidden = all.length <= SHOWN;
    setText(more, this.#isOpen ? `Show the first ${SHOWN}` : `Show all ${count(all.length)}`);
    const state = JSON.stringify(shown.map((job) => [job.id, job.queue_position, this.#labelOf(job)]));
    if (state === this.#written) return;
    this.#written = state;
    const focused = document.activeElement?.closest("#queue li")?.getAttribute("data-job-id");
    byId("queue").replaceChildren(...shown.map((job) => this.#item(job)));
    if (focused) /** @type {HTMLElement | null} */ (byId("queue").querySelector(`[data-job-id="${CSS.escape(focused)}"] button`))?.focus();
  }

  /** @param {Job} job */
  #item(job) {
    const { id, queue_position: position } = job;
    const label = this.#labelOf(job);
    const words = `Move ${label}, ${ordinal(position ?? 0)}: drag, or arrow keys`;
    const handle = make("button", { type: "button", class: "handle", "aria-label": words, title: "Drag, or arrow keys" });
    const item = make("li", { "data-job-id": id, "data-position": String(position) }, handle, make("span", { class: "number" }, String(position)), make("span", {}, label));
    handle.addEventListener("keydown", (event) => this.#key(event, job));
    handle.addEventListener("pointerdown", (event) => this.#take(event, item, job));
    return item;
  }

  /** @param {KeyboardEvent} event @param {Job} job */
  #key(event, job) {
    if (event.key === "Escape" && this.#drag) return this.#letGo();
    const to = KEYS[event.key]?.(job.queue_position ?? 0, this.#waiting.at(-1)?.queue_position ?? 1);
    if (to === undefined) return;
    event.preventDefault();
    this.#move(job, to);
  }

  /** @param {PointerEvent} event @param {HTMLElement} item @param {Job} job */
  #take(event, item, job) {
    if (event.button !== 0 || this.#drag) return;
    byId("queue").setPointerCapture(event.pointerId);
    setAttribute(item, "data-dragged", "");
    this.#drag = { item, pointer: event.pointerId, job };
  }

  /** The item is where the pointer is: what is dropped is what was seen. @param {PointerEvent} event */
  #carry(event) {
    const item = this.#drag?.item;
    if (!item || event.pointerId !== this.#drag?.pointer) return;
    const others = [.../** @type {NodeListOf<HTMLElement>} */ (byId("queue").querySelectorAll("li"))].filter((other) => other !== item);
    const below = others.find((other) => {
      const box = other.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    if (item.nextElementSibling === (below ?? null)) return;
    byId("queue").insertBefore(item, below ?? null);
    within(item, ".handle").focus(); // lost by moving; Escape still means it
  }

  #drop() {
    if (!this.#drag) return;
    const { job } = this.#drag;
    const order = [...byId("queue").querySelectorAll("li")].map((one) => one.getAttribute("data-job-id") ?? "");
    const to = placed(this.#waiting, order, job.id);
    this.#letGo();
    this.#move(job, to);
  }

  #letGo() {
    if (!this.#drag) return;
    setAttribute(this.#drag.item, "data-dragged", null);
    this.#drag = null;
    this.#written = ""; // as the server has it, until it says otherwise
    this.#write();
  }

  /** @param {Job} job @param {number} to a position from 1 */
  async #move(job, to) {
    const last = this.#waiting.at(-1)?.queue_position ?? 1;
    if (to < 1 || to > last || to === job.queue_position) return;
    setText(byId("queue-said"), "");
    await this.#onMove(job.id, to);
    setText(byId("queue-said"), `${this.#labelOf(job)} trains ${ordinal(to)} now.`);
  }
}
