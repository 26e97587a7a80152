import { LocationProvider, lazy, Route, Router } from 'preact-iso';
import { Footer } from './design/footer.tsx';
import { Header } from './design/header.tsx';
import { claims } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';

// A page is loaded when it is opened.
const Scan = lazy(() => import('./scan/scan-page.tsx').then((module) => module.ScanPage));
const History = lazy(() => import('./history/history-page.tsx').then((module) => module.HistoryPage));
const StoredResult = lazy(() => import('./history/stored-result-page.tsx').then((module) => module.StoredResultPage));
const Receipts = lazy(() => import('./receipts/receipts-page.tsx').then((module) => module.ReceiptsPage));
const Operations = lazy(() => import('./operations/operations-page.tsx').then((module) => module.OperationsPage));
const Queue = lazy(() => import('./offline/queue-page.tsx').then((module) => module.QueuePage));

/** Links to other addresses, such as /docs, are the browser's to follow. */
const CLIENT_PAGES = /^\/((history|receipts|operations|queue)(\/[^/?]+)?)?\/?(\?|$)/;

export function App() {
  if (claims.value === null) {
    return (
      <main class="sign-in-page">
        <SignIn />
      </main>
    );
  }
  return (
    <LocationProvider scope={CLIENT_PAGES}>
      <Header />
      <main id="main" tabIndex={-1}>
        <Router onRouteChange={focusOnNewPage}>
          <Route path="/" component={Scan} />
          <Route path="/history" component={History} />
          <Route path="/history/:id" component={StoredResult} />
          <Route path="/receipts" component={Receipts} />
          <Route path="/operations" component={Operations} />
          <Route path="/queue" component={Queue} />
          <Route default component={NotFound} />
        </Router>
      </main>
      <Footer />
    </LocationProvider>
  );
}

let shown = location.pathname;

/** So that a screen reader and the keyboard begin with the new page; a search that changes the query keeps its focus. */
function focusOnNewPage(url: string): void {
  const { pathname } = new URL(url, location.origin);
  if (pathname !== shown) document.getElementById('main')?.focus({ preventScroll: true });
  shown = pathname;
}

function NotFound() {
  return (
    <section class="card empty">
      <h1>There is nothing here</h1>
      <a class="button" href="/">
        Read an image
      </a>
    </section>
  );
}
