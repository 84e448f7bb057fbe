using System.Buffers;
using System.Text;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.Neutral;
using GlobalGateway.Testing.Grammars;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>
/// Random answers through every pair of dialects: each provider's stream becomes a stream that the client's grammar takes, and
/// says the same.
/// </summary>
public class StreamPairTests
{
    private const int AnswersPerPair = 150;

    private static readonly ChatRequest Asked = new() { Turns = [], Stream = true, WantsUsage = true };

    public static TheoryData<string, string> Pairs => [.. from provider in Dialects.Keys from client in Dialects.Keys select (provider, client)];

    private static readonly Dictionary<string, (ChatCodec Provider, ChatCodec Client, StreamGrammar Grammar)> Dialects = new()
    {
        ["chat"] = (Of(ProviderFormat.OpenAI, ModelApi.Chat), ChatCodecs.ForClient(Operation.ChatCompletions)!, new ChatGrammar(usage: true)),
        ["responses"] = (Of(ProviderFormat.OpenAI, ModelApi.Responses), ChatCodecs.ForClient(Operation.Responses)!, new ResponsesGrammar()),
        ["messages"] = (Of(ProviderFormat.Anthropic, ModelApi.Messages), ChatCodecs.ForClient(Operation.Messages)!, new MessagesGrammar()),
        ["gemini"] = (Of(ProviderFormat.Gemini, ModelApi.Chat), ChatCodecs.ForClient(Operation.StreamGenerateContent)!, new GeminiGrammar()),
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void AnyAnswer_ThroughAPairOfDialects_ObeysTheGrammarAndSaysTheSame(string provider, string client)
    {
        var (from, to) = (Dialects[provider], Dialects[client]);
        for (var seed = 0; seed < AnswersPerPair; seed++)
        {
            var answer = RandomAnswer(new Random(seed));
            var given = new ArrayBufferWriter<byte>();
            var writer = from.Client.CreateEncoder(Asked);
            answer.ForEach(step => writer.Encode(step, given));
            from.Grammar.Check(given.WrittenSpan).ShouldBeEmpty($"{provider}, seed {seed}");

            var got = Pass(given.WrittenSpan.ToArray(), new Transcoder(from.Provider.CreateDecoder(), to.Client.CreateEncoder(Asked)), new Random(seed));

            to.Grammar.Check(got).ShouldBeEmpty($"{provider} to {client}, seed {seed}: {Encoding.UTF8.GetString(got)}");
            Said(Read(got, to.Provider)).ShouldBe(Said(Read(given.WrittenSpan.ToArray(), from.Provider)), $"{provider} to {client}, seed {seed}");
        }
    }

    /// <summary>What a provider breaks is told as broken, and never breaks the gateway or what its client has got so far.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public void BrokenAnswer_ThroughAPairOfDialects_ThrowsNothingAndObeysTheGrammarSoFar(string provider, string client)
    {
        var (from, to) = (Dialects[provider], Dialects[client]);
        for (var seed = 0; seed < AnswersPerPair; seed++)
        {
            var random = new Random(seed);
            var given = new ArrayBufferWriter<byte>();
            var writer = from.Client.CreateEncoder(Asked);
            RandomAnswer(random).ForEach(step => writer.Encode(step, given));
            var broken = Break(Encoding.UTF8.GetString(given.WrittenSpan), random);
            foreach (var passage in new StreamPassage[]
            {
                new Transcoder(from.Provider.CreateDecoder(), to.Client.CreateEncoder(Asked)),
                new PassThrough(StreamInspector.For(OperationOf(provider), clientWantsUsage: true, azureClient: false)),
            })
            {
                var got = PassBroken(Encoding.UTF8.GetBytes(broken), passage);
                if (passage is Transcoder)
                {
                    to.Grammar.Check(got, StreamEnd.Any).Where(v => !v.Contains("JSON object", StringComparison.Ordinal))
                        .ShouldBeEmpty($"{provider} to {client}, seed {seed}:\n{broken}\n---\n{Encoding.UTF8.GetString(got)}");
                }
            }
        }
    }

    /// <summary>What a client gets up to the first event that is told as broken, or the end mark.</summary>
    private static byte[] PassBroken(byte[] stream, StreamPassage passage)
    {
        var output = new ArrayBufferWriter<byte>();
        using var reader = new SseReader(new MemoryStream(stream));
        while (reader.FillAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() > 0)
        {
            while (reader.TryNext(out var next))
            {
                if ((passage.Take(next, output) & (EventMeaning.Error | EventMeaning.Malformed | EventMeaning.Terminator)) != 0)
                {
                    return output.WrittenSpan.ToArray();
                }
            }
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Loses, doubles or swaps an event, or gives a value of one another type.</summary>
    private static string Break(string stream, Random random)
    {
        var events = stream.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => $"{e}\n\n").ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var i = random.Next(events.Count);
            switch (random.Next(4))
            {
                case 0 when events.Count > 1:
                    events.RemoveAt(i);
                    break;
                case 1:
                    events.Insert(i, events[i]);
                    break;
                case 2 when i > 0:
                    (events[i - 1], events[i]) = (events[i], events[i - 1]);
                    break;
                default:
                    var values = System.Text.RegularExpressions.Regex.Matches(events[i], "(?<=\":)(\"[^\"\\\\]*\"|\\d+|null|true|false|\\{\\}|\\[\\])");
                    string[] others = ["7", "-1", "\"x\"", "\"\"", "null", "true", "{}", "[]", "[1]", "{\"a\":1}", "1e99"];
                    if (values.Count > 0 && values[random.Next(values.Count)] is var value)
                    {
                        events[i] = events[i].Remove(value.Index, value.Length).Insert(value.Index, others[random.Next(others.Length)]);
                    }

                    break;
            }
        }

        return string.Concat(events);
    }

    private static Operation OperationOf(string dialect) => dialect switch
    {
        "chat" => Operation.ChatCompletions,
        "responses" => Operation.Responses,
        "messages" => Operation.Messages,
        _ => Operation.StreamGenerateContent,
    };

    /// <summary>Reads a stream in pieces of random sizes, as a network brings it.</summary>
    private static byte[] Pass(byte[] stream, StreamPassage passage, Random random)
    {
        var output = new ArrayBufferWriter<byte>();
        using var reader = new SseReader(new Trickle(stream, random));
        while (reader.FillAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() > 0)
        {
            while (reader.TryNext(out var next))
            {
                (passage.Take(next, output) & (EventMeaning.Error | EventMeaning.Malformed)).ShouldBe(EventMeaning.None, Encoding.UTF8.GetString(next.Raw));
            }
        }

        return output.WrittenSpan.ToArray();
    }

    private static List<StreamPart> Read(byte[] stream, ChatCodec codec)
    {
        var collector = new Collector();
        Pass(stream, new Transcoder(codec.CreateDecoder(), collector), new Random(0));
        return collector.Steps;
    }

    /// <summary>What every dialect must keep: text, calls with their arguments, and why it ended.</summary>
    private static string Said(List<StreamPart> steps)
    {
        var said = new StringBuilder();
        said.AppendJoin("", steps.Where(s => s.Kind is StreamPartKind.Text or StreamPartKind.Refusal).Select(s => s.Text)).AppendLine();
        said.AppendJoin(' ', steps.Where(s => s.Kind == StreamPartKind.Citation).Select(s => s.Citation!.Url)).AppendLine();
        foreach (var call in steps.Where(s => s.Kind == StreamPartKind.ToolStart))
        {
            var arguments = string.Concat(steps.Where(s => s.Kind == StreamPartKind.ToolArguments && s.Index == call.Index).Select(s => s.Text));
            said.Append(call.Name).AppendLine(arguments.Length == 0 ? "{}" : JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(arguments)));
        }

        var stop = steps.Single(s => s.Kind == StreamPartKind.Finish).Stop;
        var usage = steps.Last(s => s.Kind == StreamPartKind.Usage).Usage;
        return said.Append(stop).Append(' ').Append(usage.TotalInput).Append(' ').Append(usage.TotalOutput).ToString();
    }

