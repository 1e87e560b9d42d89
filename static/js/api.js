/**
 * Calls to the server. Rule: addresses are relative to the page's root, so it works behind a prefix, and an
 * error is always a Problem with words for people.
 */

/** @typedef {{field: string, message: string, start?: number, end?: number}} FieldError */
/** @typedef {import("./log/clock.js").ServerClock} ServerClock */

const CLOCK_HEADER = "X-Livetrain-Time";

export class Problem extends Error {
  /**
   * @param {number} status HTTP status, 0 when no answer came
   * @param {{title?: string, detail?: string, errors?: FieldError[]}} body
   * @param {number | null} [retryAfter] seconds
   */
  constructor(status, body, retryAfter = null) {
    super(body.detail || body.title || `The server answered ${status}.`);
    this.status = status;
    this.errors = body.errors ?? [];
    this.retryAfter = retryAfter;
  }
}

export class Api {
  #root;
  #clock;

  /** @param {string} root path prefix without a slash at the end @param {ServerClock} clock */
  constructor(root, clock) {
    this.#root = root;
    this.#clock = clock;
  }

  /** @param {string} path @param {AbortSignal} [signal] @param {number} [wait] seconds, while workers warm up */
  get(path, signal, wait) {
    return this.#call("GET", path, { signal, wait });
  }

  /** What the page's head may have asked for already: when it left is not known, so it says nothing of the clock. @param {string} path */
  early(path) {
    return this.#call("GET", path, { isEarly: true });
  }

  /** @param {string} path @returns {Promise<ArrayBuffer>} */
  async bytes(path) {
    const response = await this.#fetch(path, {});
    if (response.ok) return response.arrayBuffer();
    throw new Problem(response.status, await response.json().catch(() => ({})));
  }

  /** @param {string} path @param {unknown} [body] @param {{signal?: AbortSignal, key?: string}} [options] */
  post(path, body = {}, { signal, key } = {}) {
    return this.#call("POST", path, { signal, body, key });
  }

  /** Send a file as it is. @param {string} path @param {Blob} file */
  send(path, file) {
    return this.#call("POST", path, { body: file });
  }

  /** @param {string} path @param {unknown} body */
  patch(path, body) {
    return this.#call("PATCH", path, { body });
  }

  /** @param {string} path */
  delete(path) {
    return this.#call("DELETE", path, {});
  }

  /** @param {string} path @returns {string} what a link to it says */
  address(path) {
    return `${this.#root}${path}`;
  }

  /** @param {string} path @returns {string} the address of a websocket */
  socketAddress(path) {
    const { protocol, host } = window.location;
    return `${protocol === "https:" ? "wss:" : "ws:"}//${host}${this.#root}${path}`;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{signal?: AbortSignal, body?: unknown, key?: string, wait?: number, isEarly?: boolean}} options
   * @returns {Promise<any>}
   */
  async #call(method, path, { signal, body, key, wait, isEarly }) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    const isFile = body instanceof Blob;
    if (body !== undefined) headers["Content-Type"] = isFile ? body.type : "application/json";
    if (wait) headers.Prefer = `wait=${wait}`;
    if (key) headers["Idempotency-Key"] = key;
    const sentAt = Date.now();
    const response = await this.#fetch(path, {
      method,
      headers,
      signal,
      body: body === undefined || isFile ? body : JSON.stringify(body),
    });
    if (!isEarly) this.#clock.observe(Number(response.headers.get(CLOCK_HEADER)), sentAt, Date.now());
    if (response.status === 401) window.location.assign(`${this.#root}/login`);
    if (response.status === 204) return null;
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    throw new Problem(response.status, answer, Number(response.headers.get("Retry-After")) || null);
  }

  /** @param {string} path @param {RequestInit} init */
  async #fetch(path, init) {
    try {
      return await fetch(this.#root + path, init);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new Problem(0, { detail: "The server does not answer. Training goes on without it; try again." });
    }
  }
}
