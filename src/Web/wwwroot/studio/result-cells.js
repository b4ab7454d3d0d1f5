// A finished clip at the level of decoding steps and token cells: heat map, step scrubber, branch, decode cells again, lock. What is pressed goes to the
// server as one message; everything at the speed of a pointer stays here.

import { CellChoice } from "./cell-choice.js";
import { readDecodingSteps, weakestCells, writeCells } from "./decoding-steps.js";
import { h, icon, iconButton, segmented } from "./dom.js";
import { createLegend, drawHeat, percent } from "./heat-map.js";
import { createScrubber } from "./step-scrubber.js";

const shown = new WeakMap();
const heatKey = "magvit-heat-map";
let made = 0;

/**
 * @param {HTMLElement} root the element that ClipCells.razor renders around the player
 * @param {object} self the component, whose Revise takes what is asked for and answers null or why not
 * @param {{stepsUrl: string, frames: number, temperature: number, mayRevise: boolean}} scene
 */
export async function show(root, self, scene) {
  dispose(root);
  const mine = {};
  shown.set(root, mine);
  const panel = root.querySelector(".cc-panel");
  try {
    const answer = await fetch(scene.stepsUrl);
    if (!answer.ok) {
      throw new Error("The stored decoding steps of this clip are gone; it can still be watched and downloaded.");
    }
    const decoding = readDecodingSteps(await answer.arrayBuffer());
    if (shown.get(root) === mine) {
      Object.assign(mine, create(root, panel, self, scene, decoding));
      root.dataset.ready = "true";
    }
  } catch (error) {
    panel.replaceChildren(h("p", { class: "hint" }, error.message));
  }
}

export function dispose(root) {
  shown.get(root)?.dispose?.();
  shown.delete(root);
}

