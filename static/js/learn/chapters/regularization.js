/** Part 3: what makes a network better on pictures it has not seen (part C of the practical). */

import { AN_HOUR, CIFAR10, DIGITS, HALF_A_MINUTE } from "./recipes.js";

const SCALED = { ...CIFAR10, standardize: true };
const SCHEDULED = { ...SCALED, augment: true, lr_schedule: "exponential" };

/** @type {import("../words.js").Chapter[]} */
export const REGULARIZATION = [
  {
    id: "over-fitting",
    title: "Over-fitting",
    text: [
      "A network with more weights than pictures can learn the training set by heart. From then on every step makes it surer of what it knows and no better at what it has not seen: the test loss rises while the training loss falls.",
      "Training fits, validation chooses, the test reports once. A test set that was used to choose is no test any more.",
    ],
    formulas: ["gap = accuracy(train) − accuracy(held out)"],
    look: ["The shaded gap, the star at the best epoch, and the diagnosis once it over-fits."],
    expect: ["CIFAR-10 baseline: test loss least in epoch 10 (0.95) and 2.50 after 50; training accuracy 100 %, test 72.2 %."],
    runs: [
      {
        kind: "recipe", title: "60 digits and no regularization", changes: { ...DIGITS, train_size: 60, batch_size: 10, epochs: 60 }, takes: HALF_A_MINUTE,
        lesson: {
          ask: "60 digits, a network of 229,570 weights. Predict: how far will training and test accuracy be apart at the end?",
          choices: ["Not at all", "Some points", "Tens of points"], free: ["train_size", "dropout", "augment", "weight_decay", "early_stopping_patience"],
          explain: "So many weights learn 60 digits by heart; the others have to look alike by luck. More samples, augmentation or an early stop narrow the gap.",
        },
      },
      { kind: "recipe", title: "The baseline on CIFAR-10, 50 epochs", changes: CIFAR10, takes: AN_HOUR },
    ],
  },
  {
    id: "standardization",
    title: "Standardization",
    text: ["Subtract each channel's mean and divide by its deviation, both of the training set, and the same numbers at test. Inputs around zero and of one size make the valley of the loss rounder, so that one learning rate suits all directions."],
    formulas: ["x' = (x − μ_c) / σ_c", "CIFAR-10: μ = 0.491, 0.482, 0.447", "σ = 0.202, 0.199, 0.201"],
    look: ["Lab › Data: mean and deviation as stored and as seen."],
    expect: ["After 20 epochs 69.8 % becomes 72.8 %; the practical reports 72.7 % and 78.1 % after about 50."],
    runs: [
      {
        kind: "recipe", title: "One epoch with it, and one without", changes: { ...SCALED, epochs: 1 }, takes: "1 to 2 minutes each on two cores",
        lesson: {
          ask: "The baseline reaches about 24 to 36 % after one epoch. Predict: with standardization?", choices: ["Less", "About as much", "At least 5 points more"], free: ["standardize"],
          explain: "Plain runs of one epoch went from 36 to 48 %. Switch it off and start again to see both curves.",
        },
      },
      { kind: "recipe", title: "Standardized digits", changes: { ...DIGITS, standardize: true }, takes: HALF_A_MINUTE },
    ],
  },
  {
    id: "augmentation",
    title: "Augmentation",
    text: ["Each time a picture is drawn it is cropped elsewhere and perhaps mirrored: 28×28 of 32×32, at test always the centre. The network never sees quite the same picture twice and cannot learn it by heart. Only what keeps the label is allowed: a mirrored 3 is no 3."],
    formulas: ["crops and flips: (32 − 28 + 1)^{2} · 2 = 50"],
    look: ["Lab › Data › New crops.", "The gap narrows, and an epoch costs less: the pictures are smaller."],
    expect: ["After 20 epochs 72.8 % becomes 77.6 %, and the gap 26 points become 8. 85.9 % is reported; plain runs of the protocol reach 80 to 81 %."],
    runs: [{ kind: "recipe", title: "Standardization and augmentation, 20 epochs", changes: { ...SCALED, augment: true, epochs: 20 }, takes: "about 12 minutes on two cores" }],
  },
  {
    id: "schedule",
    title: "Learning-rate schedule and momentum",
    text: ["Long steps at first, short ones near the bottom: after each epoch the rate is multiplied by 0.95. The curves get visibly steadier. Momentum keeps a share of the last step: it rolls through flat places and damps swinging, and makes steps up to 1 / (1 − m) times as long."],
    formulas: ["η_e = η_0 · 0.95^{e}", "v ← m v + g", "w ← w − η v"],
    look: ["How far the test accuracy jumps from epoch to epoch, with and without."],
    expect: ["80.8 % after 50 epochs here; 80 to 84 % in the practical. After 20 epochs it is worth about a point.", "Momentum 0.9 at the rate 0.1 was worse (58.6 % beside 71.7 % after 8 epochs): ten times as long a step is too long."],
    runs: [{ kind: "recipe", title: "Standardization, augmentation and schedule, 50 epochs", changes: SCHEDULED, takes: AN_HOUR }],
  },
  {
    id: "dropout",
    title: "Dropout",
    text: ["In training each unit before the last layer is silenced with probability p, and the survivors are made stronger by 1 / (1 − p). No unit can lean on another one. At test all of them speak."],
    formulas: ["h' = m h / (1 − p),  m = 0 with probability p"],
    look: ["Training accuracy below the re-measured one: it is counted with units missing."],
    expect: ["Beside the schedule after 8 epochs: 0.25 as good (71.7 %), 0.50 a point less, 0.75 about two points less. The practical found no gain either."],
    runs: [
      { kind: "recipe", title: "Dropout 0.5 on digits", changes: { ...DIGITS, dropout: 0.5 }, takes: HALF_A_MINUTE },
      { kind: "recipe", title: "Dropout 0.5 beside the schedule, 8 epochs", changes: { ...SCHEDULED, dropout: 0.5, epochs: 8 }, takes: "about 5 minutes on two cores" },
    ],
  },
  {
    id: "batch-normalization",
    title: "Batch normalization",
    text: ["After each convolution every channel is brought to mean 0 and deviation 1 over the batch, and then to a scale and shift of its own that are learned. Layers no longer have to follow the drift of those before them. At test the running means of training are used."],
    formulas: ["x' = γ (x − μ_B) / σ_B + β"],
    look: ["The first epochs climb faster; single epochs jump more.", "The sheet: two more parameters a channel."],
    expect: ["After 8 epochs 72.6 % beside 71.7 % of the schedule alone, its best epoch 75.8 beside 72.4 %."],
    runs: [
      { kind: "recipe", title: "Batch normalization on digits", changes: { ...DIGITS, batch_norm: true }, takes: HALF_A_MINUTE },
      { kind: "recipe", title: "Added to the schedule, 8 epochs", changes: { ...SCHEDULED, batch_norm: true, epochs: 8 }, takes: "about 5 minutes on two cores" },
    ],
  },
  {
    id: "ladder",
    title: "The ladder",
    text: ["One step after the other, each on the ones before: what does each gain? The first three rungs are kept; dropout, batch normalization and momentum stand beside one another on the third."],
    formulas: [],
    look: ["Studies › the gain of each rung, and the gap it leaves.", "Differences of less than about a point say nothing with one repetition."],
    expect: ["20 epochs: 69.8, 72.8, 77.6, 78.5 %. 50 epochs: baseline 72.2 %, schedule 80.8 %."],
    runs: [{ kind: "study", id: "ladder", title: "The regularization ladder", takes: "hours on two cores, some minutes on a GPU" }],
  },
];
