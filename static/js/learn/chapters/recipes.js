/** Recipes that several chapters share: only what differs from the defaults. */

/** The practical's network of four hidden units on two circles, with its summed gradient. */
export const COURSE = { validation_fraction: 0, hidden_sizes: [4], loss_reduction: "sum", learning_rate: 0.01, batch_size: 100, epochs: 150 };

/** Its protocol on CIFAR-10: nothing held out, plain SGD, all 50,000 pictures. */
export const CIFAR10 = { dataset: "cifar10", architecture: "alexnet", validation_fraction: 0, epochs: 50 };

/** The same network on small pictures that need no download. */
export const DIGITS = { dataset: "digits", architecture: "alexnet", batch_size: 32, learning_rate: 0.02, epochs: 15 };

export const [SECONDS, HALF_A_MINUTE, AN_HOUR] = ["a few seconds", "about half a minute", "30 to 80 minutes on two cores, minutes on a GPU"];
