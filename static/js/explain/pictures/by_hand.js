/** The way forward and the way back through one hidden layer. */

/** @param {import("../drawing.js").Config} config @returns {import("../drawing.js").Drawing} */
export function ways(config) {
  /** @type {import("../drawing.js").Shape[]} */
  const shapes = ["x", "h", "ŷ", "L"].flatMap((name, i) => [
    /** @type {import("../drawing.js").Shape} */ ({ kind: "box", x: 14 + 60 * i, y: 32, width: 32, height: 26, tone: "soft", hollow: true }),
    /** @type {import("../drawing.js").Shape} */ ({ kind: "text", x: 30 + 60 * i, y: 49, text: name, anchor: "middle" }),
  ]);
  for (let i = 0; i < 3; i += 1) {
    const x = 48 + 60 * i;
    shapes.push({ kind: "path", tone: "soft", points: [[x, 38], [x + 24, 38], [x + 20, 35], [x + 24, 38], [x + 20, 41]] });
    shapes.push({ kind: "path", tone: "accent", points: [[x + 24, 52], [x, 52], [x + 4, 49], [x, 52], [x + 4, 55]] });
  }
  shapes.push({ kind: "text", x: 120, y: 20, text: "forward", anchor: "middle" });
  shapes.push({ kind: "text", x: 120, y: 80, text: config.gradients === "by_hand" ? "back, by the derived formulas" : "back, by automatic differentiation", anchor: "middle" });
  return { says: "forward to the loss, back to the gradients", shapes };
}