function create(root, panel, self, scene, decoding) {
  const { grid, steps, stepCount } = decoding;
  const serial = ++made;
  const last = steps.at(-1);
  const player = root.querySelector(".player");
  const surface = root.querySelector(".cc-overlay");
  const pen = surface.getContext("2d");
  const previews = new Map();
  const cellFrames = scene.frames / grid.frames;
  let frame = Number(player.querySelector("[data-scrub]")?.value ?? 0);
  let heat = localStorage.getItem(heatKey) === "on";
  let outlineWeakest = false;
  let waiting = 0;
  let busy = false;
  let isOver = false;

  const now = () => Math.min(grid.frames - 1, Math.floor(frame / cellFrames));
  const choice = new CellChoice(surface, grid, { frame: now, changed: update, goTo: showLatentFrame });

  // The line of steps.
  const scrubber = createScrubber({ steps: steps.length, onchange: step => (loadPreview(step), update()) });

  // What is seen of the cells.
  const heatSwitch = h("button", { type: "button", class: "button", "aria-pressed": String(heat), title: "How sure the model was of each cell (H)", onclick: () => setHeat(!heat) }, "Heat map");
  const legend = createLegend();
  const probe = root.querySelector(".cc-probe");
  const tools = segmented({
    label: "Pointer", name: `cc-tool-${serial}`, onchange: tool => choice.setTool(tool),
    options: [
      { value: "look", text: "Look", title: "Point at a cell to read how sure the model was" },
      { value: "pick", text: "Pick cells", title: "Click or drag over cells; arrow keys and Space work too" },
      { value: "lasso", text: "Lasso", title: "Draw around cells" },
    ],
  });
  tools.set("look");
  const times = segmented({
    label: "Frames", name: `cc-times-${serial}`, onchange: value => { choice.throughTime = value === "all"; },
    options: [
      { value: "now", text: `These ${cellFrames} frames`, title: "A cell of the frames that are shown" },
      { value: "all", text: "All frames", title: "The same place through the whole clip" },
    ],
  });
  times.set("now");
  const lockButton = h("button", { type: "button", class: "button ghost", onclick: () => choice.lock() }, "Lock");
  const unlockButton = h("button", { type: "button", class: "button ghost", onclick: () => choice.unlock() });
  const clearButton = h("button", { type: "button", class: "button ghost", onclick: () => choice.clear() }, "Clear");

  // What is asked for.
  const seed = h("input", { class: "input cc-number", type: "text", inputmode: "numeric", placeholder: "random", "aria-label": "Seed, empty for a random one", maxlength: 16 });
  const temperature = h("input", { class: "input cc-number", type: "number", min: 0, max: 1000, step: 0.5, value: scene.temperature, "aria-label": "Choice temperature" });
  const share = h("input", { type: "range", min: 1, max: 50, value: 10, "aria-label": "Share of the least sure cells, in per cent", oninput: () => outline(true), onfocus: () => outline(true), onblur: () => outline(false) });
  const branchButton = h("button", { type: "button", class: "button primary", "data-act": "branch", onclick: () => ask({ step: scrubber.step }) });
  const againButton = h("button", { type: "button", class: "button primary", "data-act": "again", onclick: () => ask({ cells: writeCells(choice.chosen), locked: locked() }) });
  const weakestButton = h("button", {
    type: "button", class: "button", "data-act": "weakest", onclick: () => ask({ weakest: share.value / 100, locked: locked() }),
    onpointerenter: () => outline(true), onpointerleave: () => outline(false), onfocus: () => outline(true), onblur: () => outline(false),
  });
  const restButton = h("button", { type: "button", class: "button", "data-act": "rest", onclick: () => ask({ locked: locked() }) });
  const keep = h("input", { type: "checkbox", name: "keep-pixels" });
  const keepLabel = h("label", { class: "cc-keep", title: "Else pixels near the cells change a little: the decoder looks at neighbours" }, keep, h("span", {}, "Keep all other pixels exactly"));
  const refusal = h("p", { class: "why cc-why", role: "alert", hidden: true });

  const cellRow = h("div", { class: "cc-row cc-act-cells" }, againButton, h("span", { class: "cc-share" }, weakestButton, share), restButton);
  const branchRow = h("div", { class: "cc-row cc-act-branch" }, branchButton,
    iconButton({ name: "close", label: "Back to the finished clip", onclick: () => goToStep(steps.length) }));
  const settings = h("div", { class: "cc-row cc-settings" },
    h("label", {}, h("span", {}, "Seed"), seed), h("label", {}, h("span", {}, "Temperature"), temperature), keepLabel);
  panel.replaceChildren(
    scrubber.element,
    h("div", { class: "cc-row" }, heatSwitch, ...scene.mayRevise ? [tools.element, times.element, lockButton, clearButton, unlockButton] : [], legend),
    ...scene.mayRevise ? [h("div", { class: "cc-acts" }, cellRow, branchRow, settings), refusal] : []);

  const onFrame = event => {
    frame = event.detail.frame;
    update();
  };
  const onKey = event => {
    if (event.key.toLowerCase() === "h" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest?.("input:not([type=range]), select, textarea")) {
      event.preventDefault();
      setHeat(!heat);
    }
  };
  const resized = new ResizeObserver(update);
  player.addEventListener("frame", onFrame);
  document.addEventListener("keydown", onKey);
  resized.observe(surface);
  update();

  function locked() {
    return choice.locked.size > 0 ? writeCells(choice.locked) : null;
  }

  function setHeat(value) {
    heat = value;
    localStorage.setItem(heatKey, heat ? "on" : "off");
    heatSwitch.setAttribute("aria-pressed", String(heat));
    update();
  }

  function outline(value) {
    outlineWeakest = value;
    update();
  }

  function goToStep(step) {
    const slider = scrubber.element.querySelector("input");
    slider.value = String(step);
    slider.dispatchEvent(new Event("input"));
  }

  function showLatentFrame(t) {
    const scrub = player.querySelector("[data-scrub]");
    scrub.value = String(Math.min(grid.frames - 1, Math.max(0, t)) * cellFrames);
    scrub.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function loadPreview(step) {
    if (!steps[step - 1].hasPreview || previews.has(step)) {
      return;
    }
    previews.set(step, null);
    const answer = await fetch(`${scene.stepsUrl}/${step}/preview`);
    if (!answer.ok) {
      return;
    }
    const picture = await createImageBitmap(await answer.blob());
    if (isOver) {
      picture.close();
      return;
    }
    previews.set(step, picture);
    update();
  }

  async function ask(revision) {
    if (busy) {
      return;
    }
    const number = seed.value.trim();
    if (number !== "" && !(/^\d{1,16}$/.test(number) && Number(number) <= Number.MAX_SAFE_INTEGER)) {
      say(`The seed is a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, or empty for a random one.`);
      seed.focus();
      return;
    }
    busy = true;
    say("");
    update();
    try {
      const request = { ...revision, keepPixels: !revision.step && keep.checked, seed: number === "" ? null : Number(number), temperature: temperature.value === "" ? null : Number(temperature.value) };
      say(await self.invokeMethodAsync("Revise", request) ?? "");
    } catch (error) {
      say(error.message.split("\n")[0]);
    } finally {
      busy = false;
      update();
    }
  }

  function say(text) {
    refusal.replaceChildren(icon("help", 16), h("span", {}, text));
    refusal.hidden = text === "";
  }

  // At most once a frame of the screen.
  function update() {
    if (isOver) {
      return;   // a preview, or the focus that its slider lost, came after the clip was left
    }
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      write();
      draw();
    });
  }

  function write() {
    const step = steps[scrubber.step - 1];
    const isLast = step === last;
    const decided = step.accepted.reduce((sum, mark) => sum + mark, 0);
    const count = grid.frames * grid.height * grid.width;
    scrubber.say(isLast ? `${stepCount} ${stepCount === 1 ? "step" : "steps"}, all ${format(count)} cells decided` : `Step ${step.step} of ${stepCount} · ${format(decided)} of ${format(count)} cells decided`);
    legend.hidden = !heat;
    probe.setAttribute("aria-live", choice.keyboard ? "polite" : "off");
    probe.textContent = choice.cursor && !choice.stroke ? words(step) : "";
    cellRow.hidden = !isLast;
    branchRow.hidden = isLast;
    keepLabel.hidden = !isLast;
    branchButton.replaceChildren(`Branch from step ${step.step}`);
    againButton.replaceChildren(choice.chosen.size > 0 ? `Decode ${cells(choice.chosen.size)} again` : "Decode chosen cells again");
    againButton.disabled = busy || choice.chosen.size === 0;
    againButton.title = choice.chosen.size === 0 ? "Choose Pick cells or Lasso, then mark cells on the picture" : "Every other token stays as it is";
    weakestButton.replaceChildren(`Re-roll the weakest ${share.value} %`);
    restButton.replaceChildren(`Re-roll all but ${format(choice.locked.size)} locked`);
    restButton.hidden = choice.locked.size === 0;
    unlockButton.replaceChildren(`Unlock ${format(choice.locked.size)}`);
    unlockButton.hidden = choice.locked.size === 0;
    lockButton.disabled = clearButton.disabled = choice.chosen.size === 0;
    weakestButton.disabled = restButton.disabled = branchButton.disabled = busy;
    times.element.hidden = choice.tool === "look";
    lockButton.hidden = clearButton.hidden = choice.tool === "look" && choice.chosen.size === 0;
    root.dataset.step = String(step.step);
    root.dataset.chosen = String(choice.chosen.size);
    root.dataset.locked = String(choice.locked.size);
    root.dataset.heat = String(heat);
  }

  // "Row 3, column 5, frames 5 to 8: 12 % sure, decided in step 7".
  function words(step) {
    const [row, column, t] = [Math.floor(choice.cursor.row), Math.floor(choice.cursor.column), now()];
    const cell = choice.index(row, column);
    const when = decoding.given[cell] ? "kept from before" : step.accepted[cell] ? `decided in step ${steps.findIndex(s => s.accepted[cell]) + 1}` : "not decided yet";
    return `Row ${row + 1}, column ${column + 1}, frames ${t * cellFrames + 1} to ${(t + 1) * cellFrames}: ${percent(step.confidence[cell])} sure, ${when}`;
  }

  function draw() {
    const box = surface.getBoundingClientRect();
    const ratio = devicePixelRatio;
    const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
    if (surface.width !== width || surface.height !== height) {
      [surface.width, surface.height] = [width, height];
    }
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, width, height);
    const step = steps[scrubber.step - 1];
    const picture = previews.get(step.step);
    if (step !== last && picture) {
      const one = picture.width / scene.frames;
      pen.imageSmoothingEnabled = player.dataset.pixels !== "true";
      pen.drawImage(picture, frame * one, 0, one, picture.height, 0, 0, width, height);
    }
    pen.setTransform(width / grid.width, 0, 0, height / grid.height, 0, 0);
    const line = ratio * grid.width / width;
    const t = now();
    if (heat) {
      drawHeat(pen, grid, step.confidence, t);
    }
    if (step !== last) {
      each(t, cell => !step.accepted[cell], (column, row) => veil(column, row, picture ? 0.34 : 0.74, line));
    }
    if (outlineWeakest && !cellRow.hidden) {
      const weakest = weakestCells(last.confidence, share.value / 100, choice.locked);
      each(t, cell => weakest.has(cell), (column, row) => frameOf(column, row, "#fff", "#000", line));
    }
    each(t, cell => choice.locked.has(cell), (column, row) => lockOf(column, row, line));
    pen.fillStyle = "rgb(255 122 69 / 42%)";
    each(t, cell => choice.chosen.has(cell), (column, row) => {
      pen.fillRect(column, row, 1, 1);
      frameOf(column, row, "#ff7a45", "#1d0b03", line);
    });
    if (choice.cursor && (choice.tool !== "look" || heat)) {
      frameOf(Math.floor(choice.cursor.column), Math.floor(choice.cursor.row), "#fff", "#000", line * (choice.keyboard ? 1.6 : 1));
    }
    if (choice.path.length > 1) {
      pen.beginPath();
      choice.path.forEach(place => pen.lineTo(place.column, place.row));
      for (const [color, thick] of [["#000", 3.5], ["#fff", 1.75]]) {
        pen.strokeStyle = color;
        pen.lineWidth = thick * line;
        pen.stroke();
      }
    }
  }

  function each(t, holds, act) {
    const first = t * grid.height * grid.width;
    for (let i = 0; i < grid.height * grid.width; i++) {
      if (holds(first + i)) {
        act(i % grid.width, Math.floor(i / grid.width));
      }
    }
  }

  // Not decided: darkened, with a stroke across, so that it is not told by brightness alone.
  function veil(column, row, alpha, line) {
    pen.fillStyle = `rgb(8 8 10 / ${alpha})`;
    pen.fillRect(column, row, 1, 1);
    pen.strokeStyle = "rgb(255 255 255 / 38%)";
    pen.lineWidth = line;
    pen.beginPath();
    pen.moveTo(column + 0.2, row + 0.8);
    pen.lineTo(column + 0.8, row + 0.2);
    pen.stroke();
  }

  function frameOf(column, row, color, ground, line) {
    pen.strokeStyle = ground;
    pen.lineWidth = 3 * line;
    pen.strokeRect(column + 1.5 * line, row + 1.5 * line, 1 - 3 * line, 1 - 3 * line);
    pen.strokeStyle = color;
    pen.lineWidth = 1.5 * line;
    pen.strokeRect(column + 1.5 * line, row + 1.5 * line, 1 - 3 * line, 1 - 3 * line);
  }

  // Locked: a light frame with a bar at the top, like a closed lid.
  function lockOf(column, row, line) {
    frameOf(column, row, "#9fd3ff", "#05141f", line);
    pen.fillStyle = "#9fd3ff";
    pen.fillRect(column + 0.25, row + 0.42, 0.5, 0.34);
    pen.strokeStyle = "#9fd3ff";
    pen.lineWidth = 0.1;
    pen.beginPath();
    pen.arc(column + 0.5, row + 0.42, 0.16, Math.PI, 0);
    pen.stroke();
  }

  return {
    dispose() {
      isOver = true;
      cancelAnimationFrame(waiting);
      scrubber.dispose();
      resized.disconnect();
      player.removeEventListener("frame", onFrame);
      document.removeEventListener("keydown", onKey);
      previews.forEach(picture => picture?.close());
      previews.clear();
      panel.replaceChildren();
    },
  };
}

const format = number => number.toLocaleString("en");

const cells = count => count === 1 ? "1 cell" : `${format(count)} cells`;
