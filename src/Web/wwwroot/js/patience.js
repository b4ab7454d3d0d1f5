// Waiting that ends.

/** The answer did not come in time. */
export class Late extends Error {}

/**
 * Waits for an answer, for so long.
 * @template T
 * @param {number} milliseconds
 * @param {Promise<T>} answer
 * @param {string} problem what is said when it does not come
 * @param {AbortSignal} [signal] ends the waiting earlier, with its reason
 * @returns {Promise<T>}
 * @throws {Late}
 */
export function within(milliseconds, answer, problem, signal) {
  let timer;
  let stop;
  const end = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Late(problem)), milliseconds);
    stop = () => reject(signal.reason);
    signal?.addEventListener("abort", stop);
  });
  return Promise.race([answer, end]).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  });
}