    private static List<StreamPart> RandomAnswer(Random random)
    {
        var steps = new List<StreamPart> { new(StreamPartKind.Start, Id: $"answer{random.Next()}", Name: "model") };
        for (var i = random.Next(3); i > 0; i--)
        {
            steps.Add(new StreamPart(StreamPartKind.Reasoning, Text: Text(random)));
        }

        if (steps.Count > 1 && random.Next(2) == 0)
        {
            steps.Add(new StreamPart(StreamPartKind.ReasoningSignature, Text: Convert.ToBase64String(Encoding.UTF8.GetBytes(Text(random)))));
        }

        for (var i = random.Next(5); i > 0; i--)
        {
            steps.Add(new StreamPart(StreamPartKind.Text, Text: Text(random)));
            if (random.Next(4) == 0)
            {
                steps.Add(new StreamPart(StreamPartKind.Citation, Citation: new Citation($"https://example.com/{random.Next()}", "t", 0, 1, "q")));
            }
        }

        var calls = random.Next(4);
        AddCalls(steps, calls, random);
        if (steps.Count == 1)
        {
            steps.Add(new StreamPart(StreamPartKind.Text, Text: "a"));
        }

        steps.Add(new StreamPart(StreamPartKind.Finish, Stop: calls > 0 ? StopKind.ToolCalls : random.Next(2) == 0 ? StopKind.Stop : StopKind.Length));
        steps.Add(new StreamPart(StreamPartKind.Usage, Usage: new Usage { Input = random.Next(1000), CacheRead = random.Next(1000), Output = random.Next(1000) }));
        steps.Add(new StreamPart(StreamPartKind.End));
        return steps;
    }

