// Planes of few values as pairs (value, length): what undo steps and saved drafts are made of.

/** @param {Uint8Array} plane @returns {Uint16Array} value, length, value, length … */
export function toRuns(plane) {
  const runs = [];
  for (let i = 0; i < plane.length;) {
    let end = i + 1;
    while (end < plane.length && plane[end] === plane[i] && end - i < 0xffff) {
      end++;
    }
    runs.push(plane[i], end - i);
    i = end;
  }
  return Uint16Array.from(runs);
}

/** Writes runs back over a plane of the same size. @param {Uint16Array} runs @param {Uint8Array} plane */
export function fromRuns(runs, plane) {
  let at = 0;
  for (let i = 0; i + 1 < runs.length; i += 2) {
    plane.fill(runs[i], at, at + runs[i + 1]);
    at += runs[i + 1];
  }
}
