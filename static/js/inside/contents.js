/** Contents of snapshots, fetched once each. Rule: what was looked at lately stays; a scrubber asks again and again. */

/** @typedef {import("../log/snapshots.js").Snapshot} Snapshot */

const KEPT = 600; // contents; a boundary has 4 kB

export class Contents {
  #api;
  /** @type {Map<string, Promise<any>>} */
  #kept = new Map();

  /** @param {import("../api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /** @param {Snapshot} snapshot @returns {Promise<any>} JSON data, or an ArrayBuffer */
  of(snapshot) {
    if (snapshot.data !== undefined) return Promise.resolve(snapshot.data);
    const found = this.#kept.get(snapshot.url) ?? this.#fetched(snapshot);
    this.#kept.delete(snapshot.url);
    this.#kept.set(snapshot.url, found);
    for (const url of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(url);
    }
    return found;
  }

  /** @param {Snapshot} snapshot */
  #fetched({ url, mediaType }) {
    const asked = mediaType === "application/json" ? this.#api.get(url) : this.#api.bytes(url);
    asked.catch(() => this.#kept.delete(url)); // so that it can be asked again
    return asked;
  }
}
