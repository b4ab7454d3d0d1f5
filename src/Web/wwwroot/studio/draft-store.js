// Drafts in the browser's own database: the mask, and every step that can be undone, survive a reload. Where the database is missing
// (a private window) drawing works all the same; only the memory is gone.

const name = "magvit-studio";
const version = 1;

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
    const database = await open();
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction("drafts", mode);
      const answer = request(transaction.objectStore("drafts"));
      transaction.oncomplete = () => resolve(answer.result ?? otherwise);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } catch (error) {
    console.warn("The draft could not be kept in this browser.", error);
    return otherwise;
  }
}

let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => request.result.createObjectStore("drafts");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => { opened = null; reject(request.error); };
  });
  return opened;
}
