import './style.css';
import '@skep/ui-nodes/style.css';
import { createRoot } from 'react-dom/client';
import { PanelClient } from './client.js';
import { PanelApp } from './panel-app.js';

createRoot(document.getElementById('root')!).render(<PanelApp client={new PanelClient()} />);
