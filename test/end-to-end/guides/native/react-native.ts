/** In the place of React Native's components: each an element of the document that says and does the same. */
import { createElement, type ReactNode } from 'react';

interface ViewProps {
  readonly children?: ReactNode;
  readonly style?: object;
}

export function View({ children }: ViewProps) {
  return createElement('div', null, children);
}

export function Text({ children }: ViewProps) {
  return createElement('p', null, children);
}

export function Button({ title, onPress }: { readonly title: string; readonly onPress: () => unknown }) {
  return createElement('button', { type: 'button', onClick: () => onPress() }, title);
}
