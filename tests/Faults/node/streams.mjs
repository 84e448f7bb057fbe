// Reads cells as a JSON array from standard input, streams each with its library and that library's defaults, and prints one
// JSON line for each: {"cell":…,"text":…,"error":…}; the error is what iterating the stream threw, null when it threw nothing.
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';

const AT_ONCE = 24;
const edge = process.env.EDGE;
const key = process.env.EDGE_KEY;
const openai = new OpenAI({ baseURL: `${edge}/v1`, apiKey: key });
const anthropic = new Anthropic({ baseURL: edge, apiKey: key });
const google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: edge } });
const googleBeta = new GoogleGenAI({ apiKey: key, apiVersion: 'v1beta', httpOptions: { baseUrl: edge } });

const generate = async (client, { model, prompt }, say) => {
  for await (const chunk of await client.models.generateContentStream({ model, contents: prompt })) {
    say(chunk.candidates?.[0]?.content?.parts?.[0]?.text);
  }
};

const libraries = {
  'npm openai chat': async ({ model, prompt }, say) => {
    for await (const chunk of await openai.chat.completions.create({ model, messages: [{ role: 'user', content: prompt }], stream: true })) {
      say(chunk.choices[0]?.delta?.content);
    }
  },
  'npm openai chat, stream helper': async ({ model, prompt }, say) => {
    for await (const chunk of openai.chat.completions.stream({ model, messages: [{ role: 'user', content: prompt }] })) {
      say(chunk.choices[0]?.delta?.content);
    }
  },
  'npm openai responses': async ({ model, prompt }, say) => {
    for await (const event of await openai.responses.create({ model, input: prompt, store: false, stream: true })) {
      say(event.type === 'response.output_text.delta' ? event.delta : '');
    }
  },
  'npm @anthropic-ai/sdk': async ({ model, prompt }, say) => {
    for await (const event of await anthropic.messages.create({ model, max_tokens: 200, messages: [{ role: 'user', content: prompt }], stream: true })) {
      say(event.type === 'content_block_delta' ? event.delta.text : '');
    }
  },
  'npm @anthropic-ai/sdk, stream helper': async ({ model, prompt }, say) => {
    const stream = anthropic.messages.stream({ model, max_tokens: 200, messages: [{ role: 'user', content: prompt }] });
    for await (const event of stream) {
      say(event.type === 'content_block_delta' ? event.delta.text : '');
    }
  },
  'npm @google/genai': (cell, say) => generate(google, cell, say),
  'npm @google/genai, v1beta': (cell, say) => generate(googleBeta, cell, say),
};

const run = async (cell) => {
  let text = '';
  let error = null;
  try {
    await libraries[cell.library](cell, (piece) => (text += piece ?? ''));
  } catch (thrown) {
    error = `${thrown?.constructor?.name}: ${thrown?.message}`.slice(0, 300);
  }
  console.log(JSON.stringify({ cell: cell.cell, text, error }));
};

let input = '';
for await (const chunk of process.stdin) input += chunk;
const waiting = JSON.parse(input);
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (waiting.length > 0) await run(waiting.shift());
  }),
);
process.exit(0);
