// Elements in one expression, and icons in the stroke style of the site.

const drawings = {
  move: '<path d="M5 3.5l14 7-6 2-2.5 6z"/>',
  place: '<rect x="3.5" y="3.5" width="17" height="17" rx="2" stroke-dasharray="3 2.6"/><rect x="8" y="8" width="8" height="8" rx="1" fill="currentColor" fill-opacity=".35"/>',
  hand: '<path d="M8 12.5V6.2a1.5 1.5 0 0 1 3 0V11m0-5.8a1.5 1.5 0 0 1 3 0V11m0-4.3a1.5 1.5 0 0 1 3 0v7.3c0 3.6-2 6-5.5 6-3 0-4.4-1.3-5.8-3.9L4 13.2a1.4 1.4 0 0 1 2.4-1.4L8 14"/>',
  brush: '<path d="M20 4c-4 1.5-8 5-9.5 8.5l1.5 1.5C15.5 12.5 18.5 8 20 4zM9.5 13.5c-2.5 0-3.5 1.5-3.7 3.2C5.6 18.3 5 19 4 19.5c3.5.8 7.3.2 7.5-4z"/>',
  eraser: '<path d="M9 19.5h11M4.5 15.5l9-9a1.8 1.8 0 0 1 2.5 0l3.5 3.5a1.8 1.8 0 0 1 0 2.5l-7 7H8.5l-4-4a1.8 1.8 0 0 1 0 0zM9.5 10.5l6 6"/>',
  rectangle: '<rect x="4" y="6" width="16" height="12" rx="1"/>',
  ellipse: '<ellipse cx="12" cy="12" rx="8.5" ry="6.5"/>',
  lasso: '<path d="M8.2 16.6C5.4 15.6 3.5 13.5 3.5 11c0-3.6 3.8-6.5 8.5-6.5s8.5 2.9 8.5 6.5-3.8 6.5-8.5 6.5c-.8 0-1.5-.1-2.2-.2"/><circle cx="8" cy="16.5" r="2"/><path d="M8.3 18.5c.3 1.2-.2 2.2-1.3 3"/>',
  fill: '<path d="M10.5 3.5l8 8-6.8 6.8a1.7 1.7 0 0 1-2.4 0l-5.6-5.6a1.7 1.7 0 0 1 0-2.4zM4 12h14"/><path d="M20 15.5s1.5 2 1.5 3.2a1.5 1.5 0 0 1-3 0c0-1.2 1.5-3.2 1.5-3.2z" fill="currentColor"/>',
  invert: '<rect x="4" y="4" width="16" height="16" rx="2"/><path d="M4 20L20 4v14a2 2 0 0 1-2 2z" fill="currentColor" stroke="none"/>',
  clear: '<rect x="4" y="4" width="16" height="16" rx="2" stroke-dasharray="3 2.6"/><path d="M9 9l6 6M15 9l-6 6"/>',
  undo: '<path d="M8 5L4 9l4 4M4.5 9H14a5.5 5.5 0 0 1 0 11h-4"/>',
  redo: '<path d="M16 5l4 4-4 4M19.5 9H10a5.5 5.5 0 0 0 0 11h4"/>',
  grid: '<rect x="4" y="4" width="16" height="16" rx="1.5"/><path d="M4 9.3h16M4 14.7h16M9.3 4v16M14.7 4v16"/>',
  onion: '<rect x="3.5" y="3.5" width="11" height="11" rx="2" opacity=".5"/><rect x="9.5" y="9.5" width="11" height="11" rx="2"/>',
  magnet: '<path d="M5 4h4v8a3 3 0 0 0 6 0V4h4v8a7 7 0 0 1-14 0zM5 8h4M15 8h4"/>',
  key: '<path d="M12 4l7 8-7 8-7-8z"/>',
  pixels: '<rect x="4" y="4" width="16" height="16" rx="2"/><path d="M12 4v16M4 12h16"/><path d="M4 6a2 2 0 0 1 2-2h6v8H4zM12 12h8v6a2 2 0 0 1-2 2h-6z" fill="currentColor" stroke="none" opacity=".45"/>',
  fit: '<path d="M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9M15 4h3.5A1.5 1.5 0 0 1 20 5.5V9M20 15v3.5a1.5 1.5 0 0 1-1.5 1.5H15M9 20H5.5A1.5 1.5 0 0 1 4 18.5V15"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  minus: '<path d="M5 12h14"/>',
  play: '<path d="M7 4.8v14.4L19 12z" fill="currentColor"/>',
  pause: '<path d="M8 5v14M16 5v14" stroke-width="3"/>',
  previous: '<path d="M17 5.5v13L8 12z" fill="currentColor"/><path d="M6 5.5v13"/>',
  next: '<path d="M7 5.5v13l9-6.5z" fill="currentColor"/><path d="M18 5.5v13"/>',
  loop: '<path d="M4 11V9.5A3.5 3.5 0 0 1 7.5 6H19M16 3l3 3-3 3M20 13v1.5a3.5 3.5 0 0 1-3.5 3.5H5M8 21l-3-3 3-3"/>',
  more: '<g fill="currentColor" stroke="none"><circle cx="5.5" cy="12" r="1.6"/><circle cx="12" cy="12" r="1.6"/><circle cx="18.5" cy="12" r="1.6"/></g>',
  swap: '<path d="M4 8.5h14M14.5 5L18 8.5 14.5 12M20 15.5H6M9.5 12L6 15.5 9.5 19"/>',
  help: '<circle cx="12" cy="12" r="8.5"/><path d="M9.7 9.5a2.4 2.4 0 1 1 3.4 2.3c-.8.4-1.1.9-1.1 1.7M12 16.4v.1"/>',
  retry: '<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4h-4"/>',
  close: '<path d="M6 6l12 12M18 6L6 18"/>',
  trash: '<path d="M4.5 7h15M9.5 7V5a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1v2M6.5 7l.9 11.1A2 2 0 0 0 9.4 20h5.2a2 2 0 0 0 2-1.9L17.5 7"/>',
};

export function icon(name, size = 18) {
  const holder = document.createElement("span");
  holder.className = "me-icon";
  holder.innerHTML = `<svg viewBox="0 0 24 24" width="${size}" height="${size}" fill="none" stroke="currentColor" stroke-width="1.7" `
    + `stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${drawings[name]}</svg>`;
  return holder;
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] "class", attributes, "on…" listeners; false and null are left out
 * @param {...(Node|string|null)} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** A button with an icon, its name for screen readers and a tooltip with its key. */
export function iconButton({ name, label, key, onclick, pressed, ...rest }) {
  return h("button", {
    type: "button", class: "me-button", "aria-label": label, title: key ? `${label} (${key})` : label,
    "aria-keyshortcuts": key && key.length === 1 ? key : null, "aria-pressed": pressed === undefined ? null : String(pressed), onclick, ...rest,
  }, icon(name));
}

/** A choice of a few words: radio buttons that look like one control. */
export function segmented({ label, name, options, onchange }) {
  const inputs = options.map(option => h("input", { type: "radio", name, value: option.value, onchange: () => onchange(option.value) }));
  const group = h("div", { class: "me-segments", role: "radiogroup", "aria-label": label },
    ...options.map((option, i) => h("label", { title: option.title }, inputs[i], h("span", {}, option.text))));
  return {
    element: group,
    /** @param {string} value */
    set(value) {
      inputs.forEach(input => { input.checked = input.value === value; });
    },
    /** @param {(value: string) => boolean} allowed */
    enable(allowed) {
      inputs.forEach(input => { input.disabled = !allowed(input.value); });
    },
  };
}
