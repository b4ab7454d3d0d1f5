// Uploads that are on their way are kept in the browser, files and all, so that a reload of the page goes on with them.

const database = "magvit-uploads";
const store = "uploads";
const keptBytes = 1024 ** 3;
const keptFor = 24 * 60 * 60 * 1000;

// A tab goes on with its own uploads only: two tabs would send everything twice.
const tab = (() => {
  try {
    return sessionStorage.magvitTab ??= crypto.getRandomValues(new Uint32Array(2)).join("-");
  } catch {
    return "only";
  }
})();

/** @param {string} owner whose uploads @returns {Promise<object[]>} what this tab had not finished */
export async function recall(owner) {
  const all = await use("readonly", entries => entries.getAll()) ?? [];
  const old = all.filter(entry => Date.now() - entry.since > keptFor);
  await Promise.all(old.map(entry => drop(entry.key)));
  return all.filter(entry => !old.includes(entry) && entry.tab === tab && entry.owner === owner).sort((a, b) => a.since - b.since || a.key - b.key);
}

/** Keeps an upload. @returns {Promise<boolean>} whether it will survive a reload: very large files would fill the disk */
export async function keep(owner, entry) {
  const bytes = entry.files.reduce((sum, file) => sum + (file instanceof Blob ? file.size : 0), 0);
  return bytes <= keptBytes && await use("readwrite", entries => entries.put({ ...entry, owner, tab, since: entry.since ?? Date.now() })) !== undefined;
}

export const drop = key => use("readwrite", entries => entries.delete(key));

/** Without a database, in a private window for instance, uploads last as long as the page. */
async function use(mode, action) {
  try {
    const opened = await finished(Object.assign(indexedDB.open(database, 1), {
      onupgradeneeded: event => event.target.result.createObjectStore(store, { keyPath: "key" }),
    }));
    try {
      return await finished(action(opened.transaction(store, mode).objectStore(store)));
    } finally {
      opened.close();
    }
  } catch {
    return undefined;
  }
}

const finished = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
