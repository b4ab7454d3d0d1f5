// The heat map of a clip that is still being decoded: each preview carries how sure the model was of its cells.

import { readPreviewNote } from "./decoding-steps.js";
import { h } from "./dom.js";
import { createLegend, drawHeat } from "./heat-map.js";

const shown = new WeakMap();
const heatKey = "magvit-heat-map";
const frameTime = 90;   // of the preview's animation (PreviewSheet.razor.css)

/**
 * @param {HTMLElement} root the element that LiveCells.razor renders around the preview
 * @param {{frames: number, grid: {frames: number, height: number, width: number}}} scene
 */
export function attach(root, { frames, grid }) {
  detach(root);
  const sheet = root.querySelector(".sheet");
  const surface = root.querySelector("canvas");
  const pen = surface.getContext("2d");
  [surface.width, surface.height] = [grid.width, grid.height];
  let heat = localStorage.getItem(heatKey) === "on";
  let note = null;
  let address = "";
  let timer = 0;
  let drawn = null;

  const button = h("button", { type: "button", class: "button", title: "How sure the model is of each cell", onclick: () => {
    heat = !heat;
    localStorage.setItem(heatKey, heat ? "on" : "off");
    mark();
  } }, "Heat map");
  const legend = createLegend();
  root.querySelector(".cc-row").replaceChildren(button, legend);

  const watch = new MutationObserver(follow);
  watch.observe(sheet, { attributes: true, attributeFilter: ["style"] });
  follow();
  mark();

  // The browser has the picture already: it is what the sheet shows.
  async function follow() {
    const newest = sheet.style.backgroundImage.match(/url\("?([^")]+)/)?.[1] ?? "";
    if (newest === address || newest === "") {
      return;
    }
    address = newest;
    const answer = await fetch(newest);
    const read = answer.ok ? readPreviewNote(await answer.arrayBuffer()) : null;
    if (newest === address && read?.confidence.length === grid.frames * grid.height * grid.width) {
      note = read;
      drawn = null;
      root.dataset.cells = "true";
    }
  }

  function mark() {
    button.setAttribute("aria-pressed", String(heat));
    legend.hidden = surface.hidden = !heat;
    cancelAnimationFrame(timer);
    timer = heat ? requestAnimationFrame(tick) : 0;
  }

  function tick() {
    const time = sheet.getAnimations()[0]?.currentTime ?? 0;
    const t = Math.min(grid.frames - 1, Math.floor(((Math.floor(time / frameTime) % frames) * grid.frames) / frames));
    if (note && drawn !== t) {
      drawn = t;
      pen.clearRect(0, 0, grid.width, grid.height);
      drawHeat(pen, grid, note.confidence, t);
    }
    timer = requestAnimationFrame(tick);
  }

  shown.set(root, () => {
    watch.disconnect();
    cancelAnimationFrame(timer);
  });
}

export function detach(root) {
  if (root) {
    shown.get(root)?.();
    shown.delete(root);
  }
}
