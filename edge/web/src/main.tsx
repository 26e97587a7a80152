import { render } from 'preact';
import { App } from './app.tsx';
import { startTheme } from './design/theme.ts';
import { startQueue } from './offline/queue.ts';
import { registerServiceWorker } from './offline/register.ts';
import './design/base.css';

startTheme(localStorage, document.documentElement);
startQueue();
registerServiceWorker();
render(<App />, document.getElementById('app')!);
