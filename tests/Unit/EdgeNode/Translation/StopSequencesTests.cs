using System.Text;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.Neutral;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

public class StopSequencesTests
{
    private static readonly string[] Stops = ["END", "##"];

    [Theory]
    [InlineData("one two END three", "one two ")]
    [InlineData("one ## two END", "one ")]
    [InlineData("one EN two #", "one EN two #")]
    public void Answer_EndsBeforeTheFirstStop(string text, string left)
    {
        var answer = StopSequences.Apply(new ChatAnswer { Id = "a", Model = "m", Parts = [new TextPart(text)], Stop = StopKind.Length }, Stops);

        answer.Parts.OfType<TextPart>().Single().Text.ShouldBe(left);
        answer.Stop.ShouldBe(left == text ? StopKind.Length : StopKind.Stop);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(100)]
    public void Stream_CutAnywhere_EndsBeforeTheFirstStop(int cut)
    {
        Read("one two END three", cut).ShouldBe(("one two ", StopKind.Stop, true));
        Read("one EN two #", cut).ShouldBe(("one EN two #", StopKind.Length, true));
    }

    private static (string Text, StopKind Stop, bool Ended) Read(string text, int cut)
    {
        var decoder = StopSequences.Apply(new Pieces(), Stops);
        var steps = new List<StreamPart>();
        var meaning = EventMeaning.None;
        foreach (var piece in text.Chunk(cut).Select(c => new string(c)).Append(""))
        {
            meaning = decoder.Decode([], Encoding.UTF8.GetBytes(piece), steps);
            if ((meaning & EventMeaning.Terminator) != 0)
            {
                break;
            }
        }

        return (string.Concat(steps.Where(s => s.Kind == StreamPartKind.Text).Select(s => s.Text)), steps.Single(s => s.Kind == StreamPartKind.Finish).Stop, (meaning & EventMeaning.Terminator) != 0);
    }

    /// <summary>Each event is text; an empty one ends the answer at its limit.</summary>
    private sealed class Pieces : StreamDecoder
    {
        public override EventMeaning Decode(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, List<StreamPart> steps)
        {
            if (data.IsEmpty)
            {
                steps.Add(new StreamPart(StreamPartKind.Finish, Stop: StopKind.Length));
                steps.Add(new StreamPart(StreamPartKind.End));
                return EventMeaning.Terminator;
            }

            steps.Add(new StreamPart(StreamPartKind.Text, Text: Encoding.UTF8.GetString(data)));
            return EventMeaning.Semantic | EventMeaning.Progress;
        }
    }
}
