// The uploads as people see them: how far each has come, what is asked about it, and what was wrong with it.

import { h, icon } from "../studio/dom.js";
import { baseName } from "./grouping.js";

const mebibytes = bytes => (bytes / 1048576).toFixed(1);

const words = {
  waiting: () => "Waits for its turn",
  sending: upload => `${mebibytes(upload.sent)} of ${mebibytes(upload.total)} MiB`,
  lost: () => "Waits for the connection; it goes on by itself",
  reading: () => "Reading the clip: frames, size, rate",
};

export class UploadList {
  /** @param {HTMLElement} root @param {import("./upload-queue.js").queue} queue */
  constructor(root, queue) {
    Object.assign(this, { root, queue, rows: new Map() });
    this.show = this.show.bind(this);
    queue.addEventListener("change", this.show);
    this.show();
  }

  show() {
    const { queue, rows } = this;
    for (const [upload, row] of rows) {
      if (!queue.shown.includes(upload)) {
        row.element.remove();
        rows.delete(upload);
      }
    }
    for (const upload of queue.shown) {
      let row = rows.get(upload);
      if (row?.kind !== kindOf(upload)) {
        const fresh = this.make(upload);
        if (row) {
          row.element.replaceWith(fresh.element);
        } else {
          this.root.append(fresh.element);
        }
        rows.set(upload, row = fresh);
      }
      row.update?.();
    }
    this.root.hidden = rows.size === 0;
  }

  make(upload) {
    const kind = kindOf(upload);
    const head = label => h("div", { class: "upload-head" },
      h("span", { class: "truncate grow", title: upload.name }, upload.name),
      upload.state === "failed" ? this.button("retry", "Retry", () => this.queue.retry(upload)) : null,
      this.button("close", label, () => this.queue.cancel(upload)));
    switch (kind) {
      case "asking": return { kind, element: this.question(upload, head(`Do not upload ${upload.name}`)) };
      case "failed": return {
        kind, element: h("div", { class: "upload failed", role: "listitem" }, head(`Remove ${upload.name}`),
          h("p", { class: "problem", role: "alert" }, upload.problem)),
      };
      default: {
        const bar = h("progress", { max: 1, "aria-label": upload.name });
        const text = h("span", { class: "hint numeric" });
        return {
          kind, element: h("div", { class: "upload", role: "listitem" }, head(`Stop the upload of ${upload.name}`), bar, text),
          update: () => {
            bar.value = upload.total === 0 ? 0 : upload.sent / upload.total;
            text.textContent = words[upload.state](upload);
          },
        };
      }
    }
  }

  question(upload, head) {
    const { files } = upload;
    const id = `rate-${upload.key}`;
    const rate = h("input", { class: "input numeric", id, type: "number", min: 1, max: 60, step: 1, value: this.queue.usualRate, required: true });
    return h("div", { class: "upload asking", role: "listitem" }, head,
      h("p", { class: "hint" }, `${files.length} pictures, ${baseName(files[0].name)} to ${baseName(files.at(-1).name)}: one clip?`),
      h("form", { onsubmit: event => { event.preventDefault(); this.queue.asClip(upload, Number(rate.value)); } },
        h("div", { class: "row" }, h("label", { for: id, class: "hint" }, "Frames a second"), rate),
        h("div", { class: "upload-choices" },
          h("button", { class: "button primary", type: "submit" }, "One clip"),
          h("button", { class: "button", type: "button", onclick: () => this.queue.asPictures(upload) }, "Single pictures"))));
  }

  button(name, label, onclick) {
    return h("button", { type: "button", class: "button ghost icon", "aria-label": label, title: label, onclick }, icon(name, 16));
  }

  dispose() {
    this.queue.removeEventListener("change", this.show);
    this.root.replaceChildren();
  }
}

const kindOf = upload => (["asking", "failed"].includes(upload.state) ? upload.state : "moving");
