/**
 * The config's JSON schema as the form sees it: one plain record per field.
 * Rule: titles, bounds, defaults and choices are read here and written nowhere in the page.
 */

/** @typedef {Record<string, any>} Config */
/** @typedef {"boolean" | "choice" | "integer" | "number" | "integers" | "text"} Kind */
/**
 * @typedef {{name: string, title: string, description: string, group: string, kind: Kind, initial: any,
 *   choices: any[], optional: boolean, words: string[], least: number | null, greatest: number | null,
 *   when: Record<string, string[]>, unless: string[], changeable: "running" | "fork" | null, lines: boolean,
 *   short: string, empty: string, speaks: boolean}} Field
 *   `unless`: architectures to which it means nothing; `changeable`: while a job runs and in a fork, or in a fork
 *   only; `lines`: a text of several lines; `short`: what labels call it; `empty`: what no value means; `speaks`:
 *   its value says which field it is
 */

const CONDITIONS = { datasets: "dataset", architectures: "architecture", optimizer: "optimizer", lr_schedule: "lr_schedule" };

/** @param {Record<string, any>} property @returns {Record<string, any>[]} the alternatives of a property */
function alternatives(property) {
  return property.anyOf ?? [property];
}

/** @param {Record<string, any>} main @returns {Kind} */
function kindOf(main) {
  if (main.enum || "const" in main) return "choice";
  if (main.type === "boolean" || main.type === "integer" || main.type === "number") return main.type;
  if (main.type === "array") return "integers";
  return "text";
}

/** @param {string} name @param {Record<string, any>} property @returns {Field} */
function readField(name, property) {
  const all = alternatives(property);
  const main = all.find((one) => one.type !== "null" && !("const" in one)) ?? all[0];
  /** @type {Record<string, string[]>} */
  const when = {};
  for (const [key, field] of Object.entries(CONDITIONS)) if (property[key]) when[field] = property[key];
  return {
    name,
    title: property.title ?? name,
    description: property.description ?? "",
    group: property.group ?? "more",
    kind: kindOf(main),
    initial: property.default,
    choices: main.enum ?? ("const" in main ? [main.const] : []),
    optional: all.some((one) => one.type === "null"),
    words: all.filter((one) => one !== main && "const" in one).map((one) => String(one.const)),
    least: main.minimum ?? main.exclusiveMinimum ?? null,
    greatest: main.maximum ?? main.exclusiveMaximum ?? null,
    when,
    unless: property.not_architectures ?? [],
    changeable: property.changeable ?? null,
    lines: property.multiline === true,
    short: property.short ?? "",
    empty: property.empty ?? "",
    speaks: property.speaks === true,
  };
}

/** @param {{properties: Record<string, any>}} schema @returns {Field[]} in the schema's order */
export function readSchema(schema) {
  return Object.entries(schema.properties).map(([name, property]) => readField(name, property));
}

/** Further choices of a field that only the server knows, such as uploaded data sets.
 * @param {Field[]} fields @param {string} name @param {string[]} choices */
export function offer(fields, name, choices) {
  const field = fields.find((one) => one.name === name);
  if (field) field.choices = [...new Set([...field.choices, ...choices])];
}

/** @param {Field[]} fields @returns {Config} */
export function defaultsOf(fields) {
  return Object.fromEntries(fields.map((field) => [field.name, field.initial]));
}

/** @param {Field} field @param {Config} config @returns {boolean} whether the field has an effect now */
export function applies(field, config) {
  if (field.unless.includes(config.architecture)) return false;
  return Object.entries(field.when).every(([other, values]) => values.includes(config[other]));
}

/** @param {any} one @param {any} other */
export function equal(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * What is sent: only what differs from the defaults and has an effect.
 * @param {Config} config
 * @param {Field[]} fields
 * @returns {Config}
 */
export function differences(config, fields) {
  return Object.fromEntries(
    fields
      .filter((field) => applies(field, config) && !equal(config[field.name], field.initial))
      .map((field) => [field.name, config[field.name]]),
  );
}
