// Everything that is on its way to the server, for as long as the page is loaded: it does not stop when another page of the site is shown.

import { baseName, group, isArchive } from "./grouping.js";
import { forget, importUploads, send, unpack } from "./transfer.js";
import { drop, keep, recall } from "./unfinished.js";

/**
 * @typedef {"asking"|"waiting"|"sending"|"lost"|"reading"|"failed"|"done"} UploadState
 * @typedef {object} Upload
 * @property {number} key
 * @property {string} name
 * @property {(File|{id: string, name: string, size: number})[]} files files of this machine, or uploads that the server has already
 * @property {UploadState} state
 * @property {number|null} frameRate pictures a second, once that is settled
 * @property {boolean} opens whether the clip is put on the canvas when it is there
 * @property {string|null} over the clip that was on the canvas when it came: another one is not replaced
 * @property {string|null} asset what it became; it is here until the page has heard of it
 * @property {number} sent
 * @property {number} total
 * @property {string|null} problem
 */

const rateKey = "magvit-picture-rate";

class UploadQueue extends EventTarget {
  /** @type {Upload[]} */
  uploads = [];
  owner = null;
  lastKey = Date.now();
  running = false;

  /** Goes on with what this tab had not finished before it was loaded again. */
  async open(owner) {
    if (this.owner === owner) {
      return;
    }
    this.uploads.forEach(upload => upload.control?.abort());
    this.owner = owner;
    this.uploads = [];
    for (const kept of await recall(owner)) {
      this.put({ ...kept, state: ["asking", "done"].includes(kept.state) ? kept.state : "waiting", sent: 0, problem: null }, false);
    }
    this.report();
    this.run();
  }

  /** How many pictures a second were wanted the last time. */
  get usualRate() {
    try {
      return Number(localStorage.getItem(rateKey)) || 24;
    } catch {
      return 24;
    }
  }

  /** What is on its way, asks something or failed. */
  get shown() {
    return this.uploads.filter(upload => upload.state !== "done");
  }

  /**
   * Who is told of the clips that arrive. A page that cannot be reached any more does not hear of them: they wait for the next one.
   * @param {(id: string, opens: boolean) => Promise<void>} hear
   * @param {AbortSignal} signal ends it
   */
  listen(hear, signal) {
    this.hear = hear;
    signal.addEventListener("abort", () => { this.hear = this.hear === hear ? null : this.hear; });
    this.report();
  }

  report() {
    const { hear } = this;
    for (const upload of this.uploads.filter(({ state, told }) => hear && state === "done" && told !== hear)) {
      upload.told = hear;
      hear(upload.asset, upload.opens && upload.over === clipOnCanvas()).then(() => this.take(upload), () => { upload.told = null; });
    }
  }

  /** Takes files; the first clip of them is shown when it is there, the others wait in the list of clips. */
  add(files, opens = true) {
    group(files).forEach((row, i) => this.put({
      ...row, state: row.files.length > 1 ? "asking" : "waiting", frameRate: null, opens: opens && i === 0, problem: null,
    }));
    this.run();
  }

  put(upload, isNew = true) {
    const total = upload.files.reduce((sum, file) => sum + file.size, 0);
    const added = { key: ++this.lastKey, since: Date.now(), sent: 0, over: clipOnCanvas(), asset: null, ...upload, total };
    this.uploads.push(added);
    this.changed();
    if (isNew) {
      this.keep(added);
    }
  }

  async keep(upload) {
    const { key, name, files, state, frameRate, opens, over, asset, since } = upload;
    upload.isKept = await keep(this.owner, { key, name, files, state, frameRate, opens, over, asset, since });
  }

  /** Pictures as the frames of one clip. */
  asClip(upload, frameRate) {
    Object.assign(upload, { frameRate, state: "waiting" });
    try {
      localStorage.setItem(rateKey, String(frameRate));
    } catch {
      // The next time the usual one is offered.
    }
    this.keep(upload);
    this.run();
  }

  /** Pictures one by one. */
  asPictures(upload) {
    this.take(upload);
    upload.files.forEach((file, i) => this.put({ name: baseName(file.name), files: [file], state: "waiting", frameRate: null, opens: upload.opens && i === 0, problem: null }));
    this.run();
  }

  retry(upload) {
    Object.assign(upload, { state: "waiting", problem: null });
    this.run();
  }

  cancel(upload) {
    upload.control?.abort();
    this.take(upload);
    // What the server has of it is of no use any more.
    for (const file of upload.files) {
      const id = file instanceof File ? upload.ids?.get(file) : file.id;
      if (id) {
        forget(id).catch(() => {});
      }
    }
  }

  /** Whether leaving the page now would lose something. */
  get isAtRisk() {
    return this.uploads.some(upload => upload.isKept === false && !["failed", "done"].includes(upload.state));
  }

  take(upload) {
    this.uploads = this.uploads.filter(other => other !== upload);
    drop(upload.key);
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  async run() {
    this.changed();
    if (this.running) {
      return;
    }
    this.running = true;
    for (let next; (next = this.uploads.find(upload => upload.state === "waiting"));) {
      await this.process(next);
    }
    this.running = false;
  }

  async process(upload) {
    upload.control = new AbortController();
    upload.ids = new Map();
    const show = values => {
      if (Object.entries(values).some(([name, value]) => upload[name] !== value)) {
        Object.assign(upload, values);
        this.changed();
      }
    };
    let stage = "sending";
    const watch = {
      signal: upload.control.signal,
      progressed: () => {},
      connection: isLost => show({ state: isLost ? "lost" : stage }),
    };
    try {
      show({ state: stage });
      let before = 0;
      for (const file of upload.files) {
        if (file instanceof File) {
          watch.progressed = sent => show({ sent: before + sent });
          upload.ids.set(file, await send(file, watch));
        }
        before += file.size;
        show({ sent: before });
      }
      const uploads = upload.files.map(file => upload.ids.get(file) ?? file.id);
      stage = "reading";
      show({ state: stage });
      if (isArchive(upload.files[0])) {
        const files = await unpack(uploads[0], watch);
        this.take(upload);
        this.add(files, upload.opens);
        forget(uploads[0]).catch(() => {});
      } else {
        const asset = await importUploads({ uploads, name: upload.name, frameRate: upload.frameRate }, watch);
        show({ state: "done", asset: asset.id, files: [] });
        await this.keep(upload);
        this.report();
      }
    } catch (error) {
      if (!upload.control.signal.aborted) {
        show({ state: "failed", problem: error.message });
        drop(upload.key);
      }
    }
  }
}

function clipOnCanvas() {
  return new URLSearchParams(location.search).get("input");
}

export const queue = new UploadQueue();

addEventListener("beforeunload", event => {
  if (queue.isAtRisk) {
    event.preventDefault();
  }
});