    /// <summary>Calls whose fragments interleave.</summary>
    private static void AddCalls(List<StreamPart> steps, int calls, Random random)
    {
        var arguments = Enumerable.Range(0, calls).Select(_ => random.Next(4) == 0 ? "" : JsonSerializer.Serialize(new { text = Text(random), n = random.Next() })).ToArray();
        for (var started = 0; started < calls || arguments.Any(a => a.Length > 0);)
        {
            if (started < calls && random.Next(2) == 0)
            {
                steps.Add(new StreamPart(StreamPartKind.ToolStart, started, Id: $"call_{started}", Name: $"tool{started}"));
                started++;
            }
            else if (started > 0 && random.Next(started) is var call && arguments[call].Length > 0)
            {
                var length = random.Next(1, arguments[call].Length + 1);
                steps.Add(new StreamPart(StreamPartKind.ToolArguments, call, arguments[call][..length]));
                arguments[call] = arguments[call][length..];
            }
        }
    }

    private static string Text(Random random)
    {
        string[] pieces = ["a", " word", "\"quoted\"", "\n", "é", "日本", "\\", "data: x", "[DONE]", "{", "}"];
        return string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => pieces[random.Next(pieces.Length)]));
    }

    private static ChatCodec Of(ProviderFormat format, ModelApi api) =>
        ChatCodecs.ForProvider(new Provider { Name = "p", Format = format, Endpoints = [] }, new Capabilities { Api = [api] })!;

    private sealed class Collector : StreamEncoder
    {
        public List<StreamPart> Steps { get; } = [];

        public override void Encode(in StreamPart step, IBufferWriter<byte> output) => Steps.Add(step);
    }

    private sealed class Trickle(byte[] bytes, Random random) : Stream
    {
        private int _position;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => bytes.Length;
        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override int Read(Span<byte> buffer)
        {
            var length = Math.Min(Math.Min(buffer.Length, bytes.Length - _position), random.Next(1, 200));
            bytes.AsSpan(_position, length).CopyTo(buffer);
            _position += length;
            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
