/**
 * A websocket that comes back. Rule: it knows nothing of what it carries; the address is asked for anew at
 * every connection, so that the reader goes on after the last thing it has.
 */

import { Backoff } from "./backoff.js";

/** @typedef {"connecting" | "open" | "waiting" | "closed"} Link */
/**
 * @typedef {{address: () => string, onMessage: (data: any) => void, onLink: (link: Link) => void,
 *   onClose?: (code: number) => boolean, open?: (address: string) => WebSocket, backoff?: Backoff}} Options
 */

const CONNECTING = 0; // a socket's readyState
const SILENCE = 10_000; // ms without a message after which a socket woken from sleep is not trusted

export class LastingSocket {
  #options;
  #backoff;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #heardAt = 0;
  /** @type {Link} */
  link = "closed";
  /** Unix ms of the next attempt while waiting. */
  retryAt = 0;

  /** @param {Options} options `onClose` answers whether the close code is final */
  constructor(options) {
    this.#options = options;
    this.#backoff = options.backoff ?? new Backoff();
  }

  start() {
    clearTimeout(this.#timer);
    this.#drop();
    this.#set("connecting");
    const open = this.#options.open ?? ((address) => new WebSocket(address));
    const socket = open(this.#options.address());
    this.#socket = socket;
    socket.onopen = () => {
      this.#heardAt = Date.now();
      this.#set("open");
    };
    socket.onmessage = (event) => {
      this.#heardAt = Date.now();
      this.#backoff.reset();
      this.#options.onMessage(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      if (this.#options.onClose?.(event.code)) this.#set("closed");
      else this.#wait();
    };
  }

  stop() {
    clearTimeout(this.#timer);
    this.#drop();
    this.#set("closed");
  }

  /** The machine woke up or the network came back: do not wait, and do not trust a silent connection. */
  nudge() {
    const silent = this.link === "open" && Date.now() - this.#heardAt > SILENCE;
    if (this.link === "waiting" || silent) this.start();
  }

  #wait() {
    const delay = this.#backoff.next();
    this.retryAt = Date.now() + delay;
    this.#timer = setTimeout(() => this.start(), delay);
    this.#set("waiting");
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.onopen = null;
    if (socket.readyState === CONNECTING) socket.onopen = () => socket.close(); // closed sooner, browsers complain
    else socket.close();
  }

  /** @param {Link} link */
  #set(link) {
    this.link = link;
    this.#options.onLink(link);
  }
}
