// A draft as JSON: what is drawn now, without the steps of undo. Planes travel as runs in base64; pinned pictures as small files.

import { plainFootage } from "./footage.js";
import { geometry, sameGeometry } from "./geometry.js";
import { MaskDocument } from "./mask-document.js";
import { resizeMask } from "./mask-file.js";

const version = 1;
const largestPin = 512 * 1024;
const pinSide = 1024;
const sizes = ["frames", "height", "width", "tokenFrames", "tokenHeight", "tokenWidth"];

/** @param {MaskDocument} document @returns {Promise<object>} what JSON.stringify takes */
export async function writeDraft(document) {
  const { task, base, footage, shapes, layers } = document.snapshot();
  const grid = Object.fromEntries(sizes.map(name => [name, document.grid[name]]));
  const pins = {};
  for (const [frame, { name, blob }] of Object.entries(footage.pins)) {
    const small = await shrink(blob);
    pins[frame] = { name, type: small.type, data: toBase64(new Uint8Array(await small.arrayBuffer())) };
  }
  return {
    version, grid, task, base, shapes, footage: { ...footage, pins },
    layers: Object.fromEntries(Object.entries(layers).map(([frame, runs]) => [frame, toBase64(bytesOf(runs))])),
  };
}

/**
 * The state that a draft holds, at the size of a document.
 * @param {object} draft what writeDraft made
 * @param {import("./geometry.js").Geometry} grid
 * @returns {import("./mask-document.js").State}
 * @throws {Error} it is not a draft, or of a newer kind
 */
export function readDraft(draft, grid) {
  if (draft?.version !== version || sizes.some(name => !(draft.grid?.[name] > 0 && draft.grid[name] <= 4096))) {
    throw new Error("This draft was written by a newer version of the Studio. Reload the page and open it again.");
  }
  const from = geometry(draft.grid);
  const pins = {};
  for (const [frame, { name, type, data }] of Object.entries(draft.footage?.pins ?? {})) {
    pins[frame] = { name: String(name), blob: new Blob([fromBase64(data)], { type }) };
  }
  const layers = {};
  for (let frame = 0; frame < from.frames; frame++) {
    layers[frame] = readRuns(draft.layers?.[frame], from.plane);
  }
  const footage = draft.footage ? { ...draft.footage, placement: draft.footage.placement ?? null, pins } : plainFootage;
  const state = { task: draft.task, base: draft.base ?? null, shapes: draft.shapes ?? [], footage, layers };
  return sameGeometry(grid, from) ? state : resize(state, from, grid);
}

/** Puts a draft in place of what is drawn, as a step that can be undone. @param {MaskDocument} document */
export function openDraft(document, draft, label) {
  const state = readDraft(draft, document.grid);
  return document.edit(label, () => {
    document.allFrames.forEach(frame => document.touch(frame));
    document.restore(state);
  });
}

// Another model, another size: the mask is carried over pixel by pixel, and what made it becomes paint.
function resize(state, from, grid) {
  const small = new MaskDocument(from, state.task);
  small.restore(state);
  const target = new MaskDocument(grid, state.task);
  const scale = grid.width / from.width;
  const { placement } = state.footage;
  target.edit("Carry over", () => {
    if (small.isCustom) {
      target.clearAll();
      target.setFootage({
        ...state.footage,
        placement: placement && { x: placement.x * scale, y: placement.y * scale, width: placement.width * scale, height: placement.height * scale },
        pins: Object.fromEntries(Object.entries(state.footage.pins).filter(([frame]) => frame < grid.frames)),
      });
      const pixels = resizeMask({ frames: from.frames, height: from.height, width: from.width, pixels: small.pixels }, grid);
      target.setPlanes(target.allFrames, frame => target.plane(frame, pixels));
    }
  });
  return target.snapshot();
}

function readRuns(text, plane) {
  if (text === undefined) {
    return Uint16Array.of(0, plane);
  }
  const bytes = fromBase64(text);
  const runs = new Uint16Array(bytes.buffer, 0, bytes.length >> 1);
  let total = 0;
  for (let i = 0; i + 1 < runs.length; i += 2) {
    total += runs[i] <= 2 ? runs[i + 1] : Infinity;
  }
  if (total !== plane) {
    throw new Error("This draft is damaged: a frame of it cannot be read.");
  }
  return runs;
}

async function shrink(blob) {
  if (blob.size <= largestPin) {
    return blob;
  }
  const picture = await createImageBitmap(blob);
  const scale = Math.min(1, pinSide / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 });
}

const bytesOf = runs => new Uint8Array(runs.buffer, runs.byteOffset, runs.byteLength);

function toBase64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(text);
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
}
