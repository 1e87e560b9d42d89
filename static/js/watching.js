/**
 * A page for somebody who may only watch: what would start or change something cannot be pressed. Rule: the server
 * refuses it anyway; here it is only said before a click, and whatever other modules write stays so.
 */

const WORDS = "You may only watch. Log in with the server's token to use this.";
const STEERING = [
  "#start",
  ".job-actions :is(#resume, #pause, #step, #fork, #stop, #stop-unsaved)",
  "#adjust-form :is(input, select, button)",
  '.diagnosis [data-action="adjust"]',
  '#jobs :is([data-action="stop"], [data-action="delete"], [data-action="sooner"], [data-action="later"])',
  "#queue .handle",
  "#several-bar :is(#several-stop, #several-delete, #several-tag-name, #several-tag-add)",
  "#notes-form :is(input, textarea, button)",
  "#saved button",
  "#job-delete",
  "#own-start",
  "[data-ready]",
  ".study-actions :is(#study-stop, #study-resume, #study-delete, #extend-form input, #extend-form button)",
  "#upload :is(input, button)",
  '.dataset [data-action="delete"]',
  "[data-start]",
].join(", ");

/** @param {ParentNode} root */
function forbid(root) {
  const found = [...root.querySelectorAll(STEERING)];
  if (root instanceof Element && root.matches(STEERING)) found.push(root);
  for (const control of /** @type {(HTMLButtonElement | HTMLInputElement)[]} */ (found)) {
    if (control.disabled) continue;
    control.disabled = true;
    control.title = WORDS;
  }
}

forbid(document);
new MutationObserver((changes) => {
  for (const { type, target, addedNodes } of changes) {
    if (type === "attributes") forbid(/** @type {Element} */ (target));
    else for (const node of addedNodes) if (node instanceof Element) forbid(node);
  }
}).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] });
