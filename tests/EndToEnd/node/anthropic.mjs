// The npm package @anthropic-ai/sdk with its defaults against one target.
import Anthropic from '@anthropic-ai/sdk';
import { check, equal, eventually, fails, faultOnce, marker, received, run, target } from './suite.mjs';

const client = new Anthropic({ baseURL: target.anthropic, apiKey: target.key });
const user = (content) => [{ role: 'user', content }];
const ask = (content, more = {}) => ({ model: target.messages, max_tokens: 200, messages: user(content), ...more });
const tools = [{ name: 'get_weather', description: 'The weather of a city', input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } }];

await run({
  messages: async () => {
    const answer = await client.messages.create(ask('hello from node'));
    equal(answer.stop_reason, 'end_turn', 'stop_reason');
    check(answer.content[0].text.length > 0, 'no text');
    check(answer.usage.output_tokens > 0, 'no usage');
  },
  'messages-system': async () => {
    const answer = await client.messages.create(ask('hello', { system: [{ type: 'text', text: 'be brief', cache_control: { type: 'ephemeral' } }], stop_sequences: ['never-said'] }));
    check(answer.content[0].text.length > 0, 'no text');
  },
  'messages-stream': async () => {
    const whole = await client.messages.create(ask('hello from node'));
    let text = '';
    let last = '';
    for await (const event of await client.messages.create(ask('hello from node', { stream: true }))) {
      if (event.type === 'content_block_delta') text += event.delta.text;
      last = event.type;
    }
    equal(text, whole.content[0].text, 'streamed text');
    equal(last, 'message_stop', 'last event');
  },
  'messages-stream-helper': async () => {
    const whole = await client.messages.create(ask('hello helper'));
    const final = await client.messages.stream(ask('hello helper')).finalMessage();
    equal(final.content[0].text, whole.content[0].text, 'text');
    equal(final.usage.output_tokens, whole.usage.output_tokens, 'usage');
  },
  tools: async () => {
    const asked = await client.messages.create(ask('the weather in Paris? [[tool=get_weather]]', { tools }));
    equal(asked.stop_reason, 'tool_use', 'stop_reason');
    const call = asked.content.find((block) => block.type === 'tool_use');
    check(typeof call.input.city === 'string', 'input');
    const answered = await client.messages.create({
      ...ask('', { tools }),
      messages: [...user('the weather in Paris? [[tool=get_weather]]'), { role: 'assistant', content: asked.content }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: '17 degrees' }] }],
    });
    check(answered.content[0].text.includes('17 degrees'), answered.content[0].text);
  },
  'tools-stream': async () => {
    const final = await client.messages.stream(ask('[[tool=get_weather]]', { tools })).finalMessage();
    equal(final.stop_reason, 'tool_use', 'stop_reason');
    check(typeof final.content[0].input.city === 'string', 'input');
  },
  thinking: async () => {
    const final = await client.messages.stream({ model: target.messages, max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 1024 }, messages: user('think') }).finalMessage();
    equal(final.content.map((block) => block.type), ['thinking', 'text'], 'blocks');
    check(final.content[0].signature.length > 0, 'no signature');
  },
  'count-tokens': async () => {
    const counted = await client.messages.countTokens({ model: target.messages, messages: user('hello') });
    check(counted.input_tokens > 0, 'no tokens');
  },
  models: async () => {
    const ids = [];
    for await (const model of client.models.list()) ids.push(model.id);
    check(ids.length > 0, 'no models');
    equal((await client.models.retrieve(ids[0])).id, ids[0], 'id');
    await fails(() => client.models.retrieve('no-such-model'), Anthropic.NotFoundError, 404);
  },
  'error-wrong-key': async () => {
    const stranger = new Anthropic({ baseURL: target.anthropic, apiKey: 'wrong-key' });
    await fails(() => stranger.messages.create(ask('hi')), Anthropic.AuthenticationError, 401);
  },
  'error-unknown-model': async () => {
    const error = await fails(() => client.messages.create(ask('hi', { model: 'no-such-model' })), Anthropic.NotFoundError, 404);
    equal(error.error.error.type, 'not_found_error', 'type');
  },
  'error-bad-request': async () => {
    const error = await fails(() => client.messages.create(ask('hi', { temperature: 9 })), Anthropic.BadRequestError, 400);
    equal(error.error.error.type, 'invalid_request_error', 'type');
  },
  'error-missing-max-tokens': async () => {
    await fails(() => client.messages.create({ model: target.messages, messages: user('hi') }), Anthropic.BadRequestError, 400);
  },
  'retry-429': async () => {
    const text = marker('429');
    await faultOnce(text, { type: 'status', status: 429, retryAfter: '0' });
    check((await client.messages.create(ask(text))).content[0].text.length > 0, 'no text');
    check((await received(text)).length >= 2, 'was not tried again');
  },
  'retry-529': async () => {
    const text = marker('529');
    await faultOnce(text, { type: 'status', status: 529 });
    check((await client.messages.create(ask(text))).content[0].text.length > 0, 'no text');
    check((await received(text)).length >= 2, 'was not tried again');
  },
  abort: async () => {
    const text = marker('abort');
    const stream = await client.messages.create(ask(`${text} [[tokens=100000]][[tps=100]]`, { stream: true, max_tokens: 60000 }));
    let seen = 0;
    for await (const event of stream) {
      seen += event.type === 'content_block_delta' ? 1 : 0;
      if (seen === 3) break;
    }
    equal(seen, 3, 'deltas');
    await eventually('the provider sees the client go', async () => (await received(text)).every((request) => request.outcome === 'client-gone'));
    check((await client.messages.create(ask('after the abort'))).content[0].text.length > 0, 'no text');
  },
});
