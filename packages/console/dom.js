/**
 * Make an element. Properties are set as such (`className`, `onclick`); those with a hyphen are attributes.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string | null | false)} children what is null or false is left out
 * @returns {HTMLElement}
 */
export function h(tag, properties = {}, ...children) {
  return build(document.createElement(tag), properties, children);
}

/**
 * Make an element of a drawing. Every property is an attribute.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string | null | false)} children
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...present(children));
  return element;
}

/**
 * Find the page's element of an id.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new TypeError(`the page has no #${id}`);
  return element;
}

/**
 * A list whose rows follow its items. An item that is the same object keeps its element, untouched and unmoved, so
 * that only what is new catches the eye.
 *
 * @template Item
 */
export class KeyedList {
  /** @type {Map<string, { item: Item, element: HTMLElement }>} */
  #rows = new Map();
  #container;
  #render;

  /**
   * @param {HTMLElement} container
   * @param {(item: Item) => HTMLElement} render
   */
  constructor(container, render) {
    this.#container = container;
    this.#render = render;
    container.replaceChildren();
  }

  /**
   * @param {Item[]} items in the order in which they are shown
   * @param {(item: Item) => string} keyOf
   */
  show(items, keyOf) {
    const wanted = new Map(items.map((item) => [keyOf(item), item]));
    for (const [key, { item, element }] of this.#rows) {
      if (wanted.get(key) === item) continue;
      element.remove();
      this.#rows.delete(key);
    }
    let place = 0;
    for (const [key, item] of wanted) {
      const row = this.#rows.get(key) ?? { item, element: this.#render(item) };
      this.#rows.set(key, row);
      const there = this.#container.children[place] ?? null;
      if (there !== row.element) this.#container.insertBefore(row.element, there);
      place += 1;
    }
  }
}

/**
 * @param {HTMLElement} element
 * @param {Record<string, unknown>} properties
 * @param {(Node | string | null | false)[]} children
 */
function build(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) element.setAttribute(name, String(value));
    else Object.assign(element, { [name]: value });
  }
  element.append(...present(children));
  return element;
}

/** @param {(Node | string | null | false)[]} children */
function present(children) {
  return children.filter((child) => child !== null && child !== false);
}
