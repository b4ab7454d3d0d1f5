// Reads a file of decoding steps (docs/decoding-steps.md): of each step the tokens, how sure the model was, and what was decided.

/**
 * @typedef {object} DecodedStep
 * @property {number} step steps done, from 1
 * @property {Uint32Array} tokens a guess for every cell
 * @property {Float32Array} confidence the probability of each token when it was drawn
 * @property {Uint8Array} accepted 1 where a token will not change any more
 * @property {boolean} hasPreview whether a picture of this step was kept
 *
 * @typedef {object} DecodingSteps
 * @property {{frames: number, height: number, width: number}} grid
 * @property {number} stepCount
 * @property {Uint8Array} given 1 where a cell was given from the start
 * @property {DecodedStep[]} steps
 */

/**
 * @param {ArrayBuffer} buffer
 * @returns {DecodingSteps}
 */
export function readDecodingSteps(buffer) {
  const bytes = new Uint8Array(buffer);
  const view = new DataView(buffer);
  if (bytes.length < 7 || String.fromCharCode(...bytes.subarray(0, 4)) !== "MGST" || view.getUint16(4, true) !== 1) {
    throw new Error("The stored decoding steps are of another version. Reload the page.");
  }
  const wide = view.getUint8(6) === 4;
  let at = 7;
  for (let i = 0; i < 2; i++) {
    at += 1 + bytes[at];                                       // the hashes of transformer and tokenizer
  }
  const next = () => (at += 2, view.getUint16(at - 2, true));
  const grid = { frames: next(), height: next(), width: next() };
  const [stepCount, recorded] = [next(), next()];
  const count = grid.frames * grid.height * grid.width;

  const bits = () => {
    const marks = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      marks[i] = (bytes[at + (i >> 3)] >> (i & 7)) & 1;
    }
    at += (count + 7) >> 3;
    return marks;
  };
  const cells = (tokens, confidence, known, value) => {
    const places = [];
    known.forEach((mark, i) => mark === value && places.push(i));
    for (const place of places) {
      tokens[place] = wide ? view.getUint32(at, true) : view.getUint16(at, true);
      at += wide ? 4 : 2;
    }
    for (const place of places) {
      confidence[place] = next() / 65535;
    }
  };

  const given = bits();
  let [tokens, confidence, decided] = [new Uint32Array(count), new Float32Array(count), given];
  cells(tokens, confidence, given, 1);
  const steps = [];
  for (let step = 1; step <= recorded; step++) {
    const hasPreview = bytes[at++] === 1;
    at += hasPreview ? 32 : 0;
    [tokens, confidence] = [tokens.slice(), confidence.slice()];
    cells(tokens, confidence, decided, 0);
    decided = bits();
    steps.push({ step, tokens, confidence, accepted: decided, hasPreview });
  }
  return { grid, stepCount, given, steps };
}

/** Reads what a preview says of its step: text inside the PNG. @param {ArrayBuffer} buffer @returns {{confidence: Float32Array, accepted: Uint8Array}|null} */
export function readPreviewNote(buffer) {
  const bytes = new Uint8Array(buffer);
  const view = new DataView(buffer);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (String.fromCharCode(...bytes.subarray(at + 4, at + 8)) !== "iTXt") {
      continue;
    }
    const text = new TextDecoder().decode(bytes.subarray(at + 8, at + 8 + view.getUint32(at)));
    try {
      const note = JSON.parse(text.slice(text.lastIndexOf("\0") + 1));
      const raw = fromBase64(note.confidence);
      const marks = fromBase64(note.accepted);
      return { confidence: Float32Array.from(raw, p => p / 255), accepted: Uint8Array.from(raw, (_, i) => (marks[i >> 3] >> (i & 7)) & 1) };
    } catch {
      return null;
    }
  }
  return null;
}

const fromBase64 = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));

/** The least sure cells: a share of those that are not left out, at least one. @returns {Set<number>} */
export function weakestCells(confidence, share, except) {
  const left = [...confidence.keys()].filter(cell => !except.has(cell));
  left.sort((a, b) => confidence[a] - confidence[b] || a - b);
  return new Set(left.slice(0, Math.max(1, roundToEven(share * left.length))));
}

// As .NET rounds, so that what is outlined is what the server takes.
function roundToEven(value) {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}

/** Cells as the server reads them: "3,7-12". @param {Iterable<number>} cells */
export function writeCells(cells) {
  const sorted = [...cells].sort((a, b) => a - b);
  const parts = [];
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (sorted[end + 1] === sorted[end] + 1) {
      end++;
    }
    parts.push(end > i ? `${sorted[i]}-${sorted[end]}` : `${sorted[i]}`);
    i = end + 1;
  }
  return parts.join(",");
}
