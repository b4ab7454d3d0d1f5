// Undo and redo over everything that a document records as a step.

const limit = 200;

export class History extends EventTarget {
  /** @param {import("./mask-document.js").MaskDocument} document */
  constructor(document) {
    super();
    this.document = document;
    /** @type {import("./mask-document.js").Step[]} */
    this.steps = [];
    /** How many of the steps are done; the others can be redone. */
    this.position = 0;
    document.addEventListener("step", event => this.record(event.detail));
  }

  record(step) {
    this.steps.splice(this.position, Infinity, step);
    this.steps.splice(0, Math.max(0, this.steps.length - limit));
    this.position = this.steps.length;
    this.moved();
  }

  /** Takes over what was recorded before a reload. */
  recall(steps, position) {
    this.steps = steps;
    this.position = position;
    this.moved();
  }

  get undoLabel() {
    return this.steps[this.position - 1]?.label ?? null;
  }

  get redoLabel() {
    return this.steps[this.position]?.label ?? null;
  }

  /** @returns {string|null} what was undone */
  undo() {
    this.document.cancel();
    const label = this.undoLabel;
    if (label !== null) {
      this.position--;
      this.document.restore(this.steps[this.position].before);
      this.moved();
    }
    return label;
  }

  /** @returns {string|null} what was done again */
  redo() {
    this.document.cancel();
    const label = this.redoLabel;
    if (label !== null) {
      this.document.restore(this.steps[this.position].after);
      this.position++;
      this.moved();
    }
    return label;
  }

  moved() {
    this.dispatchEvent(new CustomEvent("move"));
  }
}
