using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GlobalGateway.EdgeNode.Streaming;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Streaming;

public class SseReaderTests
{
    private static readonly string[] Events =
    [
        "data: one\n\n", ": comment\n\n", "event: x\ndata: two\n\n", "data: a\r\ndata: b\r\n\r\n", "data:three\r\r", "\n", "data: 日本語\n\n",
        $"data: {new string('x', 20_000)}\n\n",
    ];

    [Fact]
    public void AnyCutting_GivesTheSameEventsAndBytes() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(
            Gen.ListOf(Gen.Elements(Events)).SelectMany(_ => Gen.Choose(1, 37), (events, cut) => (events, cut)).ToArbitrary(),
            sample =>
            {
                var text = string.Concat(sample.events);
                Encoding.UTF8.GetString(ReadAll(text, sample.cut).SelectMany(e => e).ToArray()).ShouldBe(text);
                ReadAll(text, sample.cut).Count(HasText).ShouldBe(ReadAll(text, int.MaxValue).Count(HasText));
            }));

    [Theory]
    [InlineData("event: ping\ndata: {}\n\n", "ping", "{}")]
    [InlineData("data:x\n\n", "", "x")]
    [InlineData("data: a\ndata: b\n\n", "", "a\nb")]
    [InlineData("id: 4\r\nevent: e\r\ndata: v\r\n\r\n", "e", "v")]
    [InlineData(": note\n\n", "", "")]
    [InlineData("retry: 10\nid\ndata: x\n\n", "", "x")]
    [InlineData("data: a\rdata: b\r\r", "", "a\nb")]
    public void Parse_AnEvent_ReadsItsFields(string text, string name, string data)
    {
        new SseEvent(Encoding.UTF8.GetBytes(text)).Parse(out var actualName, out var actualData);

        Encoding.UTF8.GetString(actualName).ShouldBe(name);
        Encoding.UTF8.GetString(actualData).ShouldBe(data);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public void ByteOrderMark_IsDropped(int cut) =>
        ReadAll("\uFEFFdata: x\n\ndata: \uFEFF\n\n", cut).Select(Encoding.UTF8.GetString).ShouldBe(["data: x\n\n", "data: \uFEFF\n\n"]);

    // A line feed that a read parted from its carriage return is a blank line of its own.
    private static bool HasText(byte[] raw) => raw.AsSpan().IndexOfAnyExcept((byte)'\r', (byte)'\n') >= 0;

    private static List<byte[]> ReadAll(string text, int cut)
    {
        using var reader = new SseReader(new CutStream(Encoding.UTF8.GetBytes(text), cut));
        var events = new List<byte[]>();
        do
        {
            while (reader.TryNext(out var next))
            {
                events.Add(next.Raw.ToArray());
            }
        }
        while (reader.FillAsync(TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult() > 0);

        reader.HasRemainder.ShouldBeFalse();
        return events;
    }

    private sealed class CutStream(byte[] data, int cut) : MemoryStream(data)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(cut, buffer.Length)], cancellationToken);
    }
}
