/**
 * Ready-made recipes: each only what differs from the defaults. Rule: every one trains as it stands, and says what it
 * is; how long it takes depends on the machine, so Start says that once it was measured here.
 */

/** @typedef {{id: string, title: string, detail: string, changes: Record<string, any>}} Preset */

/** The practical's protocol for CIFAR-10: nothing held out, plain SGD, all 50,000 pictures (part C). */
const CIFAR10 = { dataset: "cifar10", architecture: "alexnet", validation_fraction: 0, epochs: 50 };

/** @type {readonly Preset[]} */
export const PRESETS = Object.freeze([
  {
    id: "circles",
    title: "Circles",
    detail: "one hidden layer",
    changes: { hidden_sizes: [16], batch_size: 20, momentum: 0.9, epochs: 200 },
  },
  {
    id: "circles-by-hand",
    title: "Circles",
    detail: "gradients by hand",
    changes: { hidden_sizes: [16], gradients: "by_hand", learning_rate: 0.5, batch_size: 20, epochs: 200 },
  },
  {
    id: "xor",
    title: "Xor",
    detail: "eight hidden units",
    changes: { dataset: "xor", hidden_sizes: [8], momentum: 0.9, batch_size: 20, epochs: 100 },
  },
  {
    id: "spiral",
    title: "Spiral",
    detail: "two hidden layers",
    changes: {
      dataset: "spiral",
      points: 400,
      hidden_sizes: [32, 32],
      optimizer: "adam",
      learning_rate: 0.02,
      batch_size: 40,
      epochs: 200,
    },
  },
  {
    id: "digits",
    title: "Digits",
    detail: "pictures of 8×8 pixels",
    changes: {
      dataset: "digits",
      hidden_sizes: [128],
      activation: "relu",
      learning_rate: 0.05,
      momentum: 0.9,
      batch_size: 32,
      epochs: 60,
    },
  },
  {
    id: "digits-own-layers",
    title: "Digits",
    detail: "your own layers",
    changes: {
      dataset: "digits",
      architecture: "cnn",
      learning_rate: 0.05,
      momentum: 0.9,
      batch_size: 32,
      epochs: 15,
    },
  },
  { id: "cifar10-baseline", title: "CIFAR-10", detail: "baseline", changes: CIFAR10 },
  {
    id: "cifar10-every-toggle",
    title: "CIFAR-10",
    detail: "with every toggle",
    changes: {
      ...CIFAR10,
      standardize: true,
      augment: true,
      lr_schedule: "exponential",
      dropout: 0.5,
      batch_norm: true,
    },
  },
]);

/** What a first-time visitor finds ready to start. */
export const FIRST_PRESET = PRESETS[0];
