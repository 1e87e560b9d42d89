/**
 * The server's clock as seen from here. Rule: the sample with the shortest round trip wins.
 */

const FORGET_AFTER = 10 * 60 * 1000; // ms; clocks drift and laptops sleep

export class ServerClock {
  #offset = 0; // ms to add to this machine's clock
  #roundTrip = Infinity; // ms
  #takenAt = -Infinity;

  /**
   * @param {number} serverTime unix ms the server wrote into its answer
   * @param {number} sentAt unix ms here when the request left
   * @param {number} receivedAt unix ms here when the answer came
   */
  observe(serverTime, sentAt, receivedAt) {
    const roundTrip = receivedAt - sentAt;
    if (!Number.isFinite(serverTime) || serverTime <= 0 || roundTrip < 0) return;
    if (roundTrip > this.#roundTrip && receivedAt - this.#takenAt < FORGET_AFTER) return;
    this.#offset = serverTime - (sentAt + receivedAt) / 2;
    this.#roundTrip = roundTrip;
    this.#takenAt = receivedAt;
  }

  get offset() {
    return this.#offset;
  }

  /** @param {number} [now] unix ms here @returns {number} unix ms by the server's clock */
  now(now = Date.now()) {
    return now + this.#offset;
  }

  /**
   * How long ago something happened, never negative.
   * @param {string} at ISO 8601 by the server's clock
   * @param {number} [now] unix ms here
   */
  since(at, now = Date.now()) {
    return Math.max(0, now + this.#offset - Date.parse(at));
  }
}
