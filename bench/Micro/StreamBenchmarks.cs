using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.AnthropicMessages;
using GlobalGateway.EdgeNode.Translation.Neutral;
using GlobalGateway.EdgeNode.Translation.OpenAIChat;

namespace GlobalGateway.MicroBench;

/// <summary>
/// What one stream costs without any I/O: events of 60 to 200 bytes, cut into reads of 1 to 1,460 bytes at random (seeded).
/// </summary>
[MemoryDiagnoser]
[Config(typeof(Columns))]
public class StreamBenchmarks
{
    private const int Events = 20_000;
    private const int ReadBytesMax = 1460;

    private readonly ArrayBufferWriter<byte> _output = new(4 * 1024 * 1024);
    private byte[] _generic = [];
    private byte[] _chat = [];
    private int[] _cuts = [];

    private static int _genericBytes;
    private static int _chatBytes;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(7);
        var generic = new StringBuilder();
        var chat = new StringBuilder();
        for (var i = 0; i < Events; i++)
        {
            generic.Append("data: ").Append('x', random.Next(60, 201) - 8).Append("\n\n");
            chat.Append("""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"w""")
                .Append('o', random.Next(1, 60)).Append("\"}}]}\n\n");
        }

        _generic = Encoding.ASCII.GetBytes(generic.ToString());
        _chat = Encoding.ASCII.GetBytes(chat.ToString());
        (_genericBytes, _chatBytes) = (_generic.Length, _chat.Length);
        _cuts = [.. Enumerable.Range(0, _generic.Length / 100).Select(_ => random.Next(1, ReadBytesMax + 1))];
    }

    /// <summary>Only cutting a stream into events.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public int Reader()
    {
        using var reader = new SseReader(new CutStream(_generic, _cuts));
        var bytes = 0;
        do
        {
            while (reader.TryNext(out var next))
            {
                bytes += next.Raw.Length;
            }
        }
        while (Fill(reader));

        return bytes;
    }

    /// <summary>Same dialect on both sides: each event is cut, read for what it means, and passed on.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public int Passthrough() => Run(new PassThrough(new ChatStreamInspector(clientWantsUsage: true, azureClient: false)));

    /// <summary>A chat stream for a client of Anthropic's API.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public int Translated() => Run(new Transcoder(
        new OpenAIChatCodec().CreateDecoder(),
        new AnthropicCodec().CreateEncoder(new ChatRequest { Turns = [], Stream = true })));

    private int Run(StreamPassage passage)
    {
        using var reader = new SseReader(new CutStream(_chat, _cuts));
        _output.ResetWrittenCount();
        do
        {
            while (reader.TryNext(out var next))
            {
                passage.Take(next, _output);
            }
        }
        while (Fill(reader));

        return _output.WrittenCount;
    }

    private static bool Fill(SseReader reader)
    {
        var fill = reader.FillAsync(CancellationToken.None);
        return fill.IsCompletedSuccessfully ? fill.Result > 0 : throw new InvalidOperationException("the stream is in memory");
    }

    /// <summary>Gives each read as many bytes as the next cut says.</summary>
    private sealed class CutStream(byte[] data, int[] cuts) : MemoryStream(data, writable: false)
    {
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span[..Math.Min(cuts[_next++ % cuts.Length], buffer.Length)]));
    }

    private sealed class Columns : ManualConfig
    {
        public Columns() => AddColumn(new ThroughputColumn());
    }

    private sealed class ThroughputColumn : IColumn
    {
        public string Id => nameof(ThroughputColumn);
        public string ColumnName => "MB/s";
        public bool AlwaysShow => true;
        public ColumnCategory Category => ColumnCategory.Custom;
        public int PriorityInCategory => 0;
        public bool IsNumeric => true;
        public UnitType UnitType => UnitType.Dimensionless;
        public string Legend => "Bytes of the stream read per second on one core, 10^6";

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
            summary[benchmarkCase]?.ResultStatistics is { } result
                ? ((benchmarkCase.Descriptor.WorkloadMethod.Name == nameof(Reader) ? _genericBytes : _chatBytes) / (result.Mean * Events) * 1000).ToString("0", System.Globalization.CultureInfo.InvariantCulture)
                : "-";

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

        public bool IsAvailable(Summary summary) => true;
    }
}
