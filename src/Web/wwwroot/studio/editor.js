// The Studio's editor: draw in space and time what the model shall fill. The page tells it clip, model and task; it tells the page when the
// mask becomes one's own, is empty, or when another part of the clip is chosen. Nothing else goes over the circuit: strokes never do.

import { frameOf } from "./clip-frame.js";
import { ClipFrames } from "./clip-frames.js";
import { createCommands, menuItems } from "./commands.js";
import { h, iconButton } from "./dom.js";
import { DraftKeeper } from "./draft-keeper.js";
import { syncOf } from "./draft-sync.js";
import { FrameInHand } from "./frame-in-hand.js";
import { geometry, sameGeometry } from "./geometry.js";
import { History } from "./history.js";
import { Ink } from "./ink.js";
import { KeyboardPen } from "./keyboard-pen.js";
import { LibraryPicker } from "./library-picker.js";
import { Cell, MaskDocument } from "./mask-document.js";
import { togglePlayback } from "./playback.js";
import { PointerInput } from "./pointer-input.js";
import { customMask, isPreset } from "./presets.js";
import { createSheet, listen } from "./shortcuts.js";
import { SourceStrip } from "./source-strip.js";
import { Stage } from "./stage.js";
import { Timeline } from "./timeline.js";
import { Options, Palette, commandMenu } from "./toolbar.js";
import { createTools } from "./tools.js";
import { ViewState } from "./view-state.js";
import { Viewport } from "./viewport.js";

/**
 * @typedef {object} Scene what the page shows
 * @property {object} geometry sizes of the model's clips, see geometry.js
 * @property {import("./clip-frames.js").ClipWindow & {sheetUrl: string, sourceWidth: number, sourceHeight: number}} clip
 * @property {string} task name of a preset, or custom-mask
 * @property {string} key names the draft: one for each person, clip and size
 * @property {number} heard the last word on the mask, of those that tellSoon counts, that the page had when it made this scene
 * @property {string|null} mask asset id of the mask that the address names
 */

/** @type {WeakMap<HTMLElement, Editor>} */
const editors = new WeakMap();

/**
 * Shows a scene. The first call builds the editor.
 * @param {HTMLElement} root
 * @param {{invokeMethodAsync: (name: string, ...values: any[]) => Promise<any>}} host gets MaskChanged(task, isEmpty, number) and WindowChanged(start, stride)
 * @param {Scene} scene
 */
export async function show(root, host, scene) {
  const editor = editors.get(root);
  if (editor && editor.key === scene.key && sameGeometry(editor.grid, geometry(scene.geometry))) {
    // Not before it has found its draft: what the page wants then comes on top.
    await editor.opened;
    if (editors.get(root) === editor) {
      editor.follow(scene);
    }
    return;
  }
  editor?.dispose();
  const fresh = new Editor(root, host, scene);
  editors.set(root, fresh);
  fresh.opened = fresh.open(scene);
  await fresh.opened;
}

/** Stores the mask, if it is one's own. @returns {Promise<{id: string|null, sha256: string|null, inputId: string|null}>} */
export function store(root) {
  return editors.get(root).store();
}

function filePicker(label, accept, chosen) {
  const input = h("input", {
    type: "file", accept, hidden: true, "aria-label": label,
    onchange: () => { if (input.files[0]) { chosen(input.files[0]); } input.value = ""; },
  });
  return input;
}

/** The editor of an element, for tests. @returns {Editor|undefined} */
export function editorOf(root) {
  return editors.get(root);
}

export function dispose(root) {
  editors.get(root)?.dispose();
  editors.delete(root);
}

