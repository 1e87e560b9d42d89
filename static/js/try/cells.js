/** A class map in numbers and words: where a cell lies, what it says. Rule: pure; pixels are the picture's own. */

/**
 * `stride`: pixels between two cells; `window`: side of what a cell sees, in pixels.
 * @typedef {{rows: number, columns: number, stride: number, window: number}} Grid
 */
/** @typedef {{top: number, left: number, cell: number, class_index: number, found_index: number, recovered: boolean}} Tile */
/**
 * @typedef {{kind: "mosaic" | "picture", picture: string, width: number, height: number, map: Grid, classes: string[],
 *   class_indices: number[], probabilities: number[], tiles?: Tile[], recovered?: number, tile_side?: number,
 *   epoch: number, step: number, is_best: boolean}} ClassMap
 */
/** @typedef {{left: number, top: number, side: number}} Square */

export const CLASS_COLORS = 12; // tokens --class-1 …; further classes use them again
const STRONGEST = 0.72; // opacity of a cell that is certain

/** @param {number} classIndex @returns {string} */
export function colorToken(classIndex) {
  return `--class-${(classIndex % CLASS_COLORS) + 1}`;
}

/** @param {number} probability */
export function opacityOf(probability) {
  return STRONGEST * probability;
}

/** @param {Grid} grid @param {number} cell @returns {Square} the pixels that the cell saw */
export function windowOf(grid, cell) {
  const row = Math.floor(cell / grid.columns);
  return { left: (cell % grid.columns) * grid.stride, top: row * grid.stride, side: grid.window };
}

/** @param {Grid} grid @param {number} cell @returns {Square} the cell's own place: around its window's centre */
export function placeOf(grid, cell) {
  const seen = windowOf(grid, cell);
  const offset = (grid.window - grid.stride) / 2;
  return { left: seen.left + offset, top: seen.top + offset, side: grid.stride };
}

/** @param {Grid} grid @param {number} x @param {number} y in the picture's pixels @returns {number} the nearest cell */
export function cellAt(grid, x, y) {
  const along = (/** @type {number} */ at, /** @type {number} */ most) =>
    Math.min(most - 1, Math.max(0, Math.round((at - grid.window / 2) / grid.stride)));
  return along(y, grid.rows) * grid.columns + along(x, grid.columns);
}

/** @param {Grid} grid @param {number} cell @param {string} key of the keyboard @returns {number | null} the cell there */
export function cellBeside(grid, cell, key) {
  const row = Math.floor(cell / grid.columns);
  const column = cell % grid.columns;
  const steps = /** @type {Record<string, [number, number]>} */ ({
    ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
  });
  if (!(key in steps)) return null;
  const [down, right] = steps[key];
  const clamp = (/** @type {number} */ at, /** @type {number} */ most) => Math.min(most - 1, Math.max(0, at));
  return clamp(row + down, grid.rows) * grid.columns + clamp(column + right, grid.columns);
}

/** @param {ClassMap} found @param {number} cell @returns {string} */
export function cellWords(found, cell) {
  const row = Math.floor(cell / found.map.columns) + 1;
  const column = (cell % found.map.columns) + 1;
  const sure = `${Math.round(100 * found.probabilities[cell])} % sure`;
  const here = `Row ${row}, column ${column}: ${found.classes[found.class_indices[cell]]}, ${sure}.`;
  const tile = found.tiles?.find((one) => one.cell === cell);
  return tile ? `${here} It sees exactly one tile: ${found.classes[tile.class_index]}.` : here;
}

/** @param {ClassMap} found @returns {{classIndex: number, share: number}[]} the classes on the map, most cells first */
export function shares({ class_indices: indices }) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const index of indices) counts.set(index, (counts.get(index) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .map(([classIndex, cells]) => ({ classIndex, share: cells / indices.length }));
}

/** @param {ClassMap} found @returns {boolean} whether the tiles of a mosaic stand apart */
export function hasGaps({ tiles = [], tile_side: side = 0 }) {
  return tiles.length > 1 && tiles[1].left > side;
}

/** @param {ClassMap} found @returns {string} the result in a few words */
export function resultWords(found) {
  const { rows, columns } = found.map;
  if (found.tiles) return `${found.recovered} of ${found.tiles.length} tiles recovered`;
  return rows * columns === 1 ? "One answer for the whole picture" : `A map of ${columns} × ${rows} answers`;
}
