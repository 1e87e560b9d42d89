/** Part 2: networks for pictures, their sheets and their parameters (part B of the practical). */

import { CIFAR10, DIGITS, HALF_A_MINUTE } from "./recipes.js";

/** @type {import("../words.js").Chapter[]} */
export const PICTURES = [
  {
    id: "convolutions",
    title: "The convolutional network and its sheet",
    text: [
      "A convolution slides one small window of weights over the picture: what it learned to see in one place it sees in all. Pooling keeps the strongest answer of each 2×2 field and halves the side.",
      "Three times convolution, ReLU and pooling, then two fully connected layers: the practical's network for CIFAR-10. The layer sheet reckons every shape before anything is trained.",
    ],
    formulas: ["output = floor((x + 2 p − k) / s) + 1", "r_l = r_{l−1} + (k_l − 1) j_{l−1}", "j_l = j_{l−1} s_l"],
    look: ["Lab › Layer sheet: open a row to see how it was reckoned.", "The receptive fields: 5, 6, 14, 16, 32, 36, then the whole picture."],
    expect: ["1,191,170 parameters, 1,024,000 weights of them in the one layer fc4.", "CIFAR-10, first evaluation about 10 %; baseline after 50 epochs 72.7 % in the practical, 72.2 % here, with 100 % of the training set."],
    runs: [
      { kind: "open", title: "The sheet of the CIFAR-10 network", changes: CIFAR10, takes: "at once" },
      { kind: "recipe", title: "The same network on small digits", changes: DIGITS, takes: HALF_A_MINUTE },
      { kind: "recipe", title: "One epoch of CIFAR-10", changes: { ...CIFAR10, epochs: 1 }, takes: "1 to 2 minutes on two cores" },
    ],
  },
  {
    id: "parameters",
    title: "Counting parameters",
    text: [
      "A convolution has as many weights whatever the size of the picture; a fully connected layer has one for each pair of an input and an output.",
      "Before networks, pictures were described by how often each of 1,000 visual words occurs in them (and one more for patches without structure), and a linear support vector machine was trained for every pair of classes.",
    ],
    formulas: ["convolution: C_in k k C_out + C_out", "fully connected: N_in N_out + N_out", "one against one: K (K − 1) / 2 · 1002"],
    look: ["The line below the sheet's totals: parameters a training sample, and what the bags would learn.", "The test accuracy of both on the same pictures."],
    expect: ["Visual words and SVMs: 105 · 1,002 = 105,210 parameters for 15 classes, 45 · 1,002 = 45,090 for CIFAR-10's ten; the network 1,191,170."],
    runs: [
      { kind: "recipe", title: "Visual words and an SVM on 5,000 pictures of CIFAR-10", changes: { dataset: "cifar10", architecture: "bow_svm", train_size: 5000, validation_fraction: 0 }, takes: "a few minutes" },
    ],
  },
  {
    id: "fully-connected",
    title: "Fully connected layers as convolutions",
    text: ["A fully connected layer is a convolution whose window covers its whole input. Read so, a trained network takes larger pictures than it was trained on and answers with a map of class scores instead of one answer."],
    formulas: ["N_in = C k k, so the weights are the same, in another shape"],
    look: ["When it has ended: Try the trained network, the mosaic: which class is seen where.", "Lab › Layer sheet › VGG16 at 224×224: its first fully connected layer is a 7×7 convolution."],
    expect: ["VGG16 on a picture of 448×448 gives a map of 8×8 places and 1,000 classes."],
    runs: [{ kind: "recipe", title: "Train on digits, then try the mosaic", changes: DIGITS, takes: HALF_A_MINUTE }],
  },
];
