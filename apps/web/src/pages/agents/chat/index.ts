export { ConversationPage } from './conversation.js';
export { NewChat } from './new-chat.js';
