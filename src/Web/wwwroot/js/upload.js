// Uploads over HTTP in chunks, never through the circuit: a file of gigabytes goes on after a lost connection or a reload of the page.
// The server names the offset; the client sends what is missing (POST /uploads, PUT /uploads/{id}?offset=…, POST /uploads/import).

const chunkSize = 8 * 1024 * 1024;
const attempts = 6;
const areas = new WeakMap();

/** Takes files by picker, by drop anywhere on the page, and by paste, for as long as the area is on the page. */
export function attach(area, host) {
  const input = area.querySelector("input[type=file]");
  const controller = new AbortController();
  const { signal } = controller;
  let depth = 0;
  let current = null;

  const take = files => {
    if (files.length > 0) {
      current?.abort();
      current = new AbortController();
      send([...files], host, current.signal);
    }
  };
  const hasFiles = event => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const mark = over => { document.documentElement.toggleAttribute("data-dropping", over); };

  area.addEventListener("click", event => {
    if (event.target.closest("[data-choose]")) {
      input.click();
    } else if (event.target.closest("[data-stop]")) {
      current?.abort();
    }
  }, { signal });
  input.addEventListener("change", () => { take(input.files); input.value = ""; }, { signal });
  window.addEventListener("dragenter", event => { if (hasFiles(event)) { depth++; mark(true); } }, { signal });
  window.addEventListener("dragleave", event => { if (hasFiles(event) && --depth <= 0) { depth = 0; mark(false); } }, { signal });
  window.addEventListener("dragover", event => { if (hasFiles(event)) { event.preventDefault(); } }, { signal });
  window.addEventListener("drop", event => {
    if (hasFiles(event)) {
      event.preventDefault();
      depth = 0;
      mark(false);
      take(event.dataTransfer.files);
    }
  }, { signal });
  window.addEventListener("paste", event => {
    if (event.clipboardData?.files.length > 0) {
      event.preventDefault();
      take(event.clipboardData.files);
    }
  }, { signal });
  area.dataset.ready = "true";
  areas.set(area, () => { controller.abort(); current?.abort(); mark(false); });
}

export function detach(area) {
  areas.get(area)?.();
  areas.delete(area);
}

async function send(files, host, signal) {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const name = files.length === 1 ? files[0].name : `${files[0].name} and ${files.length - 1} more`;
  let lastReport = 0;
  const report = (sent, force) => {
    const now = performance.now();
    if (force || now - lastReport > 200) {
      lastReport = now;
      host.invokeMethodAsync("UploadProgressed", name, sent, total);
    }
  };

  try {
    report(0, true);
    const headers = await antiforgery(signal);
    const ids = [];
    let done = 0;
    for (const file of files) {
      ids.push(await sendFile(file, headers, signal, sent => report(done + sent, false)));
      done += file.size;
    }
    report(total, true);
    const answer = await fetch("/api/v1/uploads/import", {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify({ uploads: ids, name: files[0].name }),
      signal,
    });
    if (!answer.ok) {
      throw new Refused(await reason(answer));
    }
    await host.invokeMethodAsync("UploadFinished", (await answer.json()).id);
  } catch (error) {
    if (signal.aborted) {
      await host.invokeMethodAsync("UploadStopped");
      return;
    }
    const text = error instanceof Refused ? error.message : "The connection was lost. Choose the same file again: the upload goes on where it stopped.";
    await host.invokeMethodAsync("UploadFailed", text);
  }
}

async function sendFile(file, headers, signal, progressed) {
  const key = `${file.name}|${file.size}|${file.lastModified}`;
  const opened = await retrying(signal, () => fetch("/api/v1/uploads", {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify({ key, name: file.name, size: file.size }),
    signal,
  }));
  let { id, offset } = await opened.json();
  while (offset < file.size) {
    const answer = await retrying(signal, () => fetch(`/api/v1/uploads/${id}?offset=${offset}`, {
      method: "PUT",
      headers: { ...headers, "Content-Type": "application/octet-stream" },
      body: file.slice(offset, Math.min(offset + chunkSize, file.size)),
      signal,
    }));
    offset = (await answer.json()).offset;
    progressed(offset);
  }
  return id;
}

// 409 carries the server's offset and is an answer like any other; 423 and 5xx and a lost connection are tried again, ever more slowly.
async function retrying(signal, call) {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await call();
      if (answer.ok || answer.status === 409) {
        return answer;
      }
      if (answer.status < 500 && answer.status !== 423 && answer.status !== 429) {
        throw new Refused(await reason(answer));
      }
      if (attempt === attempts) {
        throw new Refused(await reason(answer));
      }
    } catch (error) {
      if (error instanceof Refused || signal.aborted || attempt === attempts) {
        throw error;
      }
    }
    await new Promise(resolve => setTimeout(resolve, Math.min(8000, 250 * 2 ** attempt)));
  }
}

async function antiforgery(signal) {
  const answer = await fetch("/api/v1/antiforgery", { signal });
  if (!answer.ok) {
    throw new Refused("You are signed out. Sign in and choose the file again.");
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

class Refused extends Error {
}
