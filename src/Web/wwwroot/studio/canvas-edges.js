// Grips beside the frame: pulled outwards, they ask for a canvas that is larger than the model's frame. The clip keeps its size.

const distance = 11;
const [long, short] = [28, 7];

/** Where the middle of each grip is. */
function places({ width, height }, hair) {
  const away = hair(distance);
  return { n: [width / 2, -away], e: [width + away, height / 2], s: [width / 2, height + away], w: [-away, height / 2] };
}

/** The side whose grip is under a point, or null. @param {(pixels: number) => number} hair */
export function gripOf(grid, point, hair) {
  for (const [side, [x, y]] of Object.entries(places(grid, hair))) {
    const [reachX, reachY] = "ns".includes(side) ? [hair(24), hair(8)] : [hair(8), hair(24)];
    if (Math.abs(point.x - x) <= reachX && Math.abs(point.y - y) <= reachY) {
      return side;
    }
  }
  return null;
}

/** How many pixels a pull adds on a side: whole cells, never fewer than none. */
export function pulled(grid, side, dx, dy) {
  const [by, cell] = "ns".includes(side) ? [side === "s" ? dy : -dy, grid.cellHeight] : [side === "e" ? dx : -dx, grid.cellWidth];
  return Math.max(0, Math.round(by / cell) * cell);
}

/** The grips, and the canvas that a pull would make. @param {import("./stage.js").Stage} stage @param {{side: string, amount: number}|null} pull */
export function drawGrips(stage, pen, pull) {
  const hair = pixels => stage.hair(pixels);
  const { grid } = stage.document;
  pen.lineWidth = hair(1.5);
  pen.fillStyle = "#fff";
  pen.strokeStyle = stage.ink.of("--accent");
  for (const [side, [x, y]] of Object.entries(places(grid, hair))) {
    const [width, height] = "ns".includes(side) ? [hair(long), hair(short)] : [hair(short), hair(long)];
    pen.fillRect(x - width / 2, y - height / 2, width, height);
    pen.strokeRect(x - width / 2, y - height / 2, width, height);
  }
  if (pull && pull.amount > 0) {
    const on = side => (pull.side === side ? pull.amount : 0);
    pen.setLineDash([hair(5), hair(4)]);
    pen.strokeRect(-on("w"), -on("n"), grid.width + on("w") + on("e"), grid.height + on("n") + on("s"));
    pen.setLineDash([]);
  }
}
