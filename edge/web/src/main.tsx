import { render } from 'preact';
import { App } from './app.tsx';
import './design/base.css';

render(<App />, document.getElementById('app')!);
