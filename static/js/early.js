/** Runs before the page's own script: a long job that the address names is asked for at once. */

import { askEarly } from "./log/sampling.js";

const { root = "", firstJob, firstSteps } = document.documentElement.dataset;
if (firstJob) askEarly(root, firstJob, Number(firstSteps));
