// The barest chat: Fastify and a provider of the AI SDK. No one is authenticated, nothing is stored, and who leaves has lost the answer.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { fastify } from 'fastify';

const { PORT, MODEL_URL = '' } = process.env;
const model = createOpenAICompatible({ name: 'bare', baseURL: `${MODEL_URL}/v1`, apiKey: 'sk-x' })('usual');
const server = fastify();

server.post('/chat', async (request, reply) => {
  const { content } = request.body as { content: string };
  const { stream } = await model.doStream({ prompt: [{ role: 'user', content: [{ type: 'text', text: content }] }] });
  const { raw } = reply.hijack();
  raw.writeHead(200, { 'content-type': 'text/event-stream' });
  for await (const part of stream)
    if (part.type === 'text-delta') raw.write(`event: chunk\ndata: ${JSON.stringify({ content: part.delta })}\n\n`);
  raw.end('event: done\ndata: {}\n\n');
});

await server.listen({ port: Number(PORT), host: '127.0.0.1' });
process.once('disconnect', () => process.exit()).send?.('ready');
