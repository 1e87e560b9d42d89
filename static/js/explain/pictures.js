/** Which picture belongs to which field. Rule: a field without a picture here is explained in words alone. */

import { activation } from "./pictures/activation.js";
import { augment } from "./pictures/augment.js";
import { batches } from "./pictures/batches.js";
import { batchNorm } from "./pictures/batch_norm.js";
import { ways } from "./pictures/by_hand.js";
import { crossing } from "./pictures/crossing.js";
import { decay } from "./pictures/decay.js";
import { descent } from "./pictures/descent.js";
import { dropout } from "./pictures/dropout.js";
import { loss } from "./pictures/loss.js";
import { network } from "./pictures/network.js";
import { noise } from "./pictures/noise.js";
import { patience } from "./pictures/patience.js";
import { precision } from "./pictures/precision.js";
import { reduction } from "./pictures/reduction.js";
import { schedule } from "./pictures/schedule.js";
import { split } from "./pictures/split.js";
import { standardize } from "./pictures/standardize.js";

/** @typedef {import("./drawing.js").Config} Config */
/** @typedef {import("./drawing.js").Context} Context */
/** @typedef {(config: Config, context: Context) => import("./drawing.js").Drawing | null} Picture */

/** @type {Record<string, Picture>} */
export const PICTURES = {
  train_size: split,
  validation_fraction: split,
  split_seed: split,
  points: noise,
  noise,
  hidden_sizes: (config, context) => network(config, context),
  activation,
  gradients: ways,
  standardize,
  augment,
  lr_schedule: schedule,
  dropout,
  batch_norm: batchNorm,
  loss,
  loss_reduction: reduction,
  optimizer: descent,
  learning_rate: descent,
  momentum: descent,
  weight_decay: decay,
  batch_size: batches,
  epochs: schedule,
  early_stopping_patience: patience,
  seed: crossing,
  precision,
};
