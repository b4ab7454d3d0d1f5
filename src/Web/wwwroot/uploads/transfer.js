// The way of a file to the server: in chunks, over HTTP. The server names the offset, so that nothing is sent twice:
// POST /uploads, PUT /uploads/{id}?offset=…, then POST /uploads/import, or first POST /uploads/{id}/unpack for a zip.

const chunkSize = 8 * 1024 * 1024;
const attempts = 6;
const longestPause = 8000;

/** What the server will not take, in its words. */
export class Refused extends Error {
}

/**
 * @typedef {object} Watch
 * @property {AbortSignal} signal
 * @property {(sent: number) => void} progressed
 * @property {(isLost: boolean) => void} connection is told when the connection is lost, and when it is back
 */

/** Sends what the server does not have yet. @param {File} file @param {Watch} watch @returns {Promise<string>} the upload */
export async function send(file, watch) {
  const key = `${file.name}|${file.size}|${file.lastModified}`;
  const opened = await call(watch, "/api/v1/uploads", { method: "POST", json: { key, name: file.name, size: file.size } });
  let { id, offset } = await opened.json();
  watch.progressed(offset);
  while (offset < file.size) {
    const answer = await call(watch, `/api/v1/uploads/${id}?offset=${offset}`, { method: "PUT", body: file.slice(offset, Math.min(offset + chunkSize, file.size)) });
    offset = (await answer.json()).offset;
    watch.progressed(offset);
  }
  return id;
}

/** Makes an asset of finished uploads. @returns {Promise<{id: string, name: string}>} */
export async function importUploads({ uploads, name, frameRate }, watch) {
  return (await call(watch, "/api/v1/uploads/import", { method: "POST", json: { uploads, name, frameRate } })).json();
}

/** Takes the files out of a zip. @returns {Promise<{id: string, name: string, size: number}[]>} finished uploads */
export async function unpack(id, watch) {
  return (await (await call(watch, `/api/v1/uploads/${id}/unpack`, { method: "POST" })).json()).files;
}

/** Tells the server that nobody wants an upload any more; it would find out by itself, a day later. */
export async function forget(id) {
  const headers = await antiforgery();
  await fetch(`/api/v1/uploads/${id}`, { method: "DELETE", headers });
}

// 409 carries the server's offset and is an answer like any other. A lost connection is waited out, however long it lasts; 423 and 5xx are
// tried again, ever more slowly, a few times.
async function call({ signal, connection }, address, { method, json, body }) {
  let failures = 0;
  for (let pause = 250; ; pause = Math.min(longestPause, 2 * pause)) {
    try {
      const headers = await antiforgery(signal);
      const answer = await fetch(address, {
        method, signal, body: json ? JSON.stringify(json) : body,
        headers: { ...headers, "Content-Type": json ? "application/json" : "application/octet-stream" },
      });
      connection(false);
      const isPassing = answer.status >= 500 || answer.status === 423 || answer.status === 429;
      if (answer.ok || (answer.status === 409 && method === "PUT")) {
        return answer;
      }
      if (!isPassing || ++failures === attempts) {
        throw new Refused(answer.status === 404 ? "The server no longer has this file. Choose it again." : await reason(answer));
      }
    } catch (error) {
      if (error instanceof Refused || signal.aborted) {
        throw error;
      }
      connection(true);
    }
    await wait(pause, signal);
  }
}

// A pause that ends early when the network is back or the upload is given up.
function wait(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const end = action => () => { clearTimeout(timer); done.abort(); action(); };
    const timer = setTimeout(end(resolve), milliseconds);
    addEventListener("online", end(resolve), { signal: done.signal });
    signal.addEventListener("abort", end(() => reject(signal.reason)), { signal: done.signal });
  });
}

async function antiforgery(signal) {
  const answer = await fetch("/api/v1/antiforgery", { signal });
  if (answer.status === 401 || answer.redirected) {
    throw new Refused("You are signed out. Sign in in another tab, then press Retry.");
  }
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return { RequestVerificationToken: (await answer.json()).token };
}

async function reason(answer) {
  try {
    const problem = await answer.json();
    return problem.detail ?? problem.title;
  } catch {
    return `The server refused the file (${answer.status}). Try again.`;
  }
}
