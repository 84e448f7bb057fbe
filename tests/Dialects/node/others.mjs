// Cells { cell, kind, upstream, scenario }: embeddings, token counts, and what a dialect can say that others cannot.
import { check, equal, failure, faultOnce, runCells } from './check.mjs';
import { anthropic, google, openai } from './libraries.mjs';

const TEXTS = ['the first text', 'a second one', 'the third, which is longer than the others'];

const floats = (base64) => {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
};

const near = (actual, expected, what) => {
  equal(actual.length, expected.length, `length of ${what}`);
  check(actual.every((value, i) => Math.abs(value - expected[i]) < 1e-6), `${what} differ`);
};

const embed = (model, input, encoding_format) => openai.embeddings.create({ model, input, encoding_format });

const embeddings = {
  plain: async (model) => {
    const answer = await embed(model, TEXTS[0], 'float');
    check(answer.data.length === 1 && answer.data[0].embedding.length > 100, 'no vector');
    check(answer.usage.prompt_tokens > 0, 'no usage');
    const googles = await google.models.embedContent({ model, contents: TEXTS[0] });
    near(googles.embeddings[0].values, answer.data[0].embedding, "Google's library's values");
  },
  batch: async (model) => {
    const answer = await embed(model, TEXTS, 'float');
    equal(answer.data.map((item) => item.index), [0, 1, 2], 'indexes');
    near(answer.data[1].embedding, (await embed(model, TEXTS[1], 'float')).data[0].embedding, 'values of the second text');
    const googles = await google.models.embedContent({ model, contents: TEXTS });
    equal(googles.embeddings.length, TEXTS.length, 'vectors for Google\'s library');
    near(googles.embeddings[2].values, answer.data[2].embedding, "Google's library's values");
  },
  base64: async (model) => {
    const expected = (await embed(model, TEXTS[0], 'float')).data[0].embedding;
    const raw = (await embed(model, TEXTS[0], 'base64')).data[0].embedding;
    check(typeof raw === 'string', `not base64: ${typeof raw}`);
    near(floats(raw), expected, 'values in base64');
    // The library's default asks for base64 and decodes it.
    near((await openai.embeddings.create({ model, input: TEXTS[0] })).data[0].embedding, expected, 'values as the library decodes them');
  },
  error: async (model, cell) => {
    await faultOnce(`${cell};`, { type: 'status', status: 400 });
    equal((await failure(() => embed(model, `${cell}; text`, 'float'))).status, 400, 'status');
    equal((await failure(() => embed('no-such-model', 'text', 'float'))).status, 404, 'status for an unknown model');
  },
};

const counts = {
  messages: async (model) => {
    const short = await anthropic.messages.countTokens({ model, messages: [{ role: 'user', content: 'hello' }] });
    const long = await anthropic.messages.countTokens({ model, messages: [{ role: 'user', content: 'hello '.repeat(100) }] });
    check(short.input_tokens > 0 && long.input_tokens > 50 + short.input_tokens, `${short.input_tokens} and ${long.input_tokens}`);
  },
  gemini: async (model) => {
    const short = await google.models.countTokens({ model, contents: 'hello' });
    const long = await google.models.countTokens({ model, contents: 'hello '.repeat(100) });
    check(short.totalTokens > 0 && long.totalTokens > 50 + short.totalTokens, `${short.totalTokens} and ${long.totalTokens}`);
  },
};

const hello = [{ role: 'user', content: 'say something' }];

const special = {
  n: async (model) => {
    const answer = await openai.chat.completions.create({ model, messages: hello, n: 2 });
    equal(answer.choices.map((choice) => choice.index), [0, 1], 'choices');
    check(answer.choices.every((choice) => choice.message.content.length > 0), 'a choice without text');
    const streamed = await openai.chat.completions.stream({ model, messages: hello, n: 2 }).finalChatCompletion();
    equal(streamed.choices.map((choice) => choice.message.content), answer.choices.map((choice) => choice.message.content), 'streamed choices');
  },
  logprobs: async (model) => {
    const answer = await openai.chat.completions.create({ model, messages: hello, logprobs: true, top_logprobs: 2 });
    const [token] = answer.choices[0].logprobs.content;
    check(token.logprob <= 0 && token.top_logprobs.length > 0, JSON.stringify(token));
  },
  audio: (model) => openai.chat.completions.create({ model, messages: hello, modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }),
};

/** What cannot be said to a provider is a 400 that names the field; where `refused` is not set, it must work. */
const dialectOnly = async ({ scenario, upstream, refused }) => {
  const run = () => special[scenario](`text-${upstream}`);
  if (!refused) return run();
  const { status, message, param } = await failure(run);
  equal(status, 400, 'status');
  check(param === scenario || message.includes(scenario), `the field is not named: ${param}, ${message}`);
};

await runCells((cell) => {
  switch (cell.kind) {
    case 'embeddings':
      return embeddings[cell.scenario](`embedding-${cell.upstream}`, cell.marker);
    case 'count':
      return counts[cell.scenario](`text-${cell.upstream}`);
    default:
      return dialectOnly(cell);
  }
});
