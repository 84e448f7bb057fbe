// The responses API of the npm package openai with its defaults, in front of models that other APIs serve.
import OpenAI from 'openai';
import { check, equal, run, target } from './suite.mjs';

const client = new OpenAI({ baseURL: target.openai, apiKey: target.key });
const tools = [
  {
    type: 'function',
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
    strict: true,
  },
];

const plain = (model) => async () => {
  const answer = await client.responses.create({ model, input: 'hello responses' });
  equal(answer.status, 'completed', 'status');
  check(answer.output_text.length > 0, 'no text');
};

// The package's own accumulator refuses events out of place.
const streamed = (model) => async () => {
  const whole = await client.responses.create({ model, input: 'hello responses' });
  const final = await client.responses.stream({ model, input: 'hello responses' }).finalResponse();
  equal(final.output_text, whole.output_text, 'streamed text');
  equal(final.usage.output_tokens, whole.usage.output_tokens, 'usage');
};

const withTools = (model) => async () => {
  const input = [{ role: 'user', content: 'the weather? [[tool=get_weather]]' }];
  const asked = await client.responses.stream({ model, input, tools }).finalResponse();
  const call = asked.output.find((item) => item.type === 'function_call');
  check(typeof JSON.parse(call.arguments).city === 'string', call.arguments);
  const output = asked.output.map(({ parsed_arguments, ...item }) => item);
  const answered = await client.responses.create({ model, tools, input: [...input, ...output, { type: 'function_call_output', call_id: call.call_id, output: 'rain' }] });
  check(answered.output_text.includes('rain'), answered.output_text);
};

await run({
  'anthropic-plain': async () => {
    await plain(target.messages)();
  },
  'anthropic-streamed': async () => {
    await streamed(target.messages)();
  },
  'anthropic-tools': async () => {
    await withTools(target.messages)();
  },
  'gemini-plain': async () => {
    await plain(target.gemini)();
  },
  'gemini-streamed': async () => {
    await streamed(target.gemini)();
  },
  'gemini-tools': async () => {
    await withTools(target.gemini)();
  },
});
