// Takes files by picker, by drop anywhere on the page (folders too) and by paste, for as long as the area is on the page.
// What becomes of them is the business of ../uploads/upload-queue.js.

import { UploadList } from "../uploads/upload-list.js";
import { queue } from "../uploads/upload-queue.js";

const areas = new WeakMap();

/**
 * @param {HTMLElement} area holds the file input, [data-choose] and [data-uploads]
 * @param {{invokeMethodAsync: (name: string, ...values: any[]) => Promise<any>}} host is told of every clip: UploadFinished(id, opens)
 * @param {string} owner whose uploads these are
 */
export function attach(area, host, owner) {
  const input = area.querySelector("input[type=file]");
  const list = new UploadList(area.querySelector("[data-uploads]"), queue);
  const controller = new AbortController();
  const { signal } = controller;
  let depth = 0;

  const take = files => {
    if (files.length > 0) {
      queue.add(files);
    }
  };
  const hasFiles = event => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const mark = over => { document.documentElement.toggleAttribute("data-dropping", over); };

  area.addEventListener("click", event => {
    if (event.target.closest("[data-choose]")) {
      input.click();
    }
  }, { signal });
  input.addEventListener("change", () => { take([...input.files]); input.value = ""; }, { signal });
  window.addEventListener("dragenter", event => { if (hasFiles(event)) { depth++; mark(true); } }, { signal });
  window.addEventListener("dragleave", event => { if (hasFiles(event) && --depth <= 0) { depth = 0; mark(false); } }, { signal });
  window.addEventListener("dragover", event => { if (hasFiles(event)) { event.preventDefault(); } }, { signal });
  window.addEventListener("drop", async event => {
    depth = 0;
    mark(false);
    // Somebody else, such as the timeline for a picture that is pinned, may have taken it.
    if (hasFiles(event) && !event.defaultPrevented) {
      event.preventDefault();
      take(await filesOf(event.dataTransfer));
    }
  }, { signal });
  window.addEventListener("paste", event => {
    if (event.clipboardData?.files.length > 0) {
      event.preventDefault();
      take([...event.clipboardData.files]);
    }
  }, { signal });
  queue.listen((id, opens) => host.invokeMethodAsync("UploadFinished", id, opens), signal);
  queue.open(owner).then(() => { area.dataset.ready = "true"; });
  areas.set(area, () => { controller.abort(); list.dispose(); mark(false); });
}

export function detach(area) {
  areas.get(area)?.();
  areas.delete(area);
}

/** What was dropped; of folders, all that is in them. @param {DataTransfer} transfer @returns {Promise<File[]>} */
async function filesOf(transfer) {
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = [...transfer.files];
  return entries.some(entry => entry.isDirectory) ? (await Promise.all(entries.map(read))).flat() : files;
}

async function read(entry) {
  if (entry.name.startsWith(".")) {
    return [];
  }
  if (entry.isFile) {
    return [await new Promise((resolve, reject) => { entry.file(resolve, reject); })];
  }
  const reader = entry.createReader();
  const found = [];
  for (let some; (some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); })).length > 0;) {
    found.push(...some);
  }
  return (await Promise.all(found.map(read))).flat();
}
