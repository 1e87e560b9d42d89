/** A small schema with every kind of field, as the server's looks; and jobs made of it. */

import { defaultsOf, readSchema } from "../../static/js/recipe/schema.js";

export const SCHEMA = {
  properties: {
    name: { title: "Name", default: null, anyOf: [{ type: "string" }, { type: "null" }], group: "job" },
    dataset: { title: "Data set", default: "circles", enum: ["circles", "digits"], type: "string", group: "data" },
    points: { default: 200, minimum: 10, type: "integer", datasets: ["circles"] },
    noise: { default: null, anyOf: [{ type: "number", minimum: 0 }, { type: "null" }], datasets: ["circles"] },
    architecture: { title: "Architecture", default: "mlp", enum: ["mlp", "alexnet"], type: "string" },
    hidden_sizes: { default: [4], type: "array", items: { type: "integer" }, architectures: ["mlp"] },
    gradients: { const: "autograd", default: "autograd", type: "string" },
    standardize: { title: "Standardization", short: "standardize", default: false, type: "boolean" },
    lr_schedule: { default: "constant", enum: ["constant", "exponential"], type: "string" },
    lr_gamma: { default: 0.95, exclusiveMinimum: 0, maximum: 1, type: "number", lr_schedule: ["exponential"] },
    optimizer: { default: "sgd", enum: ["sgd", "adam"], type: "string" },
    learning_rate: { title: "Learning rate", short: "lr", default: 0.1, exclusiveMinimum: 0, type: "number", changeable: "running" },
    momentum: { default: 0, minimum: 0, type: "number", optimizer: ["sgd"], changeable: "fork" },
    batch_size: { title: "Batch size", short: "batch", default: 128, anyOf: [{ type: "integer", minimum: 1 }, { const: "full", type: "string" }] },
    patience: { default: null, anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }] },
    seed: { default: 0, type: "integer" },
  },
};

export const FIELDS = readSchema(SCHEMA);

/** @param {Record<string, any>} [changes] */
export function config(changes = {}) {
  return { ...defaultsOf(FIELDS), ...changes };
}

/** @param {string} name */
export function field(name) {
  const found = FIELDS.find((one) => one.name === name);
  if (!found) throw new Error(`no field ${name}`);
  return found;
}
