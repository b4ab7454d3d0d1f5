// The colours and the hatch that mean "generated", taken from the site's style sheet: a canvas knows neither variables nor light-dark().

const names = ["--accent", "--line-strong", "--me-hatch", "--me-veil", "--me-edge", "--me-grid", "--me-mixed"];

export class Ink {
  /** @param {HTMLElement} root an element of the page whose colours are used */
  constructor(root) {
    this.root = root;
    this.refresh();
  }

  /** Reads the colours again, after a change of theme or zoom of the page. */
  refresh() {
    const probe = document.createElement("span");
    this.root.append(probe);
    /** @type {Record<string, string>} */
    this.colors = {};
    for (const name of names) {
      probe.style.color = `var(${name})`;
      this.colors[name] = getComputedStyle(probe).color;
    }
    probe.remove();
    this.tile = this.makeTile();
  }

  makeTile() {
    const ratio = devicePixelRatio;
    const size = Math.round(8 * ratio);
    const tile = document.createElement("canvas");
    tile.width = tile.height = size;
    const pen = tile.getContext("2d");
    pen.fillStyle = this.colors["--me-veil"];
    pen.fillRect(0, 0, size, size);
    pen.strokeStyle = this.colors["--me-hatch"];
    pen.lineWidth = 1.25 * ratio;
    for (const shift of [-size, 0, size]) {
      pen.beginPath();
      pen.moveTo(shift - 1, size + 1);
      pen.lineTo(shift + size + 1, -1);
      pen.stroke();
    }
    return tile;
  }

  hatch(context) {
    return context.createPattern(this.tile, "repeat");
  }

  of(name) {
    return this.colors[name];
  }
}
