// Where a draft lives: in this browser while it is drawn, with all steps that can be undone, and on the server once it is used.

import { loadDraft, saveDraft } from "./draft-store.js";
import { resizeMask, writeMaskFile } from "./mask-file.js";
import { fetchMask, uploadFrames, uploadMask } from "./server.js";
import { sha256 } from "./sha256.js";

const pause = 60;

export class DraftKeeper {
  /**
   * @param {string} key names the draft
   * @param {import("./mask-document.js").MaskDocument} document
   * @param {import("./history.js").History} history
   */
  constructor(key, document, history) {
    Object.assign(this, { key, document, history });
    /** The mask as the server has it. @type {{id: string|null, hash: string|null}} */
    this.stored = { id: null, hash: null };
    history.addEventListener("move", () => this.keepSoon());
    // A stroke that is cut off here is kept as far as it came.
    this.leaving = () => { document.commit(); this.keep(); };
    window.addEventListener("pagehide", this.leaving);
  }

  /** Brings back what was drawn here before. */
  async recall() {
    const draft = await loadDraft(this.key);
    if (draft && draft.steps.length > 0) {
      this.history.recall(draft.steps, draft.position);
      this.stored = { id: draft.mask, hash: draft.hash ?? null };
      this.document.restore(draft.state);
    }
  }

  /** Takes a mask of the workspace over, unless it is the one at hand. @returns {Promise<boolean>} whether it was there */
  async open(id) {
    if (!id || id === this.stored.id) {
      return true;
    }
    const mask = await fetchMask(id).catch(() => null);
    if (mask === null) {
      return false;
    }
    const { document } = this;
    const pixels = resizeMask(mask, document.grid);
    document.edit("Open mask", () => {
      document.clearAll();
      document.setPlanes(document.allFrames, frame => document.plane(frame, pixels));
    });
    this.stored = { id, hash: this.hash };
    return true;
  }

  /** The name of the mask that is shown. */
  get hash() {
    return sha256(writeMaskFile(this.document.pixels, this.document.grid));
  }

  /** Stores the mask that is shown, unless the server has it. @returns {Promise<{id: string, sha256: string}>} */
  async upload() {
    const file = writeMaskFile(this.document.pixels, this.document.grid);
    const hash = sha256(file);
    if (this.stored.id === null || this.stored.hash !== hash) {
      const answer = await uploadMask(file);
      if (answer.sha256 !== hash) {
        throw new Error("The mask was changed on its way to the server. Try again.");
      }
      this.stored = { id: answer.id, hash };
      this.keepSoon();
    }
    return { id: this.stored.id, sha256: hash };
  }

  /** Stores the frames as the model shall get them: the clip where it was placed, with the pinned pictures. @returns {Promise<string>} an asset */
  async uploadFrames(clip, window) {
    const { document } = this;
    const { footage, grid } = document;
    if (!clip.isWhole) {
      throw new Error("The clip is still being read. Press Generate again in a moment.");
    }
    if (this.composed?.footage !== footage || this.composed.window !== window) {
      const canvas = new OffscreenCanvas(grid.width, grid.height);
      const pen = canvas.getContext("2d");
      pen.imageSmoothingQuality = "high";
      const files = [];
      for (const frame of document.allFrames) {
        pen.fillStyle = "#000";
        pen.fillRect(0, 0, grid.width, grid.height);
        clip.draw(pen, frame, footage);
        files.push(await canvas.convertToBlob({ type: "image/png" }));
      }
      this.composed = { footage, window, id: await uploadFrames(files) };
    }
    return this.composed.id;
  }

  keepSoon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.keep(), pause);
  }

  keep() {
    clearTimeout(this.waiting);
    const { steps, position } = this.history;
    return saveDraft(this.key, { steps, position, state: this.document.snapshot(), mask: this.stored.id, hash: this.stored.hash });
  }

  dispose() {
    this.keep();
    window.removeEventListener("pagehide", this.leaving);
  }
}
