// What the editor asks the site for: to keep a mask or frames, and to give a mask back.

import { readMaskFile } from "./mask-file.js";

/**
 * Stores a mask as an asset of the workspace.
 * @param {Uint8Array} file what writeMaskFile made
 * @returns {Promise<{id: string, sha256: string}>}
 */
export const uploadMask = file => post("/api/v1/masks", file, { "Content-Type": "image/x-portable-bitmap" });

/** Stores pictures as the frames of one clip. @param {Blob[]} files @returns {Promise<string>} the asset */
export async function uploadFrames(files) {
  const form = new FormData();
  files.forEach(file => form.append("file", file, "put together.png"));
  return (await post("/api/v1/assets", form)).id;
}

/** Reads a mask of the workspace back; null when it is gone. */
export async function fetchMask(id) {
  const answer = await fetch(`/api/v1/assets/${id}/content`);
  return answer.ok ? readMaskFile(new Uint8Array(await answer.arrayBuffer())) : null;
}

export const maskVideoUrl = id => `/api/v1/assets/${id}/proxy`;

async function post(address, body, headers = {}) {
  const token = await fetch("/api/v1/antiforgery");
  if (!token.ok) {
    throw new Error("You are signed out. Sign in again; your mask is kept in this browser.");
  }
  const answer = await fetch(address, { method: "POST", headers: { ...headers, RequestVerificationToken: (await token.json()).token }, body });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail ?? `The server refused it (${answer.status}). Try again.`);
  }
  return answer.json();
}
