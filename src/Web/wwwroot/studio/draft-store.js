// Drafts in the browser's own database: the mask, and every step that can be undone, survive a reload. Where the database is missing
// (a private window) or does not answer, drawing works all the same; only the memory is gone.

import { within } from "../js/patience.js";

const name = "magvit-studio";
const version = 1;
const patience = 5000;

/** @typedef {{steps: import("./mask-document.js").Step[], position: number, state: import("./mask-document.js").State, mask: string|null}} Draft */

/** @returns {Promise<Draft|null>} */
export async function loadDraft(key) {
  return run("readonly", store => store.get(key), null);
}

/** @param {Draft} draft */
export async function saveDraft(key, draft) {
  return run("readwrite", store => store.put({ ...draft, savedAt: Date.now() }, key), null);
}

async function run(mode, request, otherwise) {
  try {
    // Already open, it answers in the same turn: a page that is being left has no other.
    const database = opened.at ?? await within(patience, open(), "The browser's database does not open.");
    return await within(patience, new Promise((resolve, reject) => {
      const transaction = database.transaction("drafts", mode);
      const answer = request(transaction.objectStore("drafts"));
      transaction.oncomplete = () => resolve(answer.result ?? otherwise);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
      // Without it, what is written while the page is left waits for an answer that nobody is there to hear, and is taken back.
      transaction.commit?.();
    }), "The browser's database does not answer.");
  } catch (error) {
    console.warn("The draft could not be kept in this browser.", error);
    return otherwise;
  }
}

/** @type {{at: IDBDatabase|null, soon: Promise<IDBDatabase>|null}} */
const opened = { at: null, soon: null };

function open() {
  opened.soon ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => request.result.createObjectStore("drafts");
    request.onsuccess = () => {
      opened.at = request.result;
      opened.at.onclose = () => { opened.at = opened.soon = null; };
      resolve(opened.at);
    };
    request.onerror = () => { opened.soon = null; reject(request.error); };
  });
  return opened.soon;
}
