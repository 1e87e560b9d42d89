/**
 * Columns as they come over the wire, decoded to typed arrays.
 * Rule: exact. A float keeps its bits, and a non-finite number arrives as itself.
 */

/** @typedef {Int32Array | Float32Array | Float64Array} Column */
/** @typedef {{dtype: string, bdata: string}} TypedColumn */
/** @typedef {{constant: number | string, count: number, dtype?: string}} ConstantColumn */
/** @typedef {TypedColumn | ConstantColumn | (number | string)[]} WireColumn */

const ARRAYS = { f4: Float32Array, f8: Float64Array, i4: Int32Array };

/** @param {number | string} value a JSON number, or "NaN", "Infinity", "-Infinity" */
export function toNumber(value) {
  return typeof value === "number" ? value : Number(value);
}

/** @param {string} text base64 @returns {ArrayBuffer} */
function bytesOf(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes.buffer;
}

/** @param {string | undefined} dtype */
function arrayOf(dtype) {
  const kind = ARRAYS[/** @type {keyof typeof ARRAYS} */ (dtype ?? "f8")];
  if (!kind) throw new TypeError(`a column of unknown dtype ${dtype}`);
  return kind;
}

/**
 * One column of an entry: typed, constant or plain.
 * @param {WireColumn} column
 * @returns {Column}
 */
export function decodeColumn(column) {
  if (Array.isArray(column)) return Float64Array.from(column, toNumber);
  const kind = arrayOf(column.dtype);
  if ("constant" in column) return new kind(column.count).fill(toNumber(column.constant));
  return new kind(bytesOf(column.bdata));
}

/**
 * Every column of an entry.
 * @param {Record<string, WireColumn>} columns
 * @returns {Record<string, Column>}
 */
export function decodeColumns(columns) {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, decodeColumn(column)]));
}
