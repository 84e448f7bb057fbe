// Cells { cell, ingress, upstream, scenario }: one library asks one upstream for one thing, and must get it whole and in its own words.
import { check, equal, failure, faultOnce, received, runCells } from './check.mjs';
import { libraries } from './libraries.mjs';

// One white pixel.
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const SAID = 'Grüße, 世界 🌍 — "done".';

const weather = {
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const time = {
  name: 'get_time',
  description: 'The time in a zone',
  parameters: { type: 'object', properties: { zone: { type: 'string' }, exact: { type: 'boolean' } }, required: ['zone'] },
};
const schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    count: { type: 'integer' },
    size: { type: 'string', enum: ['small', 'large'] },
    tags: { type: 'array', items: { type: 'string' } },
    maker: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  },
  required: ['name', 'count', 'size', 'tags', 'maker'],
  additionalProperties: false,
};

const asks = ({ ingress, upstream }, kind = 'text') => {
  const library = libraries[ingress];
  return { library, ask: (rest) => library.ask({ model: `${kind}-${upstream}`, ...rest }) };
};

const counted = ({ usage }) => {
  check(usage.in > 0 && usage.out > 0, `usage ${JSON.stringify(usage)}`);
};

const answered = (answer, text) => {
  equal(answer.text, text, 'text');
  equal(answer.stop, 'stop', 'stop');
  equal(answer.calls, [], 'calls');
  counted(answer);
};

const called = (answer, names) => {
  equal(answer.calls.map((call) => call.name), names, 'called tools');
  equal(answer.stop, 'tools', 'stop');
  counted(answer);
  for (const call of answer.calls) {
    const wanted = call.name === weather.name ? 'city' : 'zone';
    check(typeof call.args[wanted] === 'string', `arguments of ${call.name}: ${JSON.stringify(call.args)}`);
  }
  const ids = answer.calls.map((call) => call.id).filter(Boolean);
  equal(new Set(ids).size, ids.length, 'different ids');
};

/** Asks, answers every call, and gets what the last result says. */
const loop = async (cell, kind, directive, names, more = {}) => {
  const { library, ask } = asks(cell, kind);
  for (const stream of [false, true]) {
    const marker = `${cell.marker}-${stream ? 'stream' : 'whole'}`;
    const tools = [weather, time];
    const turns = [library.user(`${marker}; ${directive}`)];
    const first = await ask({ turns, tools, stream, ...more });
    called(first, names);
    const results = names.map((name) => `${name} says 17 for ${marker}`);
    const second = await ask({ turns: [...turns, ...library.after(first, results)], tools, stream, ...more });
    check(second.text.includes(results.at(-1)), `the answer after the result: ${second.text}`);
    equal(second.stop, 'stop', 'stop after the result');
    await cell.after?.(first, marker);
  }
};

const thoughtOf = { anthropic: '"signature":"', gemini: '"thoughtSignature":"' };

const scenarios = {
  plain: async (cell) => {
    const { library, ask } = asks(cell);
    answered(await ask({ turns: [library.user(`${cell.marker}; [[say=${SAID}]]`)] }), SAID);
  },
  stream: async (cell) => {
    const { library, ask } = asks(cell);
    const turns = [library.user(`${cell.marker}; [[say=${SAID}]]`)];
    const streamed = await ask({ turns, stream: true });
    answered(streamed, SAID);
    equal(streamed.usage, (await ask({ turns })).usage, 'usage of the stream and of the whole answer');
  },
  tools: (cell) => loop(cell, 'text', '[[tool=get_weather]]', ['get_weather']),
  'parallel tools': (cell) => loop(cell, 'text', '[[tool=get_weather]] [[tool=get_time]]', ['get_weather', 'get_time']),
  image: async (cell) => {
    const { library, ask } = asks(cell);
    for (const stream of [false, true]) {
      const marker = `${cell.marker}-${stream}`;
      answered(await ask({ turns: [library.user(`${marker}; [[say=seen]]`, PIXEL)], stream }), 'seen');
      const [body] = await received(`${marker};`);
      check(body?.includes(PIXEL), 'the provider did not get the picture');
    }
  },
  'JSON schema': async (cell) => {
    const { library, ask } = asks(cell);
    for (const stream of [false, true]) {
      const answer = await ask({ turns: [library.user(`${cell.marker}; describe a thing`)], schema, stream });
      equal(answer.stop, 'stop', 'stop');
      equal(answer.calls, [], 'calls');
      counted(answer);
      const thing = JSON.parse(answer.text);
      equal(Object.keys(thing).sort(), [...schema.required].sort(), 'members');
      check(Number.isInteger(thing.count) && schema.properties.size.enum.includes(thing.size) && Array.isArray(thing.tags) && typeof thing.maker.city === 'string', answer.text);
    }
  },
  reasoning: async (cell) => {
    const thinks = cell.upstream in thoughtOf;
    cell.after = async (first, marker) => {
      if (thinks) {
        check(first.reasoning.length > 0, 'no reasoning text');
        const second = (await received(`${marker};`)).at(-1);
        check(second?.includes(thoughtOf[cell.upstream]), `the signature did not come back: ${second}`);
        check(!second.includes(`${thoughtOf[cell.upstream]}"`), 'a blank signature came back');
      } else if (cell.ingress !== 'messages') {
        // Anthropic's usage does not tell reasoning apart.
        check(first.usage.reasoning > 0, `reasoning tokens ${JSON.stringify(first.usage)}`);
      }
    };
    await loop(cell, 'reasoning', '[[think]] [[tool=get_weather]]', ['get_weather'], { effort: true });
  },
  error: async (cell) => {
    const { library, ask } = asks(cell);
    for (const stream of [false, true]) {
      const marker = `${cell.marker}-${stream}`;
      await faultOnce(`${marker};`, { type: 'status', status: 400 });
      const refused = await failure(() => ask({ turns: [library.user(`${marker}; hello`)], stream }));
      equal(refused.status, 400, 'status');
      equal((await received(`${marker};`)).length, 1, 'calls for a request that its provider refused');
      const unknown = await failure(() => library.ask({ model: 'no-such-model', turns: [library.user('hello')], stream }));
      equal(unknown.status, 404, 'status for an unknown model');
      check(unknown.message.includes('no-such-model'), `message for an unknown model: ${unknown.message}`);
    }
  },
};

await runCells((cell) => scenarios[cell.scenario](cell));
