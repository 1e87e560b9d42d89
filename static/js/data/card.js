/** One data set as a card. Rule: made anew when anything about it changed; its samples are asked for once. */

import { Problem } from "../api.js";
import { onThemeChange } from "../charts/theme.js";
import { byId, fromTemplate, make, setText, within } from "../dom.js";
import { WARMING, patiently } from "../patience.js";
import { missingWords } from "../recipe/facts.js";
import { drawPoints } from "../recipe/scatter.js";
import { augmentWords, cardFacts, placeWords, trainQuery } from "./words.js";

/** @typedef {import("./words.js").Dataset} Dataset */

const SHOWN = 8; // samples

/** @type {Map<string, Promise<any>>} */
const previews = new Map();

/** @type {Map<HTMLCanvasElement, () => void>} points, to be drawn anew in other colours */
const drawings = new Map();
onThemeChange(() => {
  for (const [canvas, draw] of drawings) {
    if (canvas.isConnected) draw();
    else drawings.delete(canvas);
  }
});

/** @param {string} name its samples are others now */
export function forgetPreview(name) {
  previews.delete(name);
}

/** @type {Promise<any> | null} the first answer: a worker is warm from then on, and a browser keeps six connections */
let first = null;

/** @param {import("../api.js").Api} api @param {string} name */
async function preview(api, name) {
  const path = `/api/datasets/${encodeURIComponent(name)}/preview?count=${SHOWN}`;
  const ask = () => patiently(() => api.get(path, undefined, WARMING));
  if (!first) return (first = ask());
  await first.catch(() => undefined); // said on its own card
  return ask();
}

/** A picture to a screen reader once there is one: empty, it has no name; an error in its place is text. @param {HTMLElement} home @param {string} words */
function describe(home, words) {
  home.setAttribute("role", "img");
  home.setAttribute("aria-label", words);
}

/** @param {HTMLElement} home @param {import("../api.js").Api} api @param {Dataset} dataset */
async function showSamples(home, api, dataset) {
  if (dataset.state !== "ready" || !dataset.available || dataset.problem) {
    home.remove();
    return;
  }
  const asked = previews.get(dataset.name) ?? preview(api, dataset.name);
  previews.set(dataset.name, asked);
  home.dataset.kind = dataset.kind;
  try {
    const found = await asked;
    if (found.kind === "images") {
      describe(home, `Samples: ${found.samples.map((/** @type {any} */ one) => one.label).join(", ")}`);
      home.replaceChildren(...found.samples.map((/** @type {{raw: string, label: string}} */ { raw, label }) => make("img", { src: raw, alt: "", title: label })));
    } else {
      describe(home, `Points of the classes ${found.classes.join(" and ")}`);
      const canvas = /** @type {HTMLCanvasElement} */ (make("canvas"));
      home.replaceChildren(canvas);
      drawings.set(canvas, () => drawPoints(canvas, found.raw, Math.max(...[...found.raw.x, ...found.raw.y].map(Math.abs))));
      requestAnimationFrame(() => drawings.get(canvas)?.());
    }
  } catch (error) {
    previews.delete(dataset.name);
    if (!(error instanceof Problem)) throw error;
    home.replaceChildren(make("p", { class: "note" }, error.message));
  }
}

/**
 * @param {import("../api.js").Api} api
 * @param {string} root
 * @param {Dataset} dataset
 * @param {{onReport: (name: string) => void, onDelete: (name: string) => void}} actions
 */
export function cardOf(api, root, dataset, { onReport, onDelete }) {
  const card = fromTemplate("dataset-card");
  card.dataset.dataset = dataset.name;
  card.dataset.state = dataset.state;
  setText(within(card, "h2"), dataset.title);
  setText(within(card, ".tag"), placeWords(dataset));
  setText(within(card, ".dataset-description"), dataset.description);
  setText(within(card, ".dataset-facts"), cardFacts(dataset));
  setText(within(card, ".dataset-augment"), augmentWords(dataset));
  const notice = within(card, ".notice");
  const missing = dataset.state === "unpacking" ? "" : missingWords(dataset);
  notice.hidden = !missing;
  if (dataset.state === "failed") notice.dataset.bad = "true";
  setText(notice, missing);
  const bar = within(card, ".bar");
  bar.hidden = dataset.state !== "unpacking";
  const share = dataset.total ? (dataset.done ?? 0) / dataset.total : 0;
  bar.style.setProperty("--share", String(share));
  bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
  const isOwn = dataset.source === "uploaded";
  const train = /** @type {HTMLAnchorElement} */ (within(card, '[data-action="train"]'));
  train.href = `${root}/?${trainQuery(dataset)}`;
  train.hidden = dataset.state !== "ready";
  const report = within(card, '[data-action="report"]');
  report.hidden = !isOwn || dataset.state !== "ready" || Boolean(dataset.problem);
  report.addEventListener("click", () => onReport(dataset.name));
  const remove = within(card, '[data-action="delete"]');
  remove.hidden = !isOwn;
  setText(remove, dataset.state === "unpacking" ? "Cancel" : "Delete");
  remove.addEventListener("click", () => onDelete(dataset.name));
  showSamples(within(card, ".thumbnails"), api, dataset);
  return card;
}

/** @param {string} name of a data set to be deleted @returns {Promise<boolean>} */
export async function isConfirmed(name) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("confirm"));
  setText(byId("confirm-name"), name);
  dialog.returnValue = "keep";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  return dialog.returnValue === "delete";
}
