// How clips are laid against each other: beside, over, or subtracted.

import { h } from "../studio/dom.js";

/** Shows a picture on a canvas of its size; nothing yet leaves the canvas as it is. */
function put(canvas, picture) {
  if (!picture) {
    return;
  }
  if (canvas.width !== picture.width || canvas.height !== picture.height) {
    canvas.width = picture.width;
    canvas.height = picture.height;
  }
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(picture, 0, 0);
}

const makeCanvas = clip => h("canvas", { class: "cmp-picture", width: clip.width, height: clip.height, "aria-hidden": "true" });
const aspect = clip => `--aspect:${(clip.width / clip.height).toFixed(4)}`;

export class SideView {
  /** @param {any} comparison */
  constructor(comparison) {
    this.comparison = comparison;
    this.parts = comparison.clips.map((clip, i) => ({
      canvas: makeCanvas(clip),
      ended: h("span", { class: "cmp-ended", hidden: true }, `ended at ${clip.frames}`),
      label: h("figcaption", {}, h("a", { href: clip.href, title: clip.name }, comparison.nameOf(i))),
    }));
    this.element = h("div", { class: "cmp-side", style: `--clips:${this.parts.length}` }, ...this.parts.map(({ canvas, ended, label }, i) =>
      h("figure", { style: aspect(comparison.clips[i]) }, h("div", { class: "cmp-frame checker" }, canvas, ended), label)));
  }

  draw() {
    this.parts.forEach(({ canvas, ended }, i) => {
      put(canvas, this.comparison.pictureOf(i));
      ended.hidden = !this.comparison.hasEnded(i);
    });
  }
}

export class WipeView {
  /** @param {any} comparison */
  constructor(comparison) {
    this.comparison = comparison;
    this.at = 0.5;
    [this.left, this.right] = [makeCanvas(comparison.clips[0]), makeCanvas(comparison.clips[0])];
    this.right.classList.add("cmp-over");
    this.names = [h("span", { class: "cmp-name cmp-name-left" }), h("span", { class: "cmp-name cmp-name-right" })];
    this.divider = h("div", {
      class: "cmp-divider", role: "slider", tabindex: "0", "aria-label": "Divider", "aria-valuemin": "0", "aria-valuemax": "100", "aria-orientation": "horizontal",
      onkeydown: event => this.key(event),
    }, h("span", { class: "cmp-grip" }));
    this.stage = h("div", { class: "cmp-frame checker", onpointerdown: event => this.drag(event) }, this.left, this.right, ...this.names, this.divider);
    this.element = h("div", { class: "cmp-single" }, this.stage);
    this.move(this.at);
  }

  move(at) {
    this.at = Math.min(1, Math.max(0, at));
    const percent = Math.round(1000 * this.at) / 10;
    this.stage.style.setProperty("--at", `${percent}%`);
    this.divider.setAttribute("aria-valuenow", String(Math.round(percent)));
    this.divider.setAttribute("aria-valuetext", `${Math.round(percent)} % of the left clip`);
  }

  drag(event) {
    if (event.button !== 0) {
      return;
    }
    event.preventDefault();
    this.divider.focus({ preventScroll: true });
    this.stage.setPointerCapture(event.pointerId);
    const { left, width } = this.stage.getBoundingClientRect();
    const follow = move => this.move((move.clientX - left) / width);
    follow(event);
    this.stage.addEventListener("pointermove", follow);
    this.stage.addEventListener("lostpointercapture", () => this.stage.removeEventListener("pointermove", follow), { once: true });
  }

  key(event) {
    const by = event.shiftKey ? 0.1 : 0.01;
    const to = { ArrowLeft: this.at - by, ArrowDown: this.at - by, ArrowRight: this.at + by, ArrowUp: this.at + by, Home: 0, End: 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.move(to);
    }
  }

  draw() {
    const { comparison } = this;
    const [a, b] = comparison.pair;
    this.stage.parentElement.style = aspect(comparison.clips[a]);
    put(this.left, comparison.pictureOf(a));
    put(this.right, comparison.pictureOf(b));
    [a, b].forEach((index, side) => { this.names[side].textContent = comparison.nameOf(index); });
  }
}

export class DifferenceView {
  /** @param {any} comparison */
  constructor(comparison) {
    this.comparison = comparison;
    this.gain = 4;
    this.canvas = makeCanvas(comparison.clips[0]);
    this.scratch = [new OffscreenCanvas(1, 1), new OffscreenCanvas(1, 1)];
    this.figures = h("p", { class: "cmp-figures" });
    this.strength = h("select", { class: "input", onchange: event => { this.gain = Number(event.target.value); this.draw(); } },
      ...[1, 2, 4, 8, 16].map(gain => h("option", { value: gain, selected: gain === this.gain }, gain === 1 ? "as it is" : `${gain} times`)));
    this.element = h("div", { class: "cmp-single" }, h("div", { class: "cmp-frame" }, this.canvas),
      h("div", { class: "cmp-below" }, this.figures, h("label", {}, "Shown ", this.strength)));
  }

  pixels(canvas, picture, { width, height }) {
    canvas.width = width;
    canvas.height = height;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, width, height);
    return pen.getImageData(0, 0, width, height);
  }

  draw() {
    const { comparison } = this;
    const [a, b] = comparison.pair;
    const [one, other] = [comparison.pictureOf(a), comparison.pictureOf(b)];
    this.element.style = aspect(comparison.clips[a]);
    if (!one || !other) {
      return;
    }
    const [left, right] = [this.pixels(this.scratch[0], one, one), this.pixels(this.scratch[1], other, one)];
    let [sum, most] = [0, 0];
    for (let i = 0; i < left.data.length; i++) {
      if (i % 4 !== 3) {
        const apart = Math.abs(left.data[i] - right.data[i]);
        sum += apart;
        most = Math.max(most, apart);
        left.data[i] = Math.min(255, apart * this.gain);
      }
    }
    this.canvas.width = left.width;
    this.canvas.height = left.height;
    this.canvas.getContext("2d").putImageData(left, 0, 0);
    const mean = sum / (left.width * left.height * 3);
    const scaled = one.width === other.width && one.height === other.height ? "" : ` · ${comparison.nameOf(b)} is scaled to ${one.width} × ${one.height}`;
    this.figures.textContent = `Frame ${comparison.frame + 1}: ${mean.toFixed(2)} of 255 apart on average, ${most} at most${scaled}`;
    this.element.dataset.mean = mean.toFixed(4);
  }
}
