import { useEffect } from 'preact/hooks';

/** Names the page in the tab, in the browser's history and to a screen reader. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · edge-ocr`;
    return () => {
      document.title = 'edge-ocr';
    };
  }, [title]);
}
