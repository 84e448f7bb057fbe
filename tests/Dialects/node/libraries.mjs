// One adapter for each library with its defaults: the same questions asked in its own words, its answers in common ones:
// { text, reasoning, calls: [{ id, name, args }], stop: 'stop' | 'tools' | 'length', usage: { in, out, reasoning }, raw }.
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';

const edge = process.env.EDGE;
const key = process.env.EDGE_KEY;
export const openai = new OpenAI({ baseURL: `${edge}/v1`, apiKey: key });
export const anthropic = new Anthropic({ baseURL: edge, apiKey: key });
export const google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: edge } });

// The stream helpers add members of their own to what they join, which no provider takes back.
const plainOf = (value) => JSON.parse(JSON.stringify(value, (name, member) => (name === 'parsed' || name === 'parsed_arguments' ? undefined : member)));

const EFFORT = 'low';
const BUDGET = 2048;

const chat = {
  user: (text, image) => ({ role: 'user', content: image ? [{ type: 'text', text }, { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } }] : text }),
  after: (answer, results) => [answer.raw.choices[0].message, ...answer.calls.map((call, i) => ({ role: 'tool', tool_call_id: call.id, content: results[i] }))],
  ask: async ({ model, turns, tools, schema, effort, stream }) => {
    const body = {
      model,
      messages: turns,
      ...(tools && { tools: tools.map(({ name, description, parameters }) => ({ type: 'function', function: { name, description, parameters } })) }),
      ...(schema && { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } } }),
      ...(effort && { reasoning_effort: EFFORT }),
    };
    const raw = stream ? await chat.joined(body) : await openai.chat.completions.create(body);
    const [choice] = raw.choices;
    return {
      raw,
      text: choice.message.content ?? '',
      reasoning: choice.message.reasoning_content ?? '',
      calls: (choice.message.tool_calls ?? []).map((call) => ({ id: call.id, name: call.function.name, args: JSON.parse(call.function.arguments) })),
      stop: { stop: 'stop', tool_calls: 'tools', length: 'length' }[choice.finish_reason] ?? choice.finish_reason,
      usage: { in: raw.usage?.prompt_tokens, out: raw.usage?.completion_tokens, reasoning: raw.usage?.completion_tokens_details?.reasoning_tokens },
    };
  },
  // The library's own helper joins what it knows; the reasoning text is no field of OpenAI's.
  joined: async (body) => {
    const helper = openai.chat.completions.stream({ ...body, stream_options: { include_usage: true } });
    let reasoning = '';
    for await (const chunk of helper) reasoning += chunk.choices[0]?.delta?.reasoning_content ?? '';
    const raw = plainOf(await helper.finalChatCompletion());
    if (reasoning) raw.choices[0].message.reasoning_content = reasoning;
    return raw;
  },
};

