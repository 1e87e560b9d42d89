/**
 * Tiny drawings as plain records, in a box of 240 × 96. Rule: pure; a picture is computed here and in `pictures/`, and
 * only `svg.js` knows the document.
 */

/** @typedef {"line" | "accent" | "soft" | "good" | "warn" | "fill"} Tone the meaning of a colour */
/**
 * @typedef {{kind: "path", points: [number, number][], tone: Tone, dashed?: boolean}
 *   | {kind: "dot", x: number, y: number, r: number, tone: Tone, hollow?: boolean}
 *   | {kind: "box", x: number, y: number, width: number, height: number, tone: Tone, hollow?: boolean}
 *   | {kind: "text", x: number, y: number, text: string, anchor?: "start" | "middle" | "end"}
 *   | {kind: "image", x: number, y: number, side: number, href: string}} Shape
 * @typedef {{says: string, shapes: Shape[]}} Drawing `says`: what it shows, in words
 */
/** @typedef {Record<string, any>} Config */
/**
 * @typedef {{trainSize: number | null, dataset: string, side: number | null, raw: string | null, seen: string | null,
 *   seenSide: number | null, inputs: number | null, classes: number | null, channels: {name: string, mean: number, deviation: number}[]}} Context
 *   what is known of the data set now: its training samples, the side of its pictures and of what is seen of them, a
 *   sample as stored and as seen, how many numbers a network takes of a sample and the classes it tells apart, its
 *   channels as stored
 */

export const [WIDTH, HEIGHT] = [240, 96];
const [LEFT, RIGHT, TOP, BOTTOM] = [10, 230, 10, 80];

/** @param {unknown} value @param {number} otherwise @returns {number} what a field holds, where it is a number */
export function numberOr(value, otherwise) {
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

/**
 * A function as a line over the box.
 * @param {(x: number) => number} f @param {[number, number]} xs @param {[number, number]} ys @param {Tone} [tone] @param {number} [steps]
 * @returns {Shape}
 */
export function curve(f, xs, ys, tone = "accent", steps = 48) {
  const points = Array.from({ length: steps + 1 }, (_, i) => xs[0] + ((xs[1] - xs[0]) * i) / steps);
  return { kind: "path", tone, points: points.map((x) => place(x, f(x), xs, ys)) };
}

/** @param {number} x @param {number} y @param {[number, number]} xs @param {[number, number]} ys @returns {[number, number]} in the box */
export function place(x, y, xs, ys) {
  const across = (x - xs[0]) / (xs[1] - xs[0]);
  const up = Math.min(1.05, Math.max(-0.05, (y - ys[0]) / (ys[1] - ys[0])));
  return [LEFT + across * (RIGHT - LEFT), BOTTOM - up * (BOTTOM - TOP)];
}

/** @returns {Shape} the floor */
export function floor() {
  return { kind: "path", tone: "line", points: [[LEFT, BOTTOM], [RIGHT, BOTTOM]] };
}

/** @param {number} x @param {string} text @param {"start" | "middle" | "end"} [anchor] @returns {Shape} below the floor */
export function below(x, text, anchor = "middle") {
  return { kind: "text", x, y: 92, text, anchor };
}

/** @param {number} seed @returns {() => number} numbers from 0 to 1, the same ones every time (Park and Miller, 1988) */
export function scattered(seed) {
  let state = (Math.abs(Math.trunc(seed)) % 2147483646) + 1;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  next();
  next();
  return next;
}
