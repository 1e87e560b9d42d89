/**
 * A recipe as code: JSON, a line for a shell, a small Python program. Rule: pure; a token is never written, only
 * where it is read from.
 */

/** @typedef {import("./schema.js").Config} Config */
/** @typedef {{url: string, needsToken: boolean}} Server `url` without a slash at the end */

/** @param {Config} config only what differs from the defaults @returns {string} */
export function jsonOf(config) {
  return JSON.stringify(config, null, 2);
}

/** @param {string} text @returns {string} one word for a shell, whatever is in it */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** @param {Config} config @param {Server} server @returns {string} */
export function curlOf(config, { url, needsToken }) {
  const parts = [
    `curl -s ${quoted(`${url}/api/jobs`)}`,
    ...(needsToken ? ['-H "Authorization: Bearer $LIVETRAIN_TOKEN"'] : []),
    "-H 'Content-Type: application/json'",
    `-d ${quoted(JSON.stringify(config))}`,
  ];
  return parts.join(" \\\n  ");
}

/** @param {any} value @returns {string} a literal; JSON's texts and numbers are Python's too */
function literal(value) {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  return JSON.stringify(value);
}

/** @param {Config} config @param {Server} server @returns {string} it needs nothing but Python itself */
export function pythonOf(config, { url, needsToken }) {
  const fields = Object.entries(config).map(([field, value]) => `    ${literal(field)}: ${literal(value)},\n`);
  const headers = ['    "Content-Type": "application/json",\n'];
  if (needsToken) headers.push('    "Authorization": "Bearer " + os.environ["LIVETRAIN_TOKEN"],\n');
  return `import json
${needsToken ? "import os\n" : ""}import urllib.error
import urllib.request

server = ${literal(url)}
config = {
${fields.join("")}}
headers = {
${headers.join("")}}
request = urllib.request.Request(server + "/api/jobs", json.dumps(config).encode(), headers)
try:
    with urllib.request.urlopen(request) as answer:
        job = json.load(answer)
except urllib.error.HTTPError as refusal:
    raise SystemExit(json.load(refusal)["detail"])
print(job["id"], job["status"])
print(server + "/?job=" + job["id"])
`;
}
