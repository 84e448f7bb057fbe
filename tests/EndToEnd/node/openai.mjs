// The npm package openai with its defaults against one target.
import OpenAI from 'openai';
import { check, equal, eventually, fails, faultOnce, marker, received, run, target } from './suite.mjs';

const client = new OpenAI({ baseURL: target.openai, apiKey: target.key });
const user = (content) => [{ role: 'user', content }];
const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  },
};

const textOf = async (stream) => {
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
  return text;
};

await run({
  chat: async () => {
    const answer = await client.chat.completions.create({ model: target.chat, messages: user('hello from node') });
    check(answer.choices[0].message.content.length > 0, 'no text');
    equal(answer.choices[0].finish_reason, 'stop', 'finish_reason');
    check(answer.usage.total_tokens === answer.usage.prompt_tokens + answer.usage.completion_tokens, 'usage does not add up');
  },
  'chat-stream': async () => {
    const whole = await client.chat.completions.create({ model: target.chat, messages: user('hello from node') });
    const stream = await client.chat.completions.create({ model: target.chat, messages: user('hello from node'), stream: true, stream_options: { include_usage: true } });
    let text = '';
    let usage = null;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? '';
      usage = chunk.usage ?? usage;
    }
    equal(text, whole.choices[0].message.content, 'streamed text');
    equal(usage.completion_tokens, whole.usage.completion_tokens, 'usage');
  },
  'chat-stream-helper': async () => {
    const helper = client.chat.completions.stream({ model: target.chat, messages: user('hello helper') });
    const final = await helper.finalChatCompletion();
    check(final.choices[0].message.content.length > 0, 'no text');
  },
  'chat-tools': async () => {
    const messages = user('What is the weather in Paris? [[tool=get_weather]]');
    const asked = await client.chat.completions.create({ model: target.chat, messages, tools: [weather] });
    equal(asked.choices[0].finish_reason, 'tool_calls', 'finish_reason');
    const call = asked.choices[0].message.tool_calls[0];
    check(typeof JSON.parse(call.function.arguments).city === 'string', 'arguments');
    const answered = await client.chat.completions.create({
      model: target.chat,
      tools: [weather],
      messages: [...messages, asked.choices[0].message, { role: 'tool', tool_call_id: call.id, content: '17 degrees' }],
    });
    check(answered.choices[0].message.content.includes('17 degrees'), answered.choices[0].message.content);
  },
  'chat-tools-stream': async () => {
    const stream = await client.chat.completions.create({ model: target.chat, messages: user('[[tool=get_weather]]'), tools: [weather], stream: true });
    let json = '';
    let name = '';
    for await (const chunk of stream) {
      const call = chunk.choices[0]?.delta?.tool_calls?.[0];
      name += call?.function?.name ?? '';
      json += call?.function?.arguments ?? '';
    }
    equal(name, 'get_weather', 'name');
    check(typeof JSON.parse(json).city === 'string', json);
  },
  'chat-json-schema': async () => {
    const answer = await client.chat.completions.parse({
      model: target.chat,
      messages: user('a colour as JSON'),
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'colour', strict: true, schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'], additionalProperties: false } },
      },
    });
    check(typeof JSON.parse(answer.choices[0].message.content).name === 'string', 'not the schema');
  },
  'chat-image': async () => {
    const content = [{ type: 'text', text: 'what is this?' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }];
    const answer = await client.chat.completions.create({ model: target.chat, messages: [{ role: 'user', content }] });
    check(answer.choices[0].message.content.length > 0, 'no text');
  },
  embeddings: async () => {
    // The package asks for base64 by default and decodes it.
    const packed = await client.embeddings.create({ model: target.embedding, input: 'hello' });
    const plain = await client.embeddings.create({ model: target.embedding, input: 'hello', encoding_format: 'float' });
    equal(packed.data[0].embedding.length, 1536, 'dimensions');
    equal([...packed.data[0].embedding].map(Math.fround), plain.data[0].embedding.map(Math.fround), 'values');
  },
  'embeddings-array': async () => {
    const both = await client.embeddings.create({ model: target.embedding, input: ['hello', 'world'] });
    const one = await client.embeddings.create({ model: target.embedding, input: 'hello' });
    equal(both.data.map((each) => each.index), [0, 1], 'indexes');
    equal([...both.data[0].embedding], [...one.data[0].embedding], 'values');
  },
  'embeddings-tokens': async () => {
    const one = await client.embeddings.create({ model: target.embedding, input: [1, 2, 3] });
    const many = await client.embeddings.create({ model: target.embedding, input: [[1, 2, 3], [4, 5]] });
    equal(many.data.length, 2, 'count');
    equal([...many.data[0].embedding], [...one.data[0].embedding], 'values');
  },
  'embeddings-dimensions': async () => {
    const short = await client.embeddings.create({ model: target.embedding, input: 'hello', dimensions: 64 });
    equal(short.data[0].embedding.length, 64, 'dimensions');
  },
  models: async () => {
    const ids = [];
    for await (const model of client.models.list()) ids.push(model.id);
    check(ids.includes(target.chat), `no ${target.chat} in ${ids}`);
    equal((await client.models.retrieve(target.chat)).id, target.chat, 'id');
    await fails(() => client.models.retrieve('no-such-model'), OpenAI.NotFoundError, 404);
  },
  responses: async () => {
    const answer = await client.responses.create({ model: target.chat, input: 'hello responses' });
    equal(answer.status, 'completed', 'status');
    check(answer.output_text.length > 0, 'no text');
  },
  'responses-stream': async () => {
    const whole = await client.responses.create({ model: target.chat, input: 'hello responses' });
    const stream = await client.responses.create({ model: target.chat, input: 'hello responses', stream: true });
    let text = '';
    let last = '';
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      last = event.type;
    }
    equal(text, whole.output_text, 'streamed text');
    equal(last, 'response.completed', 'last event');
  },
  'responses-tools': async () => {
    const tools = [{ type: 'function', name: 'get_weather', parameters: weather.function.parameters, strict: true }];
    const input = [{ role: 'user', content: 'the weather? [[tool=get_weather]]' }];
    const asked = await client.responses.create({ model: target.chat, input, tools });
    const call = asked.output.find((item) => item.type === 'function_call');
    const answered = await client.responses.create({ model: target.chat, tools, input: [...input, ...asked.output, { type: 'function_call_output', call_id: call.call_id, output: 'rain' }] });
    check(answered.output_text.includes('rain'), answered.output_text);
  },
  'error-wrong-key': async () => {
    const stranger = new OpenAI({ baseURL: target.openai, apiKey: 'wrong-key' });
    await fails(() => stranger.chat.completions.create({ model: target.chat, messages: user('hi') }), OpenAI.AuthenticationError, 401);
  },
  'error-unknown-model': async () => {
    const error = await fails(() => client.chat.completions.create({ model: 'no-such-model', messages: user('hi') }), OpenAI.NotFoundError, 404);
    equal(error.code, 'model_not_found', 'code');
  },
  'error-bad-request': async () => {
    const error = await fails(() => client.chat.completions.create({ model: target.chat, messages: user('hi'), temperature: 9 }), OpenAI.BadRequestError, 400);
    equal(error.param, 'temperature', 'param');
  },
  'error-bad-request-stream': async () => {
    await fails(() => client.chat.completions.create({ model: target.chat, messages: user('hi'), temperature: 9, stream: true }), OpenAI.BadRequestError, 400);
  },
  'retry-429': async () => {
    const text = marker('429');
    await faultOnce(text, { type: 'status', status: 429, retryAfter: '0' });
    const answer = await client.chat.completions.create({ model: target.chat, messages: user(text) });
    check(answer.choices[0].message.content.length > 0, 'no text');
    check((await received(text)).length >= 2, 'was not tried again');
  },
  'retry-500': async () => {
    const text = marker('500');
    await faultOnce(text, { type: 'status', status: 500 });
    const answer = await client.chat.completions.create({ model: target.chat, messages: user(text) });
    check(answer.choices[0].message.content.length > 0, 'no text');
    check((await received(text)).length >= 2, 'was not tried again');
  },
  abort: async () => {
    const text = marker('abort');
    const stream = await client.chat.completions.create({ model: target.chat, messages: user(`${text} [[tokens=100000]][[tps=100]]`), stream: true });
    let seen = 0;
    for await (const chunk of stream) {
      seen += chunk.choices[0]?.delta?.content ? 1 : 0;
      if (seen === 3) break;
    }
    equal(seen, 3, 'chunks');
    await eventually('the provider sees the client go', async () => (await received(text)).every((request) => request.outcome === 'client-gone'));
    check((await textOf(await client.chat.completions.create({ model: target.chat, messages: user('after the abort'), stream: true }))).length > 0, 'no text');
  },
  'abort-before-answer': async () => {
    const text = marker('early');
    const controller = new AbortController();
    const call = client.chat.completions.create({ model: target.chat, messages: user(`${text} [[ttft=60000]]`) }, { signal: controller.signal });
    await eventually('the provider got the request', async () => (await received(text)).length === 1);
    controller.abort();
    let aborted = false;
    await call.catch((error) => (aborted = error instanceof OpenAI.APIUserAbortError));
    check(aborted, 'no APIUserAbortError');
    await eventually('the provider sees the client go', async () => (await received(text))[0].outcome === 'client-gone');
  },
});
