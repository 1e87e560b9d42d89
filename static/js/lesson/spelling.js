/** Which name was meant by a mistyped one. Rule: pure; nothing is guessed that differs by more than a slip or two. */

const MOST = 2; // letters too many, missing or wrong

/** @param {string} one @param {string} other @returns {number} letters to add, take away or replace (Levenshtein, 1966) */
export function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const swap = row[j - 1] + Number(one[i - 1] !== other[j - 1]);
      next.push(Math.min(swap, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[other.length];
}

/** @param {string} text @param {Iterable<string>} names @returns {string} the nearest name; empty when none is near */
export function nearest(text, names) {
  const near = [...names].map((name) => ({ name, away: distance(text.toLowerCase(), name.toLowerCase()) }));
  const [first] = near.filter(({ name, away }) => away <= MOST && away < name.length - 1).sort((a, b) => a.away - b.away);
  return first?.name ?? "";
}
