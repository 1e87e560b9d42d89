/** What the crop takes of the present sample: the frame on the picture as stored, and the picture as seen. */

/** @param {number} side @returns {number} of the crop (as ml/inputs: floor of 7/8) */
export function cropSide(side) {
  return Math.floor((7 * side) / 8);
}

/** @param {import("../drawing.js").Config} config @param {import("../drawing.js").Context} context @returns {import("../drawing.js").Drawing | null} */
export function augment(config, { side, raw, seen }) {
  if (!side) return null;
  const on = config.augment === true;
  const inner = cropSide(side);
  const unit = 70 / side;
  const shift = side - inner; // places a crop can have, less one
  /** @type {import("../drawing.js").Shape[]} */
  const shapes = [];
  if (raw) shapes.push({ kind: "image", x: 20, y: 6, side: 70, href: raw });
  shapes.push({ kind: "box", x: 20, y: 6, width: 70, height: 70, tone: "soft", hollow: true });
  for (const [dx, dy] of [[0, 0], [shift, Math.floor(shift / 2)], [Math.floor(shift / 2), shift]]) {
    shapes.push({ kind: "box", x: 20 + dx * unit, y: 6 + dy * unit, width: inner * unit, height: inner * unit, tone: dx || dy ? "good" : "accent", hollow: true });
  }
  if (on && seen) shapes.push({ kind: "image", x: 140, y: 6, side: inner * unit, href: seen });
  shapes.push({ kind: "text", x: 55, y: 92, text: `${side}×${side}`, anchor: "middle" });
  shapes.push({ kind: "text", x: 175, y: 92, text: on ? `seen: ${inner}×${inner}` : `would be ${inner}×${inner}`, anchor: "middle" });
  return { says: `${(shift + 1) ** 2} places for a crop of ${inner}×${inner} in ${side}×${side}`, shapes };
}
