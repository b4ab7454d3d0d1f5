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

/** Videos, pictures and results of the workspace, newest first. @param {string|null} cursor where the last page ended */
export async function listClips(cursor) {
  const answer = await fetch(`/api/v1/assets?kind=video&kind=image&kind=generated&take=48${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
  if (!answer.ok) {
    throw new Error("The clips of the workspace could not be read. Try again.");
  }
  return answer.json();
}

export const maskVideoUrl = id => `/api/v1/assets/${id}/proxy`;

/** Why the server said no. */
export class Refused extends Error {
  constructor(message, status, problem) {
    super(message);
    Object.assign(this, { status, problem });
  }
}

let token = null;

/**
 * Calls the API with JSON, and gives the answer's.
 * @throws {Refused} the server said no; any other error: it could not be reached
 */
export async function send(method, address, body) {
  for (let attempt = 1; ; attempt++) {
    const headers = method === "GET" ? {} : { "Content-Type": "application/json", RequestVerificationToken: token ??= await antiforgery() };
    const answer = await fetch(address, { method, headers, body: body === undefined || method === "GET" ? undefined : JSON.stringify(body), cache: "no-store",
      signal: AbortSignal.timeout(method === "GET" ? 20_000 : 120_000) });
    if (answer.ok) {
      return answer.status === 204 ? null : answer.json();
    }
    const problem = await answer.json().catch(() => ({}));
    if (answer.status === 400 && problem.title === "The antiforgery token is missing" && attempt === 1) {
      token = null; // Somebody signed out and in again.
      continue;
    }
    if (answer.status >= 500) {
      throw new Error(problem.detail ?? "The server does not answer.");
    }
    throw new Refused(problem.detail ?? `The server refused it (${answer.status}). Try again.`, answer.status, problem);
  }
}

async function antiforgery() {
  const answer = await fetch("/api/v1/antiforgery");
  if (!answer.ok) {
    throw new Error("You are signed out. Sign in again; your mask is kept in this browser.");
  }
  return (await answer.json()).token;
}

async function post(address, body, headers = {}) {
  const answer = await fetch(address, { method: "POST", headers: { ...headers, RequestVerificationToken: await antiforgery() }, body });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail ?? `The server refused it (${answer.status}). Try again.`);
  }
  return answer.json();
}
