// Makes a clip longer or larger: the canvas whose edges are pulled, and the time bar whose end is pulled. The page hears of the new size at the
// end of each drag; nothing else goes over the circuit.

import { isStop, VideoReader } from "../../js/video-reader.js";
import { h } from "../dom.js";
import { clamp } from "../geometry.js";
import { sides, windowStarts, withSides, withTime } from "./plan.js";

/** @type {WeakMap<HTMLElement, Planner>} */
const planners = new WeakMap();

/**
 * @typedef {object} Scene
 * @property {{url: string, sheetUrl: string, frames: number, frameRate: number, start: number, stride: number, width: number, height: number}} clip
 * @property {{frames: number, height: number, width: number, cellHeight: number, cellWidth: number, cellFrames: number}} model
 * @property {import("./plan.js").Size} size
 * @property {{time: boolean, space: boolean, bothEnds: boolean, maxFrames: number, maxSide: number}} can
 *
 * @param {HTMLElement} root
 * @param {{invokeMethodAsync: (name: string, ...values: any[]) => Promise<any>}} host gets Planned(frames, given, width, height, left, top)
 * @param {Scene} scene
 */
export function show(root, host, scene) {
  const planner = planners.get(root) ?? new Planner(root, host);
  planners.set(root, planner);
  planner.show(scene);
}

export function dispose(root) {
  planners.get(root)?.dispose();
  planners.delete(root);
}

const edgeWords = { n: "above", e: "on the right", s: "below", w: "on the left" };
const cursors = { n: "ns", s: "ns", e: "ew", w: "ew", ne: "nesw", sw: "nesw", nw: "nwse", se: "nwse" };

