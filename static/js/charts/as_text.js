/** What people wrote, for Plotly. Rule: Plotly reads tags, links among them, so every name goes through here. */

/** @param {string} text @returns {string} so that Plotly takes it for text */
export function asText(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
