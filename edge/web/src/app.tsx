import { LocationProvider, lazy, Route, Router } from 'preact-iso';
import { Header } from './design/header.tsx';
import { claims } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';

// A page is loaded when it is opened.
const Scan = lazy(() => import('./scan/scan-page.tsx').then((module) => module.ScanPage));
const History = lazy(() => import('./history/history-page.tsx').then((module) => module.HistoryPage));
const StoredResult = lazy(() => import('./history/stored-result-page.tsx').then((module) => module.StoredResultPage));
const Receipts = lazy(() => import('./receipts/receipts-page.tsx').then((module) => module.ReceiptsPage));
const Operations = lazy(() => import('./operations/operations-page.tsx').then((module) => module.OperationsPage));

export function App() {
  if (claims.value === null) {
    return (
      <main>
        <SignIn />
      </main>
    );
  }
  return (
    <LocationProvider>
      <Header />
      <main id="main">
        <Router>
          <Route path="/" component={Scan} />
          <Route path="/history" component={History} />
          <Route path="/history/:id" component={StoredResult} />
          <Route path="/receipts" component={Receipts} />
          <Route path="/operations" component={Operations} />
          <Route default component={NotFound} />
        </Router>
      </main>
    </LocationProvider>
  );
}

function NotFound() {
  return (
    <section class="card">
      <h1>There is nothing here</h1>
      <a href="/">Read an image</a>
    </section>
  );
}
