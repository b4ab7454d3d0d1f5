// The two things that the editor asks the site for: to keep a mask, and to give one back.

import { readMaskFile } from "./mask-file.js";

/**
 * Stores a mask as an asset of the workspace.
 * @param {Uint8Array} file what writeMaskFile made
 * @returns {Promise<{id: string, sha256: string}>}
 */
export async function uploadMask(file) {
  const token = await fetch("/api/v1/antiforgery");
  if (!token.ok) {
    throw new Error("You are signed out. Sign in again; your mask is kept in this browser.");
  }
  const answer = await fetch("/api/v1/masks", {
    method: "POST",
    headers: { RequestVerificationToken: (await token.json()).token, "Content-Type": "image/x-portable-bitmap" },
    body: file,
  });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail ?? `The server refused the mask (${answer.status}). Try again.`);
  }
  return answer.json();
}

/** Reads a mask of the workspace back; null when it is gone. */
export async function fetchMask(id) {
  const answer = await fetch(`/api/v1/assets/${id}/content`);
  return answer.ok ? readMaskFile(new Uint8Array(await answer.arrayBuffer())) : null;
}

export const maskVideoUrl = id => `/api/v1/assets/${id}/proxy`;
