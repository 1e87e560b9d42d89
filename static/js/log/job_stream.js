/**
 * One job's log, followed: replay, live view and reconnection are the same loop.
 * Rule: it always asks for what comes after the fold's last entry, so nothing is lost and nothing doubled.
 */

import { isTerminal } from "./fold.js";
import { LastingSocket } from "./lasting_socket.js";

/** @typedef {import("./fold.js").JobFold} JobFold */
/** @typedef {import("./fold.js").Entry} Entry */
/** @typedef {import("./clock.js").ServerClock} ServerClock */
/** @typedef {"connecting" | "catching-up" | "live" | "reconnecting" | "done" | "gone"} StreamState */

const CAUGHT_UP = 2000; // ms; an entry older than this on arrival belongs to a replay
const QUIET = 400; // ms without a frame after which the replay has ended
const DONE = 1000; // the log's last entry is terminal and was sent
const UNKNOWN_JOB = 4404;
const DELETED = 4410;
const NO_TOKEN = 4401;
const BEHIND_MEMORY = 0.8;

export class JobStream {
  #socket;
  #clock;
  #onChange;
  #openedAt = 0; // unix ms by the server's clock; what was written before says nothing about the connection
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #quiet;
  fold;
  /** @type {StreamState} */
  state = "connecting";
  /** ms between the writing of an entry and its arrival here, typical of the last ones; null before any */
  behind = /** @type {number | null} */ (null);
  /** Unix ms when that was last measured. */
  measuredAt = 0;

  /**
   * @param {{address: (after: number) => string, fold: JobFold, clock: ServerClock,
   *   onChange: (entries: Entry[]) => void, open?: (address: string) => WebSocket}} options
   */
  constructor({ address, fold, clock, onChange, open }) {
    this.fold = fold;
    this.#clock = clock;
    this.#onChange = onChange;
    this.#socket = new LastingSocket({
      address: () => address(fold.lastSeq),
      onMessage: (entries) => this.#receive(entries),
      onLink: (link) => this.#linked(link),
      onClose: (code) => this.#closed(code),
      open,
    });
  }

  /** Unix ms of the next attempt while reconnecting. */
  get retryAt() {
    return this.#socket.retryAt;
  }

  start() {
    this.#socket.start();
  }

  stop() {
    clearTimeout(this.#quiet);
    this.#socket.stop();
  }

  nudge() {
    if (this.state !== "done" && this.state !== "gone") this.#socket.nudge();
  }

  /** @param {Entry[]} entries */
  #receive(entries) {
    const { complete } = this.fold.apply(entries);
    if (this.fold.newestAt) this.#arrived(this.fold.newestAt);
    this.#onChange(entries);
    if (!complete) this.#socket.start();
  }

  /** @param {string} at when the newest entry was written */
  #arrived(at) {
    clearTimeout(this.#quiet);
    if (isTerminal(this.fold.status?.status)) return;
    const age = this.#clock.since(at);
    const isNews = Date.parse(at) >= this.#openedAt;
    if (isNews && age < CAUGHT_UP) {
      const memory = this.behind == null || this.state !== "live" ? 0 : BEHIND_MEMORY;
      this.#measured(memory * (this.behind ?? 0) + (1 - memory) * age);
      this.state = "live";
      return;
    }
    if (this.state !== "live") this.state = "catching-up";
    else if (isNews) this.#measured(age);
    this.#expectQuiet();
  }

  /** @param {number} behind ms */
  #measured(behind) {
    this.behind = behind;
    this.measuredAt = Date.now();
  }

  /** @param {import("./lasting_socket.js").Link} link */
  #linked(link) {
    clearTimeout(this.#quiet);
    if (link === "waiting") this.state = "reconnecting";
    else if (link === "connecting" && this.state !== "reconnecting") this.state = "connecting";
    else if (link === "open") {
      this.#openedAt = this.#clock.now();
      this.behind = null;
      this.state = "catching-up";
      this.#expectQuiet();
    }
    this.#onChange([]);
  }

  #expectQuiet() {
    this.#quiet = setTimeout(() => {
      this.state = "live";
      this.#onChange([]);
    }, QUIET);
  }

  /** @param {number} code @returns {boolean} whether there is nothing more to come */
  #closed(code) {
    clearTimeout(this.#quiet);
    if (code === DONE) this.state = "done";
    else if (code === UNKNOWN_JOB || code === DELETED || code === NO_TOKEN) this.state = "gone";
    else return false;
    this.#onChange([]);
    return true;
  }
}