const responses = {
  user: (text, image) => ({ role: 'user', content: image ? [{ type: 'input_text', text }, { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${image}` }] : text }),
  after: (answer, results) => [...answer.raw.output, ...answer.calls.map((call, i) => ({ type: 'function_call_output', call_id: call.id, output: results[i] }))],
  ask: async ({ model, turns, tools, schema, effort, stream }) => {
    const body = {
      model,
      input: turns,
      store: false,
      ...(tools && { tools: tools.map(({ name, description, parameters }) => ({ type: 'function', name, description, parameters, strict: false })) }),
      ...(schema && { text: { format: { type: 'json_schema', name: 'answer', strict: true, schema } } }),
      ...(effort && { reasoning: { effort: EFFORT, summary: 'auto' }, include: ['reasoning.encrypted_content'] }),
    };
    const raw = stream ? plainOf(await openai.responses.stream(body).finalResponse()) : await openai.responses.create(body);
    const calls = raw.output.filter((item) => item.type === 'function_call').map((item) => ({ id: item.call_id, name: item.name, args: JSON.parse(item.arguments) }));
    return {
      raw,
      calls,
      text: raw.output_text ?? raw.output.flatMap((item) => item.content ?? []).map((part) => part.text ?? '').join(''),
      reasoning: raw.output.flatMap((item) => item.summary ?? []).map((part) => part.text).join(''),
      stop: raw.status !== 'completed' ? 'length' : calls.length > 0 ? 'tools' : 'stop',
      usage: { in: raw.usage?.input_tokens, out: raw.usage?.output_tokens, reasoning: raw.usage?.output_tokens_details?.reasoning_tokens },
    };
  },
};

const messages = {
  user: (text, image) => ({ role: 'user', content: image ? [{ type: 'text', text }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } }] : text }),
  after: (answer, results) => [
    { role: 'assistant', content: answer.raw.content },
    { role: 'user', content: answer.calls.map((call, i) => ({ type: 'tool_result', tool_use_id: call.id, content: results[i] })) },
  ],
  ask: async ({ model, turns, tools, schema, effort, stream }) => {
    const body = {
      model,
      messages: turns,
      max_tokens: effort ? 2 * BUDGET : 1024,
      ...(tools && { tools: tools.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters })) }),
      ...(schema && { output_config: { format: { type: 'json_schema', schema } } }),
      ...(effort && { thinking: { type: 'enabled', budget_tokens: BUDGET } }),
    };
    const raw = stream ? await anthropic.messages.stream(body).finalMessage() : await anthropic.messages.create(body);
    const of = (type) => raw.content.filter((block) => block.type === type);
    return {
      raw,
      text: of('text').map((block) => block.text).join(''),
      reasoning: of('thinking').map((block) => block.thinking).join(''),
      calls: of('tool_use').map((block) => ({ id: block.id, name: block.name, args: block.input })),
      stop: { end_turn: 'stop', tool_use: 'tools', max_tokens: 'length' }[raw.stop_reason] ?? raw.stop_reason,
      usage: { in: raw.usage.input_tokens + (raw.usage.cache_read_input_tokens ?? 0) + (raw.usage.cache_creation_input_tokens ?? 0), out: raw.usage.output_tokens },
    };
  },
};

const gemini = {
  user: (text, image) => ({ role: 'user', parts: [{ text }, ...(image ? [{ inlineData: { mimeType: 'image/png', data: image } }] : [])] }),
  after: (answer, results) => [
    answer.raw.candidates[0].content,
    { role: 'user', parts: answer.calls.map((call, i) => ({ functionResponse: { ...(call.id && { id: call.id }), name: call.name, response: { output: results[i] } } })) },
  ],
  ask: async ({ model, turns, tools, schema, effort, stream }) => {
    const request = {
      model,
      contents: turns,
      config: {
        ...(tools && { tools: [{ functionDeclarations: tools.map(({ name, description, parameters }) => ({ name, description, parameters })) }] }),
        ...(schema && { responseMimeType: 'application/json', responseSchema: schema }),
        ...(effort && { thinkingConfig: { thinkingBudget: BUDGET, includeThoughts: true } }),
      },
    };
    const raw = stream ? await gemini.joined(request) : await google.models.generateContent(request);
    const parts = raw.candidates[0].content?.parts ?? [];
    const calls = parts.filter((part) => part.functionCall).map(({ functionCall: call }) => ({ id: call.id, name: call.name, args: call.args ?? {} }));
    return {
      raw,
      calls,
      text: parts.filter((part) => part.text && !part.thought).map((part) => part.text).join(''),
      reasoning: parts.filter((part) => part.text && part.thought).map((part) => part.text).join(''),
      // Gemini has one word for both ends.
      stop: raw.candidates[0].finishReason === 'STOP' ? (calls.length > 0 ? 'tools' : 'stop') : { MAX_TOKENS: 'length' }[raw.candidates[0].finishReason] ?? raw.candidates[0].finishReason,
      usage: {
        in: raw.usageMetadata?.promptTokenCount,
        out: (raw.usageMetadata?.candidatesTokenCount ?? 0) + (raw.usageMetadata?.thoughtsTokenCount ?? 0),
        reasoning: raw.usageMetadata?.thoughtsTokenCount,
      },
    };
  },
  joined: async (request) => {
    const parts = [];
    let last = null;
    for await (const chunk of await google.models.generateContentStream(request)) {
      parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
      last = chunk;
    }
    return { ...last, usageMetadata: last.usageMetadata, candidates: [{ ...last.candidates[0], content: { role: 'model', parts } }] };
  },
};

export const libraries = { chat, responses, messages, gemini };
