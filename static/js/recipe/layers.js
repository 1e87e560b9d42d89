/** A typed network in a few words. Rule: pure; only what sets two networks apart, in a line that does not grow. */

const SHAPING = /^\s*(conv|pool|average|residual|fc)\s+(\S+)/i;
const LONGEST = 40; // characters

/** @param {string} layers @returns {string} such as `conv16 pool2 fc64` */
export function layersWords(layers) {
  const short = layers
    .split(/[,;\n]/)
    .map((item) => SHAPING.exec(item))
    .filter((found) => found !== null)
    .map(([, word, amount]) => `${word.toLowerCase()}${amount}`)
    .join(" ");
  const words = short || "no layers";
  return words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words;
}
