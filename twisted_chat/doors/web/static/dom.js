// Elements of the document, made without markup: whatever users wrote becomes text and nothing else.

/** Return the element of the document with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Object<string, any>} members properties of it; those of `data` become data attributes,
 *   and those whose names hold a hyphen attributes.
 * @param {...(Node|string)} children strings become text.
 */
export function element(tag, members = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(members)) {
    if (name === "data") Object.assign(made.dataset, value);
    else if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

/**
 * Make the children of `parent` exactly `wanted`, and touch only those that differ: the others keep
 * their focus, and a screen reader is told of nothing that was there before.
 */
export function arrange(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const each of wanted) {
    if (each === next) next = next.nextElementSibling;
    else parent.insertBefore(each, next);
  }
}

/** Return a function that calls `draw` once before the next frame, however often it is called. */
export function onceAFrame(draw) {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    // A hidden page has no frames, but its title and its lines are to be right.
    const later = document.hidden ? (then) => setTimeout(then, 100) : requestAnimationFrame;
    later(() => {
      isWaiting = false;
      draw();
    });
  };
}
