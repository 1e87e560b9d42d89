/**
 * Colours between colours, for values with an order. Rule: pure; the stops are tokens, lightness runs one way, so that
 * the order is seen without telling hues apart. Mixed in OKLab (Ottosson 2020), where steps look equal.
 */

/** @typedef {[number, number, number]} Triple */

/** @param {string} color #rrggbb @returns {Triple} 0..1, linear light */
function linear(color) {
  const parts = /^#(..)(..)(..)$/.exec(color)?.slice(1) ?? ["00", "00", "00"];
  const one = (/** @type {string} */ part) => {
    const value = Number.parseInt(part, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [one(parts[0]), one(parts[1]), one(parts[2])];
}

/** @param {Triple} rgb linear @returns {string} #rrggbb */
function written(rgb) {
  const one = (/** @type {number} */ value) => {
    const light = Math.min(1, Math.max(0, value));
    const coded = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
    return Math.round(255 * coded).toString(16).padStart(2, "0");
  };
  return `#${rgb.map(one).join("")}`;
}

/** @param {Triple} rgb linear @returns {Triple} */
function oklab([r, g, b]) {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** @param {Triple} lab @returns {Triple} linear */
function fromOklab([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** @param {string} color #rrggbb @returns {number} 0 (black) to 1 (white), as the eye judges it */
export function lightness(color) {
  return oklab(linear(color))[0];
}

/** @param {string[]} stops #rrggbb, from the least on @param {number} share 0..1 of the way @returns {string} #rrggbb */
export function between(stops, share) {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const first = Math.min(Math.floor(at), stops.length - 2);
  if (stops.length < 2) return stops[0];
  const [from, to] = [oklab(linear(stops[first])), oklab(linear(stops[first + 1]))];
  const mixed = /** @type {Triple} */ (from.map((value, i) => value + (to[i] - value) * (at - first)));
  return written(fromOklab(mixed));
}

/** @param {string[]} stops @param {number} amount of colours @returns {string[]} evenly apart, both ends among them; the last for one */
export function ramp(stops, amount) {
  return Array.from({ length: amount }, (_, i) => between(stops, amount > 1 ? i / (amount - 1) : 1));
}

/** @param {string} color #rrggbb @param {number} share 0..1 @returns {string} */
export function translucent(color, share) {
  const parts = /^#(..)(..)(..)$/.exec(color)?.slice(1).map((part) => Number.parseInt(part, 16));
  return parts ? `rgba(${parts.join(", ")}, ${share})` : color;
}
