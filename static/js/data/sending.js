/** An upload on its way. Rule: XMLHttpRequest, as fetch does not say how much has left. */

import { Problem } from "../api.js";

/**
 * @param {string} address
 * @param {FormData} form
 * @param {(share: number) => void} onProgress 0..1 of the bytes
 * @returns {Promise<any>} the answer's JSON; a Problem where it is none
 */
export function send(address, form, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total ? loaded / total : 0));
    request.addEventListener("error", () => reject(new Problem(0, { detail: "The upload was cut off. Try again." })));
    request.addEventListener("load", () => {
      const body = parsed(request.responseText);
      if (request.status < 300) resolve(body);
      else reject(new Problem(request.status, body));
    });
    request.open("POST", address);
    request.send(form);
  });
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
