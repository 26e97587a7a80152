import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { type Signal, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { CodesPanel } from './codes-panel.tsx';
import { DetailsPanel } from './details-panel.tsx';
import { DocumentsPanel } from './documents-panel.tsx';
import { FIELDS } from './field-names.ts';
import { FieldsPanel } from './fields-panel.tsx';
import { type Highlight, type Target, touchesField } from './highlight.ts';
import { PageViewer } from './page-viewer.tsx';
import './result.css';
import { ResultHead } from './result-head.tsx';
import { type Tab, Tabs } from './tabs.tsx';
import { TextPanel } from './text-panel.tsx';

interface ResultViewProps {
  readonly result: OcrResult;
  /** The file that was read; null where it is not, or not yet, to be had: its text stands in for it. */
  readonly image: Blob | null;
  /** The result as a person has just corrected it. */
  readonly onResult: (result: OcrResult) => void;
}

/** One result: its image with what was read on it, and its fields, text and codes, each leading to the other. */
export function ResultView(props: ResultViewProps) {
  return <OneResult key={props.result.id} {...props} />;
}

function OneResult({ result, image, onResult }: ResultViewProps) {
  const highlight = useSignal<Highlight | null>(null);
  const tabs = tabsOf({ result, image, onResult }, highlight);
  const tab = useSignal(tabs[0]!.id);
  const lists = useRef<HTMLDivElement>(null);
  const pick = (target: Target) => {
    tab.value = tabFor(target, result, tab.value);
    requestAnimationFrame(() => lists.current?.querySelector('.linked')?.scrollIntoView({ block: 'nearest' }));
  };
  return (
    <div class="result">
      <ResultHead result={result} />
      <div class="result-columns">
        <PageViewer result={result} image={image} highlight={highlight} onPick={pick} />
        <div ref={lists} class="result-lists">
          <Tabs tabs={tabs} current={tab} label="What was read" />
        </div>
      </div>
    </div>
  );
}

function tabsOf({ result, onResult }: ResultViewProps, highlight: Signal<Highlight | null>): Tab[] {
  const { barcodes, lines, structured, type } = result;
  const shared = { result, highlight };
  const fields = { id: 'fields', name: 'Fields', content: () => <FieldsPanel {...shared} onResult={onResult} /> };
  const papers = { id: 'documents', name: 'Papers', content: () => <DocumentsPanel {...shared} /> };
  const text = { id: 'text', name: 'Text', count: lines.length, content: () => <TextPanel {...shared} /> };
  const codes = { id: 'codes', name: 'Codes', count: barcodes.length, content: () => <CodesPanel {...shared} /> };
  const details = { id: 'details', name: 'Details', content: () => <DetailsPanel result={result} /> };
  return [
    ...(type === 'barcode' ? [codes] : []),
    ...(FIELDS[type].length > 0 ? [fields] : []),
    ...(type === 'document' || structured.documents ? [papers] : []),
    text,
    ...(type !== 'barcode' && barcodes.length > 0 ? [codes] : []),
    details,
  ];
}

/** The list that tells most of what was picked; the present one, where it tells of it as well. */
function tabFor(target: Target, result: OcrResult, current: string): string {
  if (target.kind === 'code') return 'codes';
  if (target.kind === 'document') return 'documents';
  if (target.kind === 'field') return current === 'text' ? 'text' : 'fields';
  const inFields = Object.keys(result.fields).some((name) => touchesField(result, target, name));
  return current === 'fields' && inFields ? 'fields' : 'text';
}
