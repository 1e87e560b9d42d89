/** The pills at the top: connection and device. Rule: their text is also in attributes, for whoever cannot see. */

import { byId, setAttribute, setText, within } from "./dom.js";
import { count } from "./format.js";
import { deviceWords } from "./jobs/words.js";

/** @param {import("./log/connection.js").Claim} claim */
export function showConnection({ state, text, missing, behind }) {
  const pill = byId("connection");
  setAttribute(pill, "data-state", state);
  setAttribute(pill, "data-missing", String(missing));
  setAttribute(pill, "data-behind-ms", behind == null ? null : String(Math.round(behind)));
  setText(within(pill, "span"), text);
}

/**
 * @param {import("./jobs/words.js").Job | null} job
 * @param {{name: string, title?: string}[]} devices
 */
export function showDevice(job, devices) {
  const running = job?.status === "running" && job.images_per_second;
  const speed = running ? ` · ${count(job.images_per_second)} samples/s` : "";
  const text = job && deviceWords(job) ? deviceWords(job) + speed : devices.map((one) => one.title ?? one.name).join(", ");
  const pill = byId("device");
  pill.hidden = !text;
  setText(pill, text);
}
