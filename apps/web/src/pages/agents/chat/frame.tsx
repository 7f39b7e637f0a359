import type { ReactNode } from 'react';
import { ConversationList } from './conversation-list.js';

/** A chat, and beside it, if there is room, the conversations. */
export const ChatFrame = ({ current, children }: { current: string; children: ReactNode }) => (
  <div className="grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-[minmax(0,1fr)_14rem]">
    <div className="min-w-0">{children}</div>
    <div className="hidden lg:block">
      <div className="sticky top-2 max-h-[calc(100dvh-2rem)] overflow-y-auto pb-4">
        <ConversationList current={current} />
      </div>
    </div>
  </div>
);
