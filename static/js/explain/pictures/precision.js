/** The bits of a number in both precisions: sign, exponent, digits. */

const FORMATS = /** @type {const} */ ([["float32", 8, 23], ["bfloat16", 8, 7]]); // exponent and digits, in bits

/** @param {import("../drawing.js").Config} config @returns {import("../drawing.js").Drawing} */
export function precision(config) {
  /** @type {import("../drawing.js").Shape[]} */
  const shapes = [];
  FORMATS.forEach(([name, exponent, digits], row) => {
    const y = 22 + row * 42;
    shapes.push({ kind: "text", x: 10, y: y - 6, text: `${name}: ${exponent} bits of size, ${digits} of digits` });
    for (let i = 0; i < 1 + exponent + digits; i += 1) {
      const tone = i === 0 ? "soft" : i <= exponent ? "good" : "accent";
      shapes.push({ kind: "box", x: 10 + i * 6.8, y, width: 5.6, height: 14, tone, hollow: name !== config.precision });
    }
  });
  return { says: `bits of a number, the filled row is ${config.precision}`, shapes };
}
