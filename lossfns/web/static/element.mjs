// An element with its attributes, listeners and children.

// JupyterLab takes the arrow keys from whatever holds the focus, unless told not to.
const FOCUSABLE = new Set(["button", "input", "summary"]);

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (FOCUSABLE.has(tag) || "tabindex" in attributes) element.dataset.lmSuppressShortcuts = "true";
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export { h };
