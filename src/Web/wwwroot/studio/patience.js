// Waiting that ends.

/**
 * Waits for an answer, for so long.
 * @template T
 * @param {number} milliseconds
 * @param {Promise<T>} answer
 * @param {string} problem what is said when it does not come
 * @returns {Promise<T>}
 */
export function within(milliseconds, answer, problem) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(problem)), milliseconds); });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