class Editor {
  constructor(root, host, scene) {
    this.root = root;
    this.host = host;
    this.key = scene.key;
    this.told = { task: scene.task, isEmpty: false };
    this.words = scene.heard;
    this.scene = scene;
    this.grid = geometry(scene.geometry);
    this.document = new MaskDocument(this.grid, scene.task);
    this.history = new History(this.document);
    this.keeper = new DraftKeeper(scene.key, this.document, this.history);
    this.view = new ViewState(this.grid);
    this.viewport = new Viewport(this.grid);
    this.clip = new ClipFrames(this.grid);
    this.ink = new Ink(root);
    this.stage = new Stage(this);
    const { document, history, keeper, stage, view, viewport } = this;
    const say = (text, isProblem) => this.say(text, isProblem);
    const extendCanvas = sides => this.extendCanvas(sides);
    this.tools = createTools({ document, view, stage, say, extendCanvas });
    const tool = () => this.tools[view.tool] ?? this.tools.brush;
    this.input = new PointerInput({ stage, viewport, view, tool });
    this.pen = new KeyboardPen({ stage, view, document, tool, say });
    this.commands = {
      ...createCommands({ document, history, view, keeper, clip: this.clip, say }),
      play: () => togglePlayback(view, () => this.scene.clip.frameRate / this.scene.clip.stride),
      extendCanvas: () => extendCanvas({ e: this.grid.width / 2, w: this.grid.width / 2 }),
      help: () => this.sheet.showModal(),
    };
    this.build(say);
    this.listen();
  }

  build(say) {
    const { view, document, clip, ink, commands, viewport, stage } = this;
    const [maskFile, pictureFile] = [filePicker("Mask file", "image/*,video/*", commands.importFile), filePicker("Picture to pin", "image/*", commands.pin)];
    const menu = commandMenu("More about the mask", menuItems(commands, {
      chooseMask: () => maskFile.click(), choosePicture: () => pictureFile.click(), chooseFrame: () => this.library.open(), help: commands.help,
    }));
    this.palette = new Palette({ view, commands });
    this.options = new Options({ view, commands, menu });
    this.timeline = new Timeline({ document, view, clip, ink, commands, say });
    this.source = new SourceStrip(this.grid.frames, (start, stride) => this.host.invokeMethodAsync("WindowChanged", start, stride));
    this.figures = h("p", { class: "me-figures" });
    this.note = h("p", { class: "me-note", role: "status" });
    this.sheet = createSheet();
    this.library = new LibraryPicker({ actions: [
      { text: "Use as mask", run: frame => commands.maskFrom(frame) }, { text: "Pin to this frame", primary: true, run: frame => commands.pinFrame(frame) },
    ] });
    this.hand = new FrameInHand({ view, pin: frame => commands.pinFrame(frame) });
    const zoom = factor => () => { viewport.zoomAt(viewport.width / 2, viewport.height / 2, factor); stage.draw(); };
    this.zoomText = h("button", { type: "button", class: "me-zoom", title: "Fit to view (0)", onclick: () => { viewport.fit(); stage.draw(); } });
    const zooms = h("div", { class: "me-zooms" }, this.options.looksGroup,
      iconButton({ name: "minus", label: "Zoom out", key: "-", onclick: zoom(0.8) }), this.zoomText, iconButton({ name: "plus", label: "Zoom in", key: "+", onclick: zoom(1.25) }));
    this.element = h("div", { class: "me" },
      this.options.element,
      h("div", { class: "me-body" }, this.palette.element, h("div", { class: "me-desk" }, stage.element, this.hand.element, this.note, this.figures, zooms)),
      this.timeline.element, this.source.element, maskFile, pictureFile, this.sheet, this.library.element);
    this.root.append(this.element);
  }

