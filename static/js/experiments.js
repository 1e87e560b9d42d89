/** The Experiments page's entry: a card each. */

import { Api } from "./api.js";
import { GradientCost } from "./experiments/gradient_cost.js";
import { ServerClock } from "./log/clock.js";

const api = new Api(document.documentElement.dataset.root ?? "", new ServerClock());

new GradientCost(api);
