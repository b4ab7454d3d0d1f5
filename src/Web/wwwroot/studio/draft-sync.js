// Keeps the draft on the server while it is worked on: a compact draft over HTTP a moment after the last change, never over the circuit.
// Who stores says which version the draft builds on. When another tab or machine was faster, this tab goes on in a copy, so that nothing is
// lost, and asks: keep mine, take theirs, or leave it a copy.

import { openDraft, writeDraft } from "./draft-document.js";
import { loadDraft, saveDraft } from "./draft-store.js";
import { Refused, send } from "./server.js";

const pause = 1200;
const longest = 8000;
const retries = [3000, 8000, 20_000, 60_000];
const mostStamps = 50;

/** @type {WeakMap<Element, DraftSync>} */
const syncs = new WeakMap();

// What a page that was left is still storing: the next one asks the server only after it.
let leftover = Promise.resolve();

/** The one that keeps the draft of a page; null outside of the Studio. @returns {DraftSync|null} */
export function syncOf(element) {
  const page = element.closest(".studio");
  return page ? syncs.get(page) ?? start(page) : null;
}

export function start(page) {
  const sync = syncs.get(page) ?? new DraftSync(page);
  syncs.set(page, sync);
  return sync;
}

export function stop(page) {
  syncs.get(page)?.dispose();
  syncs.delete(page);
}

