using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>
/// A tool the model must call with its answer, where the target has no field of its own for the answer's form. The client
/// sees its arguments as text, and a stop.
/// </summary>
public static class AnswerTool
{
    private const int NameMax = 64;

    /// <summary>The request as the target gets it; its <see cref="ChatRequest.AnswerTool"/> is set where a tool stands in.</summary>
    /// <exception cref="TranslationException">The target can do neither.</exception>
    public static ChatRequest Apply(ChatRequest request, ModelEndpoint target)
    {
        if (request.Format is not { } format || target.Capabilities.Schema == SchemaSupport.Native && !NeedsTool(request, target.Provider.Resource.Format))
        {
            return request;
        }

        if (target.Capabilities.Schema == SchemaSupport.None || !target.Capabilities.Tools)
        {
            throw new TranslationException("response_format", "This target cannot be held to a form of the answer.");
        }

        if (format.Schema is { } schema && new Schemas.SchemaReader(schema).Read(schema, 0, 0)?.Type != "object")
        {
            throw new TranslationException("response_format", "This target takes only a schema with an object at its root.");
        }

        var name = NameOf(request, format);
        var tools = request.ToolChoice?.Kind == ToolChoiceKind.None ? [] : request.Tools;
        var tool = new ToolSpec(name, "Gives the answer. Call it exactly once, when the answer is complete.", format.Schema, Strict: null);
        return request with
        {
            Format = null,
            AnswerTool = name,
            Tools = [.. tools, tool],
            ToolChoice = request.ToolChoice is { Kind: ToolChoiceKind.Named } named ? named
                : tools.Count == 0 ? new ToolChoice(ToolChoiceKind.Named, name)
                : new ToolChoice(ToolChoiceKind.Required),
            ParallelTools = tools.Count == 0 ? false : request.ParallelTools,
        };
    }

    /// <summary>The answer without the tool: its arguments are the text.</summary>
    public static ChatAnswer Unwrap(ChatAnswer answer, string name)
    {
        var call = answer.Parts.OfType<ToolCallPart>().FirstOrDefault(c => c.Name == name);
        if (call is null)
        {
            return answer;
        }

        // What the model says around the call is no part of an answer that must have a form.
        var parts = answer.Parts.Where(p => p is not TextPart && !(p is ToolCallPart other && other.Name == name)).Append(new TextPart(call.Arguments)).ToList();
        return answer with { Parts = parts, Stop = answer.Stop == StopKind.ToolCalls && !parts.Exists(p => p is ToolCallPart) ? StopKind.Stop : answer.Stop };
    }

    /// <summary>The same for a stream.</summary>
    public static StreamDecoder Unwrap(StreamDecoder decoder, string name) => new Decoder(decoder, name);

    // Anthropic's field takes closed schemas only, and Gemini's none beside tools.
    private static bool NeedsTool(ChatRequest request, ProviderFormat format) =>
        format == ProviderFormat.Anthropic && request.Format!.Schema is null || format == ProviderFormat.Gemini && request.Tools.Count > 0;

    private static string NameOf(ChatRequest request, OutputFormat format)
    {
        var name = string.Concat((format.Name ?? "").Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-').Take(NameMax - 8));
        name = name.Length > 0 && char.IsAsciiLetter(name[0]) ? name : "json_answer";
        return request.Tools.Any(t => t.Name == name) ? $"{name}_answer" : name;
    }

    private sealed class Decoder(StreamDecoder inner, string name) : StreamDecoder
    {
        private readonly List<StreamPart> _read = [];
        private readonly List<StreamPart> _around = [];
        private readonly Dictionary<int, int> _calls = [];
        private int? _answer;

        public override EventMeaning Decode(ReadOnlySpan<byte> eventName, ReadOnlySpan<byte> data, List<StreamPart> steps)
        {
            _read.Clear();
            var meaning = inner.Decode(eventName, data, _read);
            foreach (var step in _read)
            {
                Take(step, steps);
            }

            return meaning;
        }

        private void Take(in StreamPart step, List<StreamPart> steps)
        {
            switch (step.Kind)
            {
                case StreamPartKind.Text:
                    // Kept for the case that the model says it instead of calling the tool.
                    _around.Add(step);
                    break;
                case StreamPartKind.ToolStart when step.Name == name && _answer is null:
                    _answer = step.Index;
                    break;
                case StreamPartKind.ToolStart:
                    _calls[step.Index] = _calls.Count;
                    steps.Add(step with { Index = _calls[step.Index] });
                    break;
                case StreamPartKind.ToolArguments when step.Index == _answer:
                    steps.Add(new StreamPart(StreamPartKind.Text, Text: step.Text));
                    break;
                case StreamPartKind.ToolArguments:
                    steps.Add(step with { Index = _calls.GetValueOrDefault(step.Index) });
                    break;
                case StreamPartKind.Finish:
                    steps.AddRange(_answer is null ? _around : []);
                    steps.Add(step.Stop == StopKind.ToolCalls && _calls.Count == 0 ? step with { Stop = StopKind.Stop } : step);
                    break;
                default:
                    steps.Add(step);
                    break;
            }
        }
    }
}
