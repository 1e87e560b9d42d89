/** Part 1: a perceptron on points of a plane, every formula by hand (part A of the practical). */

import { COURSE, SECONDS } from "./recipes.js";

/** @type {import("../words.js").Chapter[]} */
export const BY_HAND = [
  {
    id: "perceptron",
    title: "A perceptron by hand",
    text: [
      "Two circles, one inside the other: no straight line parts them. One hidden layer of tanh units bends the plane until a line does.",
      "Forward: each layer is a weighted sum and a bend. Backward: the error at the scores goes back through the same weights, and every weight moves a little against its gradient.",
    ],
    formulas: ["h = tanh(x W_h^{T} + b_h)", "ŷ = softmax(h W_y^{T} + b_y)", "∂L/∂ỹ = ŷ − y", "∂L/∂h̃ = (1 − h^{2}) · W_y^{T} ∂L/∂ỹ", "w ← w − η ∂L/∂w"],
    look: ["Inside › Boundary: the line between the classes closes around the inner circle.", "Inside › Gradients by hand: the formulas agree with automatic differentiation to the last digits."],
    expect: ["With four hidden units and the rate 0.01: about 98 to 100 % of the test points after 150 epochs."],
    runs: [
      { kind: "recipe", title: "Four hidden units, gradients by hand", changes: { ...COURSE, gradients: "by_hand" }, takes: SECONDS },
    ],
  },
  {
    id: "losses",
    title: "Losses and sums",
    text: [
      "Cross-entropy asks for the logarithm of the right class's probability; the mean squared error for the distance to a one and zeros. Where a network is wrong and sure, cross-entropy still pulls hard, while the squared error of a softmax hardly pulls at all.",
      "The gradient of a batch is the sum of its samples' gradients, or their mean. With the sum the step grows with the batch, so a learning rate belongs to one of the two: 0.01 with the sum of 100 samples is 1 with the mean.",
    ],
    formulas: ["L = −Σ_i y_i ỹ_i + log Σ_i exp(ỹ_i)", "Σ g_i = B · mean(g_i)"],
    look: ["The scale of the two losses differs: compare accuracies."],
    expect: ["Both losses reach 100 % in 150 epochs, medians of three repetitions."],
    runs: [
      { kind: "study", id: "loss", title: "Cross-entropy beside the squared error", takes: "6 trainings, about half a minute" },
      {
        kind: "recipe", title: "The mean instead of the sum, at the same rate", changes: { ...COURSE, loss_reduction: "mean" }, takes: SECONDS,
        lesson: {
          ask: "The rate 0.01 learned well with the summed gradient of 100 samples. Predict: with the mean of them?",
          choices: ["It learns just as well", "It is far too slow", "It diverges"], free: ["loss_reduction", "learning_rate"],
          explain: "The mean is a hundred times smaller than the sum of a batch of 100, and so is every step. Put the rate to 1, or the gradient back to the sum, and it learns again.",
        },
      },
    ],
  },
  {
    id: "batch-size",
    title: "Batch sizes",
    text: [
      "One sample an update, some, or all: small batches give many cheap, noisy steps, the whole set one exact step an epoch.",
      "Computers like large batches: one multiplication of large matrices costs far less than many of small ones.",
    ],
    formulas: ["steps an epoch = ceil(N / B)"],
    look: ["Studies › Where the time went: the bar of batch 1.", "How noisy the thin line of each step is."],
    expect: ["After 50 epochs: batch 1, 10 and 100 about equal (81 to 82 %), the full batch behind (62 %).", "Batch 1 takes about 50 times as long an epoch as batch 100."],
    runs: [{ kind: "study", id: "batch-size", title: "Batch 1, 10, 100 and all", takes: "12 trainings, about a minute" }],
  },
  {
    id: "widths",
    title: "Widths",
    text: ["Each hidden unit of tanh is one soft fold of the plane. One fold cannot enclose a circle, three can; more of them find a way sooner and cost more time."],
    formulas: ["parameters = (n_x + 1) n_h + (n_h + 1) n_y"],
    look: ["Inside › Boundary of one hidden unit: a band, however long it trains."],
    expect: ["1 hidden unit stalls at about 64 %; 10, 100 and 1,000 reach 100 %. The practical saw 10 stall beside larger ones; here they did not."],
    runs: [
      { kind: "study", id: "hidden-size", title: "1, 10, 100 and 1,000 hidden units", takes: "12 trainings, about a minute" },
      {
        kind: "recipe", title: "One hidden unit", changes: { ...COURSE, hidden_sizes: [1] }, takes: SECONDS,
        lesson: {
          ask: "Predict: how far does one hidden unit get on two circles?", choices: ["About half right", "About two thirds", "All right"], free: ["hidden_sizes"],
          explain: "One unit folds the plane once: a band can hold the inner circle and has to take a part of the outer one with it. Give it three units.",
        },
      },
    ],
  },
  {
    id: "learning-rate",
    title: "Learning rate",
    text: ["The length of every step. Too short never arrives in the time there is; too long jumps over the valley, each time farther: the loss grows instead of falling."],
    formulas: ["w ← w − η ∂L/∂w", "on a parabola of curvature c: stable while η < 2 / c"],
    look: ["Studies › the axis is logarithmic: the good range is narrow.", "What the diagnoses say of the rates 0.1 and 1."],
    expect: ["150 epochs, summed gradient: 0.0001 57 %, 0.001 62 %, 0.01 100 %, 0.1 65 %, 1 diverges (50 %, loss 126)."],
    runs: [
      { kind: "study", id: "learning-rate", title: "Five rates from 0.0001 to 1", takes: "15 trainings, about a minute" },
      { kind: "study", id: "cifar10-learning-rate", title: "Four rates on CIFAR-10", takes: "4 trainings of 3 epochs, about 6 minutes on two cores" },
    ],
  },
  {
    id: "samples",
    title: "How many samples",
    text: ["What a network has not seen it can only guess from what lies near. With few points the line runs anywhere between them."],
    formulas: [],
    look: ["The gap between training and test accuracy as the samples get fewer."],
    expect: ["Medians after 150 epochs: 10 samples 52 %, 25 50 %, 50 75 %, 100 and 200 100 %. Fewer samples are also fewer steps."],
    runs: [{ kind: "study", id: "samples", title: "10 to 200 training points", takes: "15 trainings, about a minute" }],
  },
  {
    id: "backpropagation",
    title: "What gradients cost",
    text: ["Backpropagation passes each layer once and leaves its gradient there. Whoever derives each layer's gradient anew repeats all products in between: with n layers n (n − 1) / 2 of them instead of n − 1."],
    formulas: ["n − 1 products, or n (n − 1) / 2"],
    look: ["Counted products lie on the formulas; measured times follow them."],
    expect: ["With 12 layers 11 products against 66."],
    runs: [{ kind: "page", path: "/experiments", title: "Measure it: Experiments", takes: SECONDS }],
  },
];