  listen() {
    const { document, history, view, viewport, stage, input, commands } = this;
    document.addEventListener("change", event => {
      stage.draw("mask", "front");
      this.repaintSoon(event.detail.frames);
      if (event.detail.footage) {
        this.showFootage();
      }
    });
    document.addEventListener("step", () => this.repaint(null));
    history.addEventListener("move", () => this.showHistory());
    view.addEventListener("change", event => this.viewChanged(event.detail));
    stage.moved = () => this.showZoom();
    this.stopKeys = listen(this.root, { view, viewport, stage, input, commands });
    this.themes = new MutationObserver(() => { this.ink.refresh(); stage.draw(); this.timeline.paint(); });
    this.themes.observe(window.document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    this.showHistory();
    stage.element.dataset.tool = view.tool;
  }

  // ---- Following the page

  /** Shows a scene for the first time: the draft of this browser, else the mask of the address, else the task's. */
  async open(scene) {
    this.root.dataset.ready = "false";
    await this.keeper.recall();
    this.sync = this.isGone ? null : syncOf(this.root);
    await this.sync?.open(this);
    if (this.isGone) {
      return;
    }
    this.history.addEventListener("move", () => this.sync?.changed());
    await this.showFootage();
    if (!await this.keeper.open(scene.mask)) {
      this.say("The mask that the address names is gone. Draw it again, or import it from a file.", true);
    }
    // Drawn over the preset that the address still names: the tab closed before the address followed.
    const drawnOver = this.document.isCustom && (this.document.base ?? customMask) === scene.task;
    if (scene.task !== this.document.task && !drawnOver) {
      this.preset(scene.task);
    }
    this.tellSoon();
    if (this.isGone) {
      return;
    }
    this.repaint(null);
    this.showClip(scene.clip);
    await this.useFrame(scene.use);
  }

  /** A frame of another clip that the address names: as the last frame, in the hand to be pinned anywhere, or as the mask. */
  async useFrame(use) {
    if (!use) {
      return;
    }
    try {
      const frame = { ...await frameOf(use.url, use.frame, use), name: use.name };
      await { mask: () => this.commands.maskFrom(frame), last: () => this.commands.pinFrame(frame, this.grid.frames - 1), pin: () => this.hand.take(frame) }[use.role]();
    } catch (error) {
      this.say(error.message, true);
    }
    this.host.invokeMethodAsync("FrameUsed");
  }

  /** The page shows something else of the same draft. */
  follow(scene) {
    // A scene that does not know yet what was told on a slow line speaks of a mask that is past.
    if (scene.heard === this.words && scene.task !== this.document.task && scene.task !== this.told?.task) {
      this.preset(scene.task);
    }
    const { clip, mask, use } = this.scene;
    this.scene = scene;
    if (scene.mask && scene.mask !== mask) {
      this.keeper.open(scene.mask).then(there => there || this.say("The mask of this preset is gone. Draw it, or choose another preset.", true));
    }
    if (scene.use && JSON.stringify(scene.use) !== JSON.stringify(use)) {
      this.useFrame(scene.use);
    }
    if (["url", "start", "stride"].some(name => clip[name] !== scene.clip[name])) {
      this.showClip(scene.clip);
    }
  }

  async showFootage() {
    await this.clip.readPins(this.document.footage.pins).catch(error => this.say(error.message, true));
    this.stage.draw("picture", "front");
    this.repaintSoon(null);
  }

  async showClip(clip) {
    this.scene = { ...this.scene, clip };
    this.root.dataset.ready = "false";
    this.element.dataset.loading = "";
    this.source.show(clip);
    try {
      const isWhole = await this.clip.load(clip, frame => {
        if (frame === this.view.frame || frame === 0) {
          this.stage.draw("picture");
        }
        this.timeline.paint([frame]);
      });
      if (isWhole) {
        delete this.element.dataset.loading;
        this.root.dataset.ready = "true";
        this.stage.draw();
      }
    } catch (error) {
      this.say(error.message, true);
    }
  }

  /** Puts a task's mask in place; what was drawn can be brought back. */
  preset(task) {
    const { document } = this;
    const replaces = document.isCustom && (document.shapes.length > 0 || document.paint.some(value => value !== 0));
    if (isPreset(task)) {
      document.edit(`Preset ${task.replaceAll("-", " ")}`, () => document.setPreset(task));
      this.view.set({ shape: null });
      this.stage.fadeIn();
      if (replaces) {
        this.say("The preset replaced your mask. Ctrl+Z brings it back.");
      }
    } else {
      document.edit("Own mask", () => document.makeCustom());
    }
    this.told = { task, isEmpty: document.isEmpty };
  }

  // ---- Telling the page

  /** Asks for a canvas larger than the frame. @param {Partial<Record<"n"|"e"|"s"|"w", number>>} sides pixels that are added */
  async extendCanvas({ n = 0, e = 0, s = 0, w = 0 }) {
    try {
      await this.host.invokeMethodAsync("CanvasExtended", n, e, s, w);
    } catch (error) {
      this.say(error.message, true);
    }
  }

  /** Stores what is shown, as far as it is one's own: the mask that was drawn, the frames that were put together. */
  async store() {
    this.document.commit();
    const mask = this.document.isCustom ? await this.keeper.upload() : { id: null, sha256: null };
    return { ...mask, inputId: this.commands.isComposed() ? await this.keeper.uploadFrames(this.clip, this.scene.clip) : null };
  }

  // The page hears of the mask only when its kind changes, and never in the middle of a stroke.
  tellSoon() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      const news = { task: this.document.task, isEmpty: this.document.isEmpty };
      if (this.document.open !== null) {
        this.tellSoon();
      } else if (news.task !== this.told?.task || news.isEmpty !== this.told?.isEmpty) {
        this.told = news;
        this.host.invokeMethodAsync("MaskChanged", news.task, news.isEmpty, ++this.words);
      }
    }, 250);
  }

  // ---- Showing

  showHistory() {
    this.options.showHistory(this.history);
    this.timeline.showTracks();
    this.tellSoon();
  }

  viewChanged(changed) {
    const { stage, timeline, view } = this;
    if (["frame", "onion", "pixels"].some(name => changed.has(name))) {
      stage.draw("picture", "mask");
    }
    if (changed.has("cellsShown")) {
      stage.draw("mask");
    }
    if (changed.has("tool")) {
      stage.preview = null;
      stage.element.style.cursor = "";
      stage.element.dataset.tool = view.tool;
    }
    this.palette.show();
    this.options.show();
    timeline.show();
    if (changed.has("shape") || changed.has("frame")) {
      timeline.showTracks();
    }
    stage.draw("front");
  }

  // While a stroke lasts, the timeline waits: the frame under the pen is what counts.
  repaintSoon(frames) {
    this.pending = frames === null || this.pending === null ? null : new Set([...this.pending ?? [], ...frames]);
    this.repainting ||= setTimeout(() => {
      this.repainting = 0;
      if (this.document.open === null) {
        this.repaint(this.pending ?? null);
      } else {
        this.repaintSoon([]);
      }
    }, 120);
  }

  repaint(frames) {
    this.pending = new Set();
    this.timeline.paint(frames === null ? null : [...frames]);
    this.showFigures();
  }

  showFigures() {
    const { grid } = this;
    const cells = this.document.cells();
    const count = (state, some = cells) => some.reduce((sum, cell) => sum + (cell === state ? 1 : 0), 0);
    const mixed = count(Cell.mixed);
    this.figures.textContent = `${count(Cell.generated).toLocaleString("en")} of ${cells.length.toLocaleString("en")} cells generated`
      + (mixed > 0 ? ` · ${mixed.toLocaleString("en")} refined` : "");
    this.figures.title = `A cell is what the model fills at once: ${grid.cellFrames} frames of ${grid.cellWidth} × ${grid.cellHeight} pixels. `
      + "Cells that hold kept pixels too are refined from them; Grow the mask to whole cells, in the menu, makes them whole.";
    this.root.dataset.generated = String(count(Cell.generated));
    const perFrame = grid.tokenHeight * grid.tokenWidth;
    this.timeline.showCells(Array.from({ length: grid.tokenFrames }, (_, t) => count(Cell.generated, cells.subarray(t * perFrame, (t + 1) * perFrame))));
  }

  showZoom() {
    this.zoomText.textContent = `${this.viewport.percent} %`;
    this.zoomText.setAttribute("aria-label", `Zoom ${this.viewport.percent} %, fit to view`);
  }

  /** Says something for a few seconds, and to screen readers. */
  say(text, isProblem = false) {
    this.note.textContent = text;
    this.note.toggleAttribute("data-problem", isProblem);
    this.note.toggleAttribute("data-shown", text !== "");
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.note.removeAttribute("data-shown"), isProblem ? 12_000 : 3_500);
  }

  dispose() {
    this.isGone = true;
    this.sync?.close(this);
    this.keeper.dispose();
    this.view.set({ playing: false });
    [this.telling, this.silence, this.repainting].forEach(clearTimeout);
    this.stopKeys();
    this.themes.disconnect();
    this.stage.dispose();
    this.clip.dispose();
    this.element.remove();
  }
}
