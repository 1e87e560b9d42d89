/** Gradients by hand: the formulas, and how far their results are from autograd's and from measured slopes. */

import { make, within } from "../dom.js";
import { formula, powerOfTen } from "../formula.js";

/** @typedef {"float32" | "float64" | "differences"} Column */
/**
 * @typedef {{symbol: string, name: string, shape: number[], largest: number, compared: number,
 *   float32: number, float64: number, differences: number, verdict: "ok" | "rounding" | "wrong"}} Parameter
 */
/** @typedef {{samples: number, bounds: Record<Column, number>, parameters: Parameter[]}} GradientCheck */

const COLUMNS = /** @type {[Column, string][]} */ ([
  ["float32", "autograd, float32"],
  ["float64", "autograd, float64"],
  ["differences", "central differences"],
]);
const NAMES = /** @type {Record<string, string>} */ ({ Wh: "W_h", bh: "b_h", Wy: "W_y", by: "b_y" });
const GRADIENTS = /** @type {Record<string, string>} */ ({
  Wh: "∂L/∂h̃ · x^{T}",
  bh: "∂L/∂h̃",
  Wy: "∂L/∂ỹ · h^{T}",
  by: "∂L/∂ỹ",
});
const FORWARD = ["h̃ = x W_h^{T} + b_h", "h = tanh h̃", "ỹ = h W_y^{T} + b_y", "ŷ = softmax ỹ"];
const LOSS = /** @type {Record<string, string[]>} */ ({
  cross_entropy: ["L = −Σ_i y_i ỹ_i + log Σ_i exp ỹ_i"],
  mse: ["L = Σ_i (ŷ_i − y_i)^2 / n_y"],
});
const BACKWARD = /** @type {Record<string, string[]>} */ ({
  cross_entropy: ["∂L/∂ỹ = ŷ − y"],
  mse: ["∂L/∂ŷ = 2 (ŷ − y) / n_y", "∂L/∂ỹ = ŷ ⊙ (∂L/∂ŷ − Σ_i ∂L/∂ŷ_i ŷ_i)"],
});
const THROUGH_HIDDEN = ["∂L/∂h = W_y^{T} ∂L/∂ỹ", "∂L/∂h̃ = (1 − h^2) ⊙ ∂L/∂h"];
const UPDATE = "w ← w − η ∂L/∂w";
const UPDATE_WITH_DECAY = "w ← w − η (∂L/∂w + λ w)";
const VERDICTS = { ok: "✓ agrees", rounding: "✓ but for rounding", wrong: "✗ differs" };
const REASONS = {
  ok: "all three errors are below their bounds",
  rounding: "this gradient is so small that its type holds fewer digits; the rest is rounding",
  wrong: "further apart than rounding can explain",
};

/** @param {import("./kinds.js").Drawing} drawing */
export function renderGradientCheck({ element, content, job }) {
  const check = /** @type {GradientCheck} */ (content);
  if (!element.querySelector(".gradient-check")) {
    element.replaceChildren(make("div", { class: "gradient-check" }, table(check), make("dl"), make("p")));
  }
  // what scrolls and may have the focus stays
  within(element, "tbody").replaceChildren(...check.parameters.map(row));
  within(element, "dl").replaceWith(derivation(job.config));
  within(element, "p").replaceWith(note(check));
}

/** @param {GradientCheck} check */
function table({ bounds }) {
  const heads = COLUMNS.map(([column, words]) =>
    make("th", { scope: "col", class: "number" }, words, make("small", {}, "bound ", powerOfTen(bounds[column]))),
  );
  const head = make(
    "tr",
    {},
    make("th", { scope: "col" }, "Parameter"),
    make("th", { scope: "col" }, "Gradient by hand"),
    make("th", { scope: "col" }, "Result"),
    ...heads,
  );
  const scroll = { class: "scroll", tabindex: "0", role: "region", "aria-label": "Relative errors of the gradients by hand" };
  return make("div", scroll, make("table", {}, make("thead", {}, head), make("tbody")));
}

/** @param {Parameter} parameter */
function row(parameter) {
  const { symbol, shape, verdict } = parameter;
  const errors = COLUMNS.map(([column]) => {
    const value = parameter[column];
    return make("td", { class: "number", "data-check": column, "data-value": String(value) }, powerOfTen(value));
  });
  return make(
    "tr",
    { "data-parameter": symbol, "data-verdict": verdict },
    make("th", { scope: "row" }, formula(NAMES[symbol] ?? symbol), make("small", {}, ` ${shape.join("×")}`)),
    make("td", {}, formula(GRADIENTS[symbol] ?? "")),
    make("td", { class: "verdict", title: REASONS[verdict] }, VERDICTS[verdict]),
    ...errors,
  );
}

/** @param {Record<string, any>} config of the job */
function derivation({ loss, loss_reduction: reduction, weight_decay: decay }) {
  const over = reduction === "sum" ? "summed over the batch" : "averaged over the batch";
  const update = decay ? UPDATE_WITH_DECAY : UPDATE;
  const parts = /** @type {[string, string[]][]} */ ([
    ["Forward", FORWARD],
    ["Loss of a sample", LOSS[loss] ?? []],
    ["Backward", [...(BACKWARD[loss] ?? []), ...THROUGH_HIDDEN]],
    [`Update, gradients ${over}`, [update]],
  ]);
  const list = parts.flatMap(([title, lines]) => [
    make("dt", {}, title),
    ...lines.map((line) => make("dd", {}, formula(line))),
  ]);
  return make("dl", { class: "derivation" }, ...list);
}

/** @param {GradientCheck} check */
function note({ samples, parameters }) {
  const all = parameters.every(({ shape, compared }) => shape.reduce((one, other) => one * other, 1) === compared);
  const which = all ? "every weight" : `a fixed choice of ${Math.max(...parameters.map((one) => one.compared))} weights of each`;
  return make(
    "p",
    { class: "note" },
    `On ${samples} fixed training samples, with the weights of this step. Errors are relative: `,
    formula("max |a − b| / max(|a|, |b|)"),
    `. Central differences move one weight at a time (${which}) by `,
    formula("s"),
    " = ",
    powerOfTen(1e-5),
    " and measure the slope ",
    formula("(L(w + s) − L(w − s)) / 2s"),
    ". Such a slope is never exact: a smaller step would lose digits to rounding, a larger one follows the curve's bend.",
  );
}
