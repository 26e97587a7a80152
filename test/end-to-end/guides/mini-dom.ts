/** As much of a document as React needs to show components and take events; nothing is laid out or painted. */

type Listener = (event: MiniEvent) => void;

interface MiniEvent {
  readonly type: string;
  readonly target: MiniNode;
  readonly bubbles: boolean;
  readonly timeStamp: number;
  readonly defaultPrevented: boolean;
  preventDefault(): void;
  stopPropagation(): void;
}

class MiniNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly ownerDocument: MiniDocument;
  parentNode: MiniNode | null = null;
  nodeValue: string | null = null;
  readonly childNodes: MiniNode[] = [];
  readonly #listeners = new Map<string, Listener[]>();

  constructor(nodeType: number, nodeName: string, ownerDocument: MiniDocument | null) {
    this.nodeType = nodeType;
    this.nodeName = nodeName;
    this.ownerDocument = ownerDocument ?? (this as unknown as MiniDocument);
  }

  get firstChild(): MiniNode | null {
    return this.childNodes[0] ?? null;
  }

  get lastChild(): MiniNode | null {
    return this.childNodes.at(-1) ?? null;
  }

  get textContent(): string {
    return this.nodeValue ?? this.childNodes.map((child) => child.textContent).join('');
  }

  set textContent(text: string) {
    for (const child of this.childNodes.splice(0)) child.parentNode = null;
    if (text !== '') this.appendChild(this.ownerDocument.createTextNode(text));
  }

  appendChild(child: MiniNode): MiniNode {
    return this.insertBefore(child, null);
  }

  insertBefore(child: MiniNode, next: MiniNode | null): MiniNode {
    child.parentNode?.removeChild(child);
    this.childNodes.splice(next ? this.childNodes.indexOf(next) : this.childNodes.length, 0, child);
    child.parentNode = this;
    return child;
  }

  removeChild(child: MiniNode): MiniNode {
    this.childNodes.splice(this.childNodes.indexOf(child), 1);
    child.parentNode = null;
    return child;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  removeEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? [];
    this.#listeners.set(
      type,
      listeners.filter((other) => other !== listener),
    );
  }

  /** Told to this node and those around it. */
  dispatch(type: string): void {
    const nothing = () => undefined;
    const event: MiniEvent = {
      type,
      target: this,
      bubbles: true,
      timeStamp: performance.now(),
      defaultPrevented: false,
      preventDefault: nothing,
      stopPropagation: nothing,
    };
    for (let node: MiniNode | null = this; node; node = node.parentNode) {
      for (const listener of node.#listeners.get(type) ?? []) listener(event);
    }
  }

  has(name: string, text = ''): boolean {
    return this.find(name, text) !== null;
  }

  /** The first below it, in reading order, of this element's name and holding the text. */
  find(name: string, text = ''): MiniElement | null {
    for (const child of this.childNodes) {
      const found =
        child.nodeName === name.toUpperCase() && child.textContent.includes(text) ? child : child.find(name, text);
      if (found) return found as MiniElement;
    }
    return null;
  }
}

export class MiniElement extends MiniNode {
  readonly tagName: string;
  readonly namespaceURI = 'http://www.w3.org/1999/xhtml';
  readonly style: Record<string, unknown> = { setProperty: () => undefined };
  readonly attributes = new Map<string, string>();
  /** Of a file input. */
  files: readonly File[] = [];

  constructor(name: string, ownerDocument: MiniDocument) {
    super(1, name.toUpperCase(), ownerDocument);
    this.tagName = this.nodeName;
  }

  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name, String(value));
  }

  removeAttribute(name: string): void {
    this.attributes.delete(name);
  }

  hasAttribute(name: string): boolean {
    return this.attributes.has(name);
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }
}

class MiniDocument extends MiniNode {
  defaultView: object | null = null;
  readonly activeElement = null;

  constructor() {
    super(9, '#document', null);
  }

  createElement(name: string): MiniElement {
    return new MiniElement(name, this);
  }

  createTextNode(text: string): MiniNode {
    const node = new MiniNode(3, '#text', this);
    node.nodeValue = text;
    return node;
  }
}

/** Makes `window` and `document` global, as React expects them. @returns an element to render into. */
export function openMiniDom(): MiniElement {
  const document = new MiniDocument();
  const window = { document, HTMLIFrameElement: class {}, event: undefined, location: { href: 'http://localhost/' } };
  document.defaultView = window;
  Object.assign(globalThis, { window, document });
  const root = document.createElement('div');
  document.appendChild(root);
  return root;
}