/** An id that no other draft has; also where the site is not served over TLS. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export class DraftSync extends EventTarget {
  /** @param {HTMLElement} page tells in data-address what is set up, in data-draft which draft the address names, in data-drawing what can be drawn */
  constructor(page) {
    super();
    this.page = page;
    /** @type {string|null} */
    this.id = null;
    this.version = 0;
    this.dirty = false;
    /** What was sent since the server last answered, by the name that each attempt gave it: any of it may have arrived. @type {string[]} */
    this.stamps = [];
    this.isSending = false;
    this.editor = null;
    this.document = null;
    this.key = `settings/${page.dataset.owner ?? ""}`;
    this.state = "idle";
    /** What is not decided yet: the draft that two have changed, and the copy that this tab stores meanwhile. @type {{id: string, version: number, copy: string|null}|null} */
    this.conflict = null;
    this.watch = new MutationObserver(() => this.addressChanged());
    this.watch.observe(page, { attributes: true, attributeFilter: ["data-address"] });
    this.address = page.dataset.address;
    this.leaving = () => this.remember();
    this.away = () => (document.visibilityState === "hidden" ? this.settle() : null);
    this.online = () => this.changed(0);
    window.addEventListener("pagehide", this.leaving);
    window.addEventListener("online", this.online);
    document.addEventListener("visibilitychange", this.away);
    this.neighbours = "BroadcastChannel" in window ? new BroadcastChannel("magvit-drafts") : null;
    this.neighbours?.addEventListener("message", ({ data }) => this.heard(data));
    if (page.dataset.drawing !== "editor") {
      this.recall(this.key);
    }
  }

  // ---- What is worked on

  /** The editor shows a scene: finds the draft it belongs to, and what the server has of it. */
  async open(editor) {
    await this.settle();
    this.editor = editor;
    this.document = null;
    this.address = this.page.dataset.address;
    const label = editor.history.position > 0 ? "Draft of the server" : null;
    await this.recall(editor.key, label);
  }

  close(editor) {
    if (this.editor === editor) {
      this.settle();
      this.editor = null;
    }
  }

  async recall(key, label = null) {
    this.key = key;
    this.conflict = null;
    await leftover;
    const named = this.page.dataset.draft || null;
    const known = await loadDraft(`meta/${key}`);
    const { editor } = this;
    this.id = named ?? known?.id ?? null;
    const isKnown = known !== null && known.id === this.id;
    [this.version, this.dirty, this.stamps] = isKnown ? [known.version, known.dirty, known.stamps ?? []] : [0, false, []];
    this.tell("idle");
    if (this.id === null) {
      return;
    }
    let theirs;
    try {
      theirs = await this.fetch(this.id);
    } catch {
      this.tell("offline");
      this.askAgain(key, label, editor);
      return;
    }
    this.failures = 0;
    if (this.editor !== editor) {
      return;
    }
    if (theirs === null) {
      this.version = 0;
      if (named && !isKnown && sessionStorage.getItem("magvit-new-draft") !== named) {
        editor?.say("This draft is gone: it was deleted, or it is somebody else's. What you draw now begins a new one.", true);
      }
    } else if (theirs.version === this.version || this.isMine(theirs)) {
      [this.version, this.document] = [theirs.version, theirs.document ?? null];
    } else if (this.dirty) {
      await this.fork(theirs);
      return;
    } else {
      this.take(theirs, label);
    }
    this.title = theirs?.title ?? null;
    this.tell(this.dirty ? "waiting" : theirs ? "saved" : "idle");
    if (this.dirty) {
      this.changed(0);
    }
  }

  /** The server could not be asked for the draft: asks again in a while, or stores what is here, when there is something to store. */
  askAgain(key, label, editor) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      if (this.dirty) {
        this.save();
      } else if (this.key === key && this.editor === editor) {
        this.recall(key, label);
      }
    }, this.nextWait());
  }

  nextWait() {
    this.failures = (this.failures ?? 0) + 1;
    return retries[Math.min(this.failures, retries.length) - 1];
  }

  /** Shows what the server has. @param {string|null} label names the step, where there is something to go back to */
  take(theirs, label) {
    const { editor } = this;
    [this.version, this.dirty, this.document] = [theirs.version, false, theirs.document ?? null];
    if (editor && theirs.document?.grid) {
      try {
        openDraft(editor.document, theirs.document, label ?? "Draft of the server");
        if (label === null) {
          editor.history.recall([], 0);
        }
      } catch (error) {
        editor.say(error.message, true);
      }
    }
    this.dirty = false;
    this.remember();
  }

  // ---- Storing

  addressChanged() {
    const { address, draft, scene } = this.page.dataset;
    if (this.editor && scene && scene !== this.editor.key) {
      return; // Another clip comes: its editor will say so, and this draft stays what it was.
    }
    if (address !== this.address) {
      this.address = address;
      // Only what needs no drawing makes a draft by its settings alone.
      if (this.id !== null || this.editor !== null || this.page.dataset.drawing === "none") {
        this.changed();
      }
    }
    if (draft && draft !== this.id && this.editor === null && this.page.dataset.drawing !== "editor") {
      this.recall(this.key);
    }
  }

  /** Something was drawn or set. */
  changed(delay = pause) {
    if (delay > 0) {
      this.dirty = true;
      this.since ??= Date.now();
      if (this.conflict && !this.conflict.copy) {
        this.toCopy();
      }
      this.tell("waiting");
    } else if (!this.dirty) {
      return;
    }
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.save(), Math.max(0, Math.min(delay, this.since + longest - Date.now())));
  }

  async content() {
    if (this.editor) {
      this.document = await writeDraft(this.editor.document);
    }
    return { address: this.address, document: { ...this.document, stamp: this.stamps.at(-1) } };
  }

  async save() {
    clearTimeout(this.waiting);
    if (this.saving) {
      await this.saving;
    }
    if (!this.dirty) {
      return;
    }
    if (this.editor?.document.open) {
      this.changed();
      return;
    }
    this.saving = this.store();
    try {
      await this.saving;
    } finally {
      this.saving = null;
    }
  }

  async store() {
    const { key } = this;
    this.id ??= newId();
    const { id } = this;
    this.tell("saving");
    this.dirty = false;
    this.since = undefined;
    try {
      // Should the answer get lost, in a reload for instance, the stamp says that what the server has came from here: nothing is sent before
      // it is remembered.
      this.stamps = [...this.stamps.slice(1 - mostStamps), newId()];
      this.isSending = true;
      const remembered = this.remember();
      const content = await this.content();
      await remembered;
      const saved = await send("PUT", `/api/v1/drafts/${id}`, { version: this.version, ...content });
      this.isSending = false;
      if (this.key === key && this.id === id) {
        this.version = saved.version;
        this.stamps = this.stamps.slice(-1);
        this.failures = 0;
        this.tell(this.dirty ? "waiting" : "saved");
        this.neighbours?.postMessage({ id, version: saved.version });
      }
    } catch (error) {
      [this.dirty, this.isSending] = [true, false];
      if (error instanceof Refused && error.status === 409) {
        const theirs = await this.fetch(id).catch(() => null) ?? { id, version: error.problem.version };
        setTimeout(() => this.fork(theirs)); // When this attempt has ended.
      } else if (error instanceof Refused) {
        this.tell("refused", error.message);
      } else {
        this.tell("offline");
        this.waiting = setTimeout(() => this.save(), this.nextWait());
      }
    }
    this.remember();
  }

  /** Stores at once what is not stored yet. */
  async settle() {
    clearTimeout(this.waiting);
    if (this.dirty) {
      await this.save();
    }
  }

  fetch(id) {
    return send("GET", `/api/v1/drafts/${id}`).catch(error => {
      if (error instanceof Refused && error.status === 404) {
        return null;
      }
      throw error;
    });
  }

  // While a choice is open nothing is remembered here: the other tab shares the key, and the copy is in the list.
  remember() {
    return this.conflict ? null : saveDraft(`meta/${this.key}`, this.meta());
  }

  // What is on its way may not arrive.
  meta() {
    const { id, version, dirty, isSending, stamps } = this;
    return { id, version, dirty: dirty || isSending, stamps };
  }

  // ---- Two at once

  heard({ id, version }) {
    if (id === this.id && version > this.version && this.conflict === null && !this.saving) {
      this.fork({ id, version });
    }
  }

  isMine(theirs) {
    return this.stamps.includes(theirs.document?.stamp);
  }

  /** Somebody else stored the draft: goes on in a copy, and asks. */
  async fork(theirs) {
    if (this.conflict) {
      return;
    }
    if (this.isMine(theirs)) {
      this.version = theirs.version;
      this.changed(0);
      return;
    }
    this.conflict = { id: theirs.id, version: theirs.version, copy: null };
    if (this.dirty) {
      await this.toCopy();
    }
    this.tell("conflict");
  }

  /** From here on, this tab stores a draft of its own. */
  async toCopy() {
    const { conflict } = this;
    const id = newId();
    [conflict.copy, this.id, this.version, this.dirty] = [id, id, 0, true];
    if (this.editor) {
      this.editor.keeper.key = this.keyOf(id);
      this.editor.keeper.keepSoon();
    }
    await this.save();
    await send("PUT", `/api/v1/drafts/${id}/title`, { title: `Copy of ${this.title || "Untitled"}` }).catch(() => {});
  }

  /** Goes back to the draft that both have worked on. */
  async decide(theirs) {
    const { conflict } = this;
    await this.settle();
    this.conflict = null;
    [this.id, this.version] = [conflict.id, theirs?.version ?? 0];
    if (this.editor) {
      this.editor.keeper.key = this.key;
      this.editor.keeper.keepSoon();
    }
    if (conflict.copy) {
      await send("DELETE", `/api/v1/drafts/${conflict.copy}`).catch(() => {});
    }
  }

  /** What is here replaces what the other stored. */
  async keepMine() {
    await this.decide(await this.fetch(this.conflict.id));
    this.dirty = true;
    await this.save();
  }

  /** What the other stored comes here; undo brings back what was here. */
  async takeTheirs() {
    const theirs = await this.fetch(this.conflict.id);
    if (theirs === null) {
      throw new Error("The other version is gone meanwhile. Keep yours.");
    }
    await this.decide(theirs);
    this.take(theirs, "Take the other version");
    this.title = theirs.title ?? null;
    this.tell("saved");
    this.go(`/studio${theirs.address}`, this.page.dataset.draft);
  }

  /** Both stay; this tab goes on with the copy, under an address of its own. */
  async makeCopy() {
    if (!this.conflict.copy) {
      await this.toCopy();
    }
    await this.settle();
    this.conflict = null;
    const key = this.keyOf(this.id);
    await this.editor?.keeper.keep();
    await saveDraft(`meta/${key}`, this.meta());
    this.tell("saved");
    this.go(this.address, this.id);
  }

  keyOf(id) {
    const named = this.page.dataset.draft;
    return `${named && this.key.endsWith(`/${named}`) ? this.key.slice(0, -named.length - 1) : this.key}/${id}`;
  }

  go(address, draft) {
    const url = new URL(address, location.href);
    url.searchParams.delete("draft");
    if (draft) {
      url.searchParams.set("draft", draft);
    }
    const wanted = url.pathname + url.search;
    if (wanted !== location.pathname + location.search) {
      window.Blazor?.navigateTo(wanted, false, true);
    }
  }

  tell(state, text = "") {
    [this.state, this.text] = [state, text];
    this.page.dataset.draftState = state;
    this.dispatchEvent(new CustomEvent("change"));
  }

  dispose() {
    leftover = this.settle().then(() => this.remember()).finally(() => {
      clearTimeout(this.waiting);
      this.neighbours?.close();
    });
    this.watch.disconnect();
    window.removeEventListener("pagehide", this.leaving);
    window.removeEventListener("online", this.online);
    document.removeEventListener("visibilitychange", this.away);
  }
}
