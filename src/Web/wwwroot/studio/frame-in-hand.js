// A frame of another clip that was brought along and waits to be pinned: go to any time on the timeline, then pin it there.

import { h, iconButton } from "./dom.js";

export class FrameInHand {
  /** @param {{view: import("./view-state.js").ViewState, pin: (frame: {name: string, blob: Blob}) => void}} parts */
  constructor({ view, pin }) {
    this.view = view;
    this.thumb = h("img", { alt: "" });
    this.button = h("button", { type: "button", class: "button primary", "data-command": "pin-here", onclick: () => { pin(this.frame); this.drop(); } });
    this.element = h("div", { class: "me-hand", hidden: true, role: "group", "aria-label": "Frame to pin" }, this.thumb, this.button,
      iconButton({ name: "close", label: "Put it away", onclick: () => this.drop() }));
    view.addEventListener("change", () => this.show());
    this.show();
  }

  /** @param {{name: string, blob: Blob}} frame */
  take(frame) {
    this.drop();
    this.frame = frame;
    this.thumb.src = this.url = URL.createObjectURL(frame.blob);
    this.thumb.title = frame.name;
    this.element.hidden = false;
    this.show();
    this.button.focus();
  }

  show() {
    this.button.textContent = `Pin to frame ${this.view.frame + 1}`;
  }

  drop() {
    this.element.hidden = true;
    if (this.url) {
      URL.revokeObjectURL(this.url);
      this.url = null;
    }
  }
}
