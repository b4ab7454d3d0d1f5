// The draft's name, whether it is safe, the list of drafts, and the choice when two tabs have changed the same one.

import { h, icon } from "./dom.js";
import { newId } from "./draft-sync.js";
import { send } from "./server.js";

const words = {
  idle: ["", ""],
  waiting: ["Saving", "What you change is stored on the server in a moment; this browser has it already."],
  saving: ["Saving", "What you change is stored on the server in a moment; this browser has it already."],
  saved: ["Saved", "This draft is on the server: open it from the list on any machine."],
  offline: ["Kept in this browser", "The server cannot be reached. The draft is stored there as soon as it can."],
  refused: ["Kept in this browser", ""],
  conflict: ["Changed elsewhere", "Another tab or machine has stored this draft. What you have here is kept as a copy."],
};

const spans = [[45, () => "just now"], [3600, s => `${Math.max(1, Math.floor(s / 60))} min ago`], [86_400, s => `${Math.floor(s / 3600)} h ago`]];

/** How long ago something was, in the largest fitting unit. */
export function ago(time, now = Date.now()) {
  const seconds = Math.max(0, (now - new Date(time).getTime()) / 1000);
  const days = Math.floor(seconds / 86_400);
  return spans.find(([limit]) => seconds < limit)?.[1](seconds) ?? `${days} ${days === 1 ? "day" : "days"} ago`;
}

export class DraftBar {
  /** @param {HTMLElement} place @param {import("./draft-sync.js").DraftSync} sync */
  constructor(place, sync) {
    this.sync = sync;
    this.name = h("span", { class: "dr-name" }, "Drafts");
    this.state = h("span", { class: "dr-state", role: "status" });
    // A row that its own button replaces would look like a click beside the menu, which closes it.
    this.list = h("div", { class: "dr-list", onclick: event => event.target.closest("a, [data-open-recipe]") || event.stopPropagation() });
    this.summary = h("summary", { class: "dr-open" }, icon("key", 14), h("span", { class: "visually-hidden" }, "Drafts: "), this.name, this.state);
    this.details = h("details", { class: "dr", "data-menu": true, ontoggle: () => this.details.open && this.load() }, this.summary, this.list);
    place.replaceChildren(this.details);
    sync.addEventListener("change", () => this.show());
    this.show();
  }

  show() {
    const { sync } = this;
    const [text, hint] = words[sync.state];
    this.state.textContent = text;
    this.state.title = sync.text || hint;
    this.name.textContent = sync.id === null ? "Drafts" : sync.title || "Untitled";
    this.details.dataset.state = sync.state;
    if (sync.conflict === null) {
      this.choice?.remove();
      this.choice = null;
    } else if (!this.choice) {
      this.ask();
    }
  }

  // ---- The list

  async load() {
    this.list.replaceChildren(h("p", { class: "hint" }, "Loading"));
    try {
      const { items } = await send("GET", "/api/v1/drafts");
      const clip = new URLSearchParams(new URL(this.sync.address, location.href).search).get("input");
      const fresh = newId();
      this.list.replaceChildren(
        h("a", {
          class: "dr-new", href: `/studio?${clip ? `input=${clip}&` : ""}draft=${fresh}`,
          onclick: () => sessionStorage.setItem("magvit-new-draft", fresh),
        }, icon("plus", 16), clip ? "New draft of this clip" : "New draft"),
        h("button", { type: "button", class: "dr-new", "data-open-recipe": true, onclick: () => { this.details.open = false; } }, icon("fit", 16), "Open the recipe of a file"),
        ...items.length === 0
          ? [h("p", { class: "hint" }, "What you draw or set up is stored here by itself, and can be opened on any machine.")]
          : items.map(item => this.row(item)));
    } catch (error) {
      this.list.replaceChildren(h("p", { class: "hint", role: "alert" }, error.message));
    }
  }

  row(item) {
    const title = h("span", { class: "dr-title" }, item.title || "Untitled");
    const when = h("span", { class: "hint" }, `${item.task}, ${ago(item.updatedAt)}`);
    const row = h("div", { class: "dr-row", "data-id": item.id, "aria-current": item.id === this.sync.id ? "true" : null },
      h("a", { class: "dr-link", href: item.url },
        item.posterUrl ? h("img", { src: item.posterUrl, alt: "", loading: "lazy", width: 44, height: 44 }) : h("span", { class: "dr-blank" }, icon("brush", 18)),
        h("span", { class: "dr-words" }, title, when)),
      h("button", { type: "button", class: "me-button", "aria-label": `Rename ${item.title || "Untitled"}`, title: "Rename", onclick: () => this.rename(row, item) }, icon("more")),
      h("button", { type: "button", class: "me-button", "aria-label": `Delete ${item.title || "Untitled"}`, title: "Delete", onclick: () => this.remove(row, item) }, icon("trash")));
    return row;
  }

  rename(row, item) {
    const input = h("input", { class: "input", value: item.title ?? "", maxlength: 120, "aria-label": "Name of the draft", placeholder: "Untitled" });
    const form = h("form", {
      class: "dr-row", onsubmit: async event => {
        event.preventDefault();
        await this.attempt(async () => {
          await send("PUT", `/api/v1/drafts/${item.id}/title`, { title: input.value });
          item.title = input.value.trim();
          if (item.id === this.sync.id) {
            this.sync.title = item.title;
            this.show();
          }
          form.replaceWith(this.row(item));
        });
      },
      onkeydown: event => {
        if (event.key === "Escape") {
          event.stopPropagation();
          form.replaceWith(this.row(item));
        }
      },
    }, input, h("button", { class: "button" }, "Rename"));
    row.replaceWith(form);
    input.focus();
  }

  remove(row, item) {
    return this.attempt(async () => {
      await send("DELETE", `/api/v1/drafts/${item.id}`);
      const undone = h("div", { class: "dr-row", role: "status" }, h("span", { class: "hint dr-words" }, `${item.title || "Untitled"} is deleted.`),
        h("button", {
          type: "button", class: "button", onclick: () => this.attempt(async () => {
            await send("POST", `/api/v1/drafts/${item.id}/restore`);
            undone.replaceWith(this.row(item));
          }),
        }, "Undo"));
      row.replaceWith(undone);
    });
  }

  async attempt(work) {
    try {
      await work();
    } catch (error) {
      this.list.prepend(h("p", { class: "hint", role: "alert" }, error.message));
    }
  }

  // ---- Two at once

  ask() {
    const problem = h("p", { class: "hint", role: "alert" });
    const button = (text, hint, act, primary) => h("button", {
      type: "button", class: primary ? "button primary" : "button", title: hint, onclick: async () => {
        try {
          await act();
        } catch (error) {
          problem.textContent = error.message;
        }
      },
    }, text);
    this.choice = h("div", { class: "dr-choice", role: "alertdialog", "aria-label": "This draft was changed elsewhere" },
      h("div", {}, h("strong", {}, "This draft was changed in another tab or on another machine."),
        h("p", { class: "hint" }, "Nothing is lost: what you have here is kept as a copy until you choose."), problem),
      button("Keep mine", "What is here replaces the other version", () => this.sync.keepMine()),
      button("Take theirs", "The other version comes here; undo brings yours back", () => this.sync.takeTheirs()),
      button("Make a copy", "Both stay, as two drafts", () => this.sync.makeCopy(), true));
    document.body.append(this.choice);
  }

  dispose() {
    this.choice?.remove();
  }
}
