// Which of the files that somebody chose belong together: numbered pictures may be one clip, everything else stands for itself.

const pictures = /\.(png|jpe?g|webp|bmp|tiff?)$/i;
const numbered = /^(.*?)(\d+)(\.[a-z]+)$/i;

/** @typedef {{name: string, size: number, type?: string}} Named a file, or what is known of one */

/** @param {Named} file */
export const isPicture = file => pictures.test(file.name);

/** @param {Named} file */
export const isArchive = file => /\.zip$/i.test(file.name) || file.type === "application/zip" || file.type === "application/x-zip-compressed";

/**
 * @template {Named} T
 * @param {T[]} files
 * @returns {{name: string, files: T[]}[]} groups of one, and rows of pictures in the order of their numbers
 */
export function group(files) {
  const images = files.filter(isPicture);
  const rows = new Map();
  for (const file of images) {
    const match = numbered.exec(file.name);
    const key = match ? `${match[1]}#${match[3].toLowerCase()}` : "";
    rows.set(key, [...rows.get(key) ?? [], file]);
  }
  const alone = files.filter(file => !isPicture(file)).map(file => ({ name: baseName(file.name), files: [file] }));
  return [...alone, ...[...rows].map(([, row]) => ({ name: rowName(inOrder(row)), files: inOrder(row) }))];
}

// Numbers count as numbers: frame 10 comes after frame 9.
const inOrder = files => [...files].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));

export const baseName = name => name.split(/[\\/]/).at(-1);

function rowName(files) {
  const name = baseName(files[0].name);
  const last = numbered.exec(baseName(files.at(-1).name));
  const match = files.length > 1 && last ? numbered.exec(name) : null;
  return match ? `${match[1]}${match[2]}–${last[2]}${match[3]}` : name;
}
