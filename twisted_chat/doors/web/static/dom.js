// Elements, made without markup: what users wrote becomes text and nothing else.

export const byId = (id) => document.getElementById(id);
export const write = (id, text) => (byId(id).textContent = text);

/** Make an element with properties, data attributes, and attributes named by a hyphen. */
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

export function listen(target, listeners) {
  for (const [type, does] of Object.entries(listeners)) target.addEventListener(type, does);
}

/** Call `does` when a form is sent, in place of loading a page. */
export function onSubmit(form, does) {
  form.onsubmit = (event) => {
    event.preventDefault();
    does();
  };
}

/** Make the children of `parent` exactly `wanted`; those that are there keep their focus. */
export function arrange(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const each of wanted) {
    if (each === next) next = next.nextElementSibling;
    else parent.insertBefore(each, next);
  }
}

/** Milliseconds from one drawing to the next. */
const DRAW_EVERY = 80;

/** Return a function that has `draw` called soon, once for all calls until then. */
export function soon(draw) {
  let isWaiting = false;
  let drawnAt = -DRAW_EVERY;
  const run = () => {
    isWaiting = false;
    drawnAt = performance.now();
    draw();
  };
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    const wait = drawnAt + DRAW_EVERY - performance.now();
    // A hidden page has no frames, but its title is to be right.
    if (document.hidden) setTimeout(run, DRAW_EVERY);
    else if (wait > 0) setTimeout(() => requestAnimationFrame(run), wait);
    else requestAnimationFrame(run);
  };
}