class Planner {
  constructor(root, host) {
    this.root = root;
    this.host = host;
    this.frame = 0;
    /** @type {VideoReader|null} */
    this.reader = null;
    this.picture = h("canvas", { class: "ex-picture", "aria-hidden": "true" });
    this.handles = Object.keys(cursors).map(side => this.handle(side));
    this.canvas = h("div", { class: "ex-canvas hatch" }, this.picture, ...this.handles);
    this.desk = h("div", { class: "ex-desk" }, this.canvas);
    this.chips = h("div", { class: "ex-chips", role: "group", "aria-label": "Shape of the canvas" });
    this.words = h("p", { class: "ex-words", role: "status" });
    this.given = h("div", { class: "ex-given" });
    this.head = h("div", { class: "ex-head" });
    this.bar = h("div", {
      class: "ex-bar hatch", role: "slider", tabindex: "0", "aria-label": "Frame that is shown", onpointerdown: event => this.scrub(event), onkeydown: event => this.barKey(event),
    }, this.given, this.head);
    this.windows = h("div", { class: "ex-windows", "aria-hidden": "true" });
    this.givenGrip = this.grip("given", "Frames that are given");
    this.endGrip = this.grip("frames", "Frames of the result");
    this.time = h("div", { class: "ex-time" }, h("div", { class: "ex-track" }, this.bar, this.givenGrip, this.endGrip), this.windows);
    this.note = h("p", { class: "ex-note", role: "alert" });
    this.element = h("div", { class: "ex" }, h("div", { class: "ex-top" }, this.words, this.chips), this.desk, this.note, this.time);
    root.append(this.element);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.desk);
  }

  handle(side) {
    const isEdge = side.length === 1;
    return h("div", {
      class: "ex-handle", "data-side": side, style: `cursor:${cursors[side]}-resize`, ...(isEdge
        ? { role: "slider", tabindex: "0", "aria-label": `Pixels ${edgeWords[side]}`, "aria-orientation": "ns".includes(side) ? "vertical" : "horizontal", "aria-valuemin": "0" }
        : { "aria-hidden": "true" }),
      onpointerdown: event => this.pull(event, side), onkeydown: event => this.edgeKey(event, side),
    });
  }

  grip(name, label) {
    return h("div", {
      class: "ex-grip", "data-grip": name, role: "slider", tabindex: "0", "aria-label": label,
      onpointerdown: event => this.stretch(event, name), onkeydown: event => this.gripKey(event, name),
    }, h("span", { class: "ex-flag" }));
  }

  /** @param {Scene} scene */
  show(scene) {
    const other = this.scene?.clip.url !== scene.clip.url;
    this.scene = scene;
    this.size = scene.size;
    this.sent = JSON.stringify(scene.size);
    this.frame = Math.min(this.frame, this.size.frames - 1);
    this.handles.forEach(handle => { handle.hidden = !scene.can.space; });
    this.chips.hidden = !scene.can.space;
    this.chips.replaceChildren(...this.shapes().map(({ text, wanted }) =>
      h("button", { type: "button", class: "chip", onclick: () => { this.size = withSides(this.size, wanted, this.room); this.fit(); this.tell(); } }, text)));
    this.givenGrip.hidden = this.endGrip.hidden = !scene.can.time;
    if (other) {
      this.open();
    }
    this.fit();
  }

  shapes() {
    const { clipWidth: width, clipHeight: height } = this.size;
    const around = (w, high) => ({ w: (w - width) / 2, e: (w - width) / 2, n: (high - height) / 2, s: (high - height) / 2 });
    return [
      { text: "Twice as wide", wanted: around(2 * width, height) }, { text: "Twice as high", wanted: around(width, 2 * height) },
      { text: "Twice both", wanted: around(2 * width, 2 * height) }, { text: "16:9", wanted: around((height * 16) / 9, height) },
    ];
  }

  async open() {
    this.root.dataset.ready = "false";
    this.note.textContent = "";
    this.reader?.close();
    this.reader = new VideoReader(this.scene.clip.url);
    if (await this.drawFrame()) {
      this.root.dataset.ready = "true";
    }
  }

  get room() {
    const { model, can } = this.scene;
    return { cellWidth: model.cellWidth, cellHeight: model.cellHeight, width: model.width, height: model.height, most: can.maxSide };
  }

  get timeRoom() {
    const { clip, model, can } = this.scene;
    const clipFrames = Math.max(1, Math.ceil((clip.frames - clip.start) / clip.stride));
    return { modelFrames: model.frames, clipFrames, maxFrames: can.maxFrames, bothEnds: can.bothEnds };
  }

  // ---- Showing

  /** The largest scale at which the canvas fits; it stays while an edge is pulled, so that the edge follows the pointer. */
  fit() {
    const { clientWidth, clientHeight } = this.desk;
    if (this.scene && clientWidth > 0) {
      const margin = 56;
      this.scale = Math.max(0.5, Math.min((clientWidth - margin) / this.size.width, (clientHeight - margin) / this.size.height));
      this.draw();
    }
  }

  draw() {
    const { size, scene: { model, can } } = this;
    const pixels = value => `${value * this.scale}px`;
    Object.assign(this.canvas.style, { width: pixels(size.width), height: pixels(size.height) });
    Object.assign(this.picture.style, { left: pixels(size.left), top: pixels(size.top), width: pixels(size.clipWidth), height: pixels(size.clipHeight) });
    this.picture.toggleAttribute("data-open", this.isMade(this.frame));
    const amounts = sides(size);
    for (const handle of this.handles.filter(each => each.dataset.side.length === 1)) {
      const amount = amounts[handle.dataset.side];
      handle.setAttribute("aria-valuenow", String(amount));
      handle.setAttribute("aria-valuemax", String(can.maxSide));
      handle.setAttribute("aria-valuetext", `${amount} pixels are made ${edgeWords[handle.dataset.side]}`);
    }
    this.drawTime(model, can);
    this.root.dataset.canvas = `${size.width}x${size.height}+${size.left}+${size.top}`;
    this.root.dataset.frames = String(size.frames);
  }

  drawTime(model, can) {
    const { size, scene: { clip } } = this;
    const share = value => `${(100 * value) / size.frames}%`;
    const known = can.time ? size.given : size.frames;
    this.given.style.width = share(known);
    this.given.style.backgroundImage = `url("${clip.sheetUrl}")`;
    this.given.style.backgroundSize = `${(100 * clip.frames) / Math.max(1, known * clip.stride)}% 100%`;
    this.given.style.backgroundPosition = `${(100 * clip.start) / Math.max(1, clip.frames - known * clip.stride)}% 0`;
    this.head.style.left = share(this.frame + 0.5);
    this.givenGrip.style.left = share(size.given);
    this.bar.toggleAttribute("data-both", can.bothEnds);
    this.bar.style.setProperty("--given", share(size.given));
    const room = this.timeRoom;
    for (const [grip, value, least, most] of [[this.givenGrip, size.given, 1, Math.min(room.clipFrames, size.frames - 1)], [this.endGrip, size.frames, room.modelFrames, room.maxFrames]]) {
      grip.setAttribute("aria-valuenow", String(value));
      grip.setAttribute("aria-valuemin", String(least));
      grip.setAttribute("aria-valuemax", String(most));
      grip.firstChild.textContent = String(value);
    }
    this.bar.setAttribute("aria-valuemin", "1");
    this.bar.setAttribute("aria-valuemax", String(size.frames));
    this.bar.setAttribute("aria-valuenow", String(this.frame + 1));
    this.bar.setAttribute("aria-valuetext", `Frame ${this.frame + 1} of ${size.frames}, ${this.isMade(this.frame) ? "made" : "given"}`);
    const starts = can.time && !can.bothEnds ? windowStarts(size, model.frames) : [];
    this.windows.replaceChildren(...starts.map((start, i) => h("span", {
      style: `left:${share(start)};width:${share(Math.min(model.frames, size.frames - start))};top:${(i % 2) * 7}px`,
    })));
    const seconds = ((size.frames * clip.stride) / clip.frameRate).toFixed(1);
    const larger = size.width > size.clipWidth || size.height > size.clipHeight;
    this.words.textContent = [
      `${size.frames} frames, ${seconds} s` + (can.time ? `: ${size.given} given${can.bothEnds ? " at each end" : ""}, ${size.frames - size.given * (can.bothEnds ? 2 : 1)} made` : ""),
      `${size.width} × ${size.height}` + (larger ? ` around ${size.clipWidth} × ${size.clipHeight}` : ""),
      ...(starts.length > 0 ? [`${starts.length} ${starts.length === 1 ? "window" : "windows"} of the model`] : []),
    ].join(" · ");
  }

  isMade(frame) {
    const { size, scene: { can } } = this;
    return can.time && frame >= size.given && !(can.bothEnds && frame >= size.frames - size.given);
  }

  /** @returns {Promise<boolean>} whether the clip can be read */
  async drawFrame() {
    const { clip } = this.scene;
    const mine = this.turn = {};
    const source = Math.min(clip.start + this.frame * clip.stride, clip.frames - 1);
    const given = this.isMade(this.frame) ? Math.min(clip.start + (this.size.given - 1) * clip.stride, clip.frames - 1) : source;
    try {
      await this.reader.read((given + 0.5) / clip.frameRate, video => this.drawPicture(video), () => mine === this.turn);
      return true;
    } catch (error) {
      if (!isStop(error)) {
        this.note.textContent = error.message;
      }
      return false;
    }
  }

  drawPicture(video) {
    const { clipWidth, clipHeight } = this.size;
    const { videoWidth, videoHeight } = video;
    const detail = Math.max(1, Math.round(Math.min(4, videoWidth / clipWidth)));
    [this.picture.width, this.picture.height] = [clipWidth * detail, clipHeight * detail];
    const scale = Math.max(this.picture.width / videoWidth, this.picture.height / videoHeight);
    const [width, height] = [videoWidth * scale, videoHeight * scale];
    this.picture.getContext("2d").drawImage(video, (this.picture.width - width) / 2, (this.picture.height - height) / 2, width, height);
    this.picture.toggleAttribute("data-small", detail === 1);
  }

  go(frame) {
    this.frame = clamp(frame, 0, this.size.frames - 1);
    this.draw();
    this.drawFrame();
  }

  // ---- Changing

  tell() {
    const now = JSON.stringify(this.size);
    if (now !== this.sent) {
      this.sent = now;
      const { frames, given, width, height, left, top } = this.size;
      this.host.invokeMethodAsync("Planned", frames, given, width, height, left, top);
    }
  }

  pull(event, side) {
    if (event.button !== 0 || !this.scene.can.space) {
      return;
    }
    const before = this.size;
    const amounts = sides(before);
    const scale = this.scale;
    this.follow(event, move => {
      const by = { e: (move.clientX - event.clientX) / scale, s: (move.clientY - event.clientY) / scale };
      by.w = -by.e;
      by.n = -by.s;
      // The canvas stands in the middle of the desk, so an edge moves half as far as it grows.
      const wanted = Object.fromEntries([...side].map(each => [each, amounts[each] + by[each] * (move.shiftKey ? 1 : 2)]));
      if (move.shiftKey) {
        [...side].forEach(each => { wanted[opposite(each)] = amounts[opposite(each)] + by[each]; });
      }
      this.size = withSides(before, wanted, this.room);
      this.draw();
    }, () => this.fit());
  }

  edgeKey(event, side) {
    const outward = { n: "ArrowUp", s: "ArrowDown", w: "ArrowLeft", e: "ArrowRight" }[side];
    const inward = { n: "ArrowDown", s: "ArrowUp", w: "ArrowRight", e: "ArrowLeft" }[side];
    const cell = ("ns".includes(side) ? this.room.cellHeight : this.room.cellWidth) * (event.shiftKey ? 4 : 1);
    const now = sides(this.size)[side];
    const amount = { [outward]: now + cell, [inward]: now - cell, Home: 0, End: Infinity, PageUp: now + 4 * cell, PageDown: now - 4 * cell }[event.key];
    if (amount !== undefined) {
      this.change(event, withSides(this.size, { [side]: Math.min(amount, this.scene.can.maxSide) }, this.room));
    }
  }

  stretch(event, name) {
    if (event.button !== 0) {
      return;
    }
    const before = this.size;
    const perFrame = this.bar.getBoundingClientRect().width / before.frames;
    this.follow(event, move => {
      const frames = before[name] + (move.clientX - event.clientX) / perFrame;
      this.size = withTime(before, { [name]: name === "frames" ? this.wholeCells(frames) : frames }, this.timeRoom);
      this.draw();
    }, () => this.go(this.frame));
  }

  wholeCells(frames) {
    const { cellFrames } = this.scene.model;
    return Math.round(frames / cellFrames) * cellFrames;
  }

  gripKey(event, name) {
    const one = name === "frames" ? this.scene.model.cellFrames : 1;
    const by = { ArrowLeft: -one, ArrowDown: -one, ArrowRight: one, ArrowUp: one, PageUp: 4 * one, PageDown: -4 * one, Home: -1e6, End: 1e6 }[event.key];
    if (by) {
      this.change(event, withTime(this.size, { [name]: this.size[name] + by }, this.timeRoom));
    }
  }

  change(event, size) {
    event.preventDefault();
    event.stopPropagation();
    this.size = size;
    this.fit();
    this.go(this.frame);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.tell(), 250);
  }

  scrub(event) {
    if (event.button === 0) {
      const { left, width } = this.bar.getBoundingClientRect();
      const to = move => this.go(Math.floor(((move.clientX - left) / width) * this.size.frames));
      to(event);
      this.follow(event, to, () => {});
    }
  }

  barKey(event) {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 4, PageDown: -4, Home: -1e6, End: 1e6 }[event.key];
    if (by) {
      event.preventDefault();
      event.stopPropagation();
      this.go(this.frame + by);
    }
  }

  follow(event, moved, done) {
    event.preventDefault();
    event.stopPropagation();
    const grip = event.currentTarget;
    grip.focus({ preventScroll: true });
    grip.setPointerCapture(event.pointerId);
    grip.addEventListener("pointermove", moved);
    grip.addEventListener("lostpointercapture", () => {
      grip.removeEventListener("pointermove", moved);
      done();
      this.tell();
    }, { once: true });
  }

  dispose() {
    clearTimeout(this.settling);
    this.observer.disconnect();
    this.reader?.close();
    this.element.remove();
  }
}

const opposite = side => ({ n: "s", s: "n", e: "w", w: "e" })[side];
