/**
 * Numbers, durations and bytes in words people read. Rule: pure, and the same text for the same value; `number`,
 * `setting`, `percent` and `took` write as the server does (ml/writing.py; tests/data/written.json holds both to it).
 */

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const NOTHING = "–";
const [WRITTEN_OUT_FROM, WRITTEN_OUT_BELOW] = [1e-6, 1e6]; // beyond with a power of ten
const MILLISECONDS_BELOW = 0.1; // seconds
const THIN = "\u202f"; // narrow no-break space between number and unit

/** @param {number | null | undefined} value */
export function count(value) {
  return value == null || !Number.isFinite(value) ? NOTHING : whole.format(value);
}

/** @param {number | null | undefined} value @returns {string} three significant digits; non-finite by name */
export function decimal(value) {
  if (value == null) return NOTHING;
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size === 0) return "0.000";
  if (size < 0.001 || size >= 1e6) return number(value);
  if (size >= 1000) return whole.format(value);
  return value.toFixed(size < 10 ? 3 : size < 100 ? 2 : 1);
}

/** @param {number | null | undefined} value measured @returns {string} `0.00001`, `0.123`, `12,346`, `1.23e-7`, `∞` */
export function number(value) {
  if (value == null) return NOTHING;
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  if (size && (size < WRITTEN_OUT_FROM || size >= WRITTEN_OUT_BELOW)) return rounded.toExponential().replace("e+", "e");
  return size >= 1000 ? whole.format(value) : String(rounded);
}

/** @param {number} value as somebody set it @returns {string} all its digits, as it is typed */
export function setting(value) {
  return String(value);
}

/** @param {number | null | undefined} share 0..1 */
export function percent(share) {
  return share == null || !Number.isFinite(share) ? NOTHING : `${(share * 100).toFixed(1)}${THIN}%`;
}

/** @param {number | null | undefined} difference of two shares, in percentage points */
export function points(difference) {
  if (difference == null || !Number.isFinite(difference)) return NOTHING;
  return `${(difference * 100).toFixed(1).replace("-", "−")}${THIN}pt`;
}

/** @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (seconds == null || !Number.isFinite(seconds)) return NOTHING;
  if (seconds < 9.95) return `${seconds.toFixed(1)}${THIN}s`;
  const rounded = Math.round(seconds);
  if (rounded < 60) return `${rounded}${THIN}s`;
  const minutes = Math.floor(rounded / 60);
  if (minutes < 60) return `${minutes}${THIN}min ${String(rounded % 60).padStart(2, "0")}${THIN}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}${THIN}h ${String(minutes % 60).padStart(2, "0")}${THIN}min`;
  return `${Math.floor(hours / 24)} days ${hours % 24}${THIN}h`;
}

/** @param {number} seconds measured @returns {string} `1.4 ms`, or as a duration */
export function took(seconds) {
  return seconds < MILLISECONDS_BELOW ? `${Number((1000 * seconds).toPrecision(2))}${THIN}ms` : duration(seconds);
}

/** @param {number | null | undefined} seconds @returns {string} a rough amount, for what is only estimated */
export function about(seconds) {
  if (seconds == null || !Number.isFinite(seconds)) return NOTHING;
  if (seconds < 1) return `1${THIN}s`;
  if (seconds < 90) return `${Math.round(seconds)}${THIN}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes}${THIN}min`;
  return `${(seconds / 3600).toFixed(1)}${THIN}h`;
}

/** @param {number} milliseconds */
export function delay(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)}${THIN}ms` : duration(milliseconds / 1000);
}

/** @param {number | null | undefined} amount */
export function bytes(amount) {
  if (amount == null || !Number.isFinite(amount)) return NOTHING;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = amount;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 10 ? Math.round(size) : size.toFixed(1)}${THIN}${units[unit]}`;
}

/** @param {number} position from 1 */
export function ordinal(position) {
  const lastTwo = position % 100;
  const ending = lastTwo > 10 && lastTwo < 14 ? "th" : (["th", "st", "nd", "rd"][position % 10] ?? "th");
  return `${position}${ending}`;
}

/** @param {number[]} shape channels first @returns {string} as people write it: height × width × channels */
export function shape(shape) {
  const [channels, ...sides] = shape;
  if (!sides.length) return count(channels);
  return [...sides, channels].join("×");
}
