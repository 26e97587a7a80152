import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { FailureNotice } from '../design/failure-notice.tsx';
import { Icon } from '../design/icons.tsx';
import { LoadMore } from '../design/load-more.tsx';
import { useTitle } from '../design/use-title.ts';
import { OfflineNotice } from '../offline/offline-notice.tsx';
import { online } from '../offline/queue.ts';
import { client } from '../session/session.ts';
import { useLoaded } from '../session/use-loaded.ts';
import { AddReceipts } from './add-receipts.tsx';
import { ProcessAll } from './process-all.tsx';
import { ReceiptRow } from './receipt-row.tsx';
import { list, load, loadMore } from './receipts-list.ts';
import { StatusTabs, statusNamed } from './status-tabs.tsx';
import { UploadList } from './upload-list.tsx';
import { useLiveReceipts } from './use-live-receipts.ts';
import './receipts.css';

export function ReceiptsPage() {
  useTitle('Receipts');
  useLiveReceipts();
  const status = statusNamed(useLocation().query.status);
  const [told, setTold] = useState('');
  const { receipts, counts, cursor, loading, failure } = list.value;
  const isFirst = list.value.of !== status || (loading === 'first' && receipts.length === 0);
  const reload = () => void load(client.value!, status);

  useLoaded(status, (signal) => load(client.value!, status, signal));

  return (
    <section class="stack" aria-labelledby="receipts-title">
      <div class="page-head">
        <h1 id="receipts-title">Receipts</h1>
        <div class="row">
          <AddReceipts onTold={setTold} />
          <ProcessAll pending={online.value ? (counts?.pending ?? 0) : 0} onTold={setTold} onQueued={reload} />
        </div>
      </div>
      <StatusTabs current={status} counts={counts} />
      <div class="told" role="status">
        {told && <p class="notice">{told}</p>}
      </div>
      <UploadList />
      <OfflineNotice what="The receipts come up to date" />
      {failure && online.value && <FailureNotice failure={failure} onRetry={reload} />}
      {isFirst && !failure && online.value && <div class="skeleton receipts-placeholder" aria-hidden="true" />}
      {!isFirst && !failure && receipts.length === 0 && <Nothing narrowed={status !== null} />}
      {!isFirst && receipts.length > 0 && (
        <ul class="list" aria-label="Receipts">
          {receipts.map((receipt) => (
            <ReceiptRow key={receipt.id} receipt={receipt} />
          ))}
        </ul>
      )}
      {!isFirst && <LoadMore cursor={cursor} loading={loading} onMore={() => void loadMore(client.value!)} />}
    </section>
  );
}

function Nothing({ narrowed }: { narrowed: boolean }) {
  return (
    <div class="card empty">
      <Icon name="receipt" />
      <h2>{narrowed ? 'None of this status' : 'No receipts yet'}</h2>
      <p class="muted">
        {narrowed
          ? 'Others may be under another status.'
          : 'Add receipts as they come, and have them all read when it suits you.'}
      </p>
    </div>
  );
}
