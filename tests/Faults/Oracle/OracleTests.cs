using System.Text;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;
using Shouldly;
using Xunit;

namespace GlobalGateway.Faults.Oracle;

/// <summary>The judge of this suite, judged: outcomes that deceive a client are refused in every API.</summary>
[Collection(FleetCollection.Name)]
public class OracleTests(SharedFleet shared)
{
    private readonly FaultFleet _fleet = shared.Fleet;

    public static TheoryData<ClientApi, bool> Streams()
    {
        var streams = new TheoryData<ClientApi, bool>();
        foreach (var api in ClientApis.Chats)
        {
            streams.Add(api, false);
            streams.Add(api, true);
        }

        return streams;
    }

    /// <summary>A right stream of an API, in pieces that can be put together wrongly.</summary>
    private sealed record Pieces(ClientRequest Request, ReadAnswer Expected, IReadOnlyList<string> Events)
    {
        private string Between => Request.Api == ClientApi.GeminiArray ? ",\r\n" : "\n\n";

        public string Error => Request.Api switch
        {
            ClientApi.Chat => """data: {"error":{"message":"x","type":"server_error","code":"stream_interrupted","param":null,"partial":true}}""",
            ClientApi.Responses => "event: error\ndata: {\"type\":\"error\",\"code\":\"stream_interrupted\",\"message\":\"x\",\"param\":null,\"sequence_number\":" + (Events.Count / 2) + "}",
            ClientApi.Messages => "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"x\"},\"request_id\":\"r\"}",
            ClientApi.Gemini => """data: {"error":{"code":502,"message":"x","status":"INTERNAL"}}""",
            _ => """{"error":{"code":502,"message":"x","status":"INTERNAL"}}""",
        };

        /// <summary>Up to the middle of the content.</summary>
        public IEnumerable<string> Half => Events.Take(Events.Count / 2);

        public Judgement Judge(IEnumerable<string> events, AnswerEnd end = AnswerEnd.Clean, bool closed = true, int status = 200)
        {
            var text = string.Join(Between, events);
            text = Request.Api == ClientApi.GeminiArray ? $"[{text}{(closed ? "]" : "")}" : text + (closed && text.Length > 0 ? Between : "");
            return AnswerOracle.Judge(Request, Expected, new ClientAnswer(status, Encoding.UTF8.GetBytes(text), end, TimeSpan.FromSeconds(1)));
        }
    }

    private async Task<Pieces> PiecesAsync(ClientApi api, bool tools)
    {
        var request = new ClientRequest(api, "", $"judge {api} [[tokens=12]]{(tools ? ClientRequest.CallTools : "")}", Stream: true, tools);
        var text = (await _fleet.AskDirectlyAsync(request)).Text;
        var events = api == ClientApi.GeminiArray
            ? text.Trim('[', ']').Split(",\r\n")
            : text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        return new Pieces(request, await _fleet.ExpectedAsync(request), events);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Outcomes_ThatAreRight_AreToldApart(ClientApi api, bool tools)
    {
        var pieces = await PiecesAsync(api, tools);
        pieces.Judge(pieces.Events).ShouldBe(new Judgement(Verdict.Whole));
        pieces.Judge([.. pieces.Half, pieces.Error], AnswerEnd.Broken).ShouldBe(new Judgement(Verdict.BrokenOff));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Outcomes_ThatDeceive_AreRefused(ClientApi api, bool tools)
    {
        var pieces = await PiecesAsync(api, tools);
        var other = await PiecesAsync(api, !tools);
        var last = pieces.Events[^1];
        Refuses("cut, with a clean end", pieces.Judge(pieces.Half));
        Refuses("cut, with a faked end mark", pieces.Judge([.. pieces.Half, last]));
        Refuses("all but the end mark", pieces.Judge(pieces.Events.SkipLast(1)));
        Refuses("an error and a clean end", pieces.Judge([.. pieces.Half, pieces.Error]));
        Refuses("an error and the end mark", pieces.Judge([.. pieces.Half, pieces.Error, last]));
        Refuses("cut, without an error", pieces.Judge(pieces.Half, AnswerEnd.Broken));
        Refuses("whole, and then broken", pieces.Judge(pieces.Events, AnswerEnd.Broken));
        Refuses("an error before any content", pieces.Judge([pieces.Error], AnswerEnd.Broken));
        Refuses("an error after the leading events", pieces.Judge([.. api is ClientApi.Gemini or ClientApi.GeminiArray ? [] : pieces.Events.Take(1), pieces.Error], AnswerEnd.Broken));
        Refuses("one piece lost", pieces.Judge(pieces.Events.Where((_, i) => i != pieces.Events.Count / 2)));
        Refuses("one piece twice", pieces.Judge(pieces.Events.SelectMany((each, i) => i == pieces.Events.Count / 2 ? [each, each] : new[] { each })));
        Refuses("a part, then the whole", pieces.Judge([.. pieces.Half, .. pieces.Events]));
        Refuses("the whole twice", pieces.Judge([.. pieces.Events, .. pieces.Events]));
        Refuses("another answer", pieces.Judge(other.Events));
        Refuses("a part of another answer", pieces.Judge([.. other.Half, pieces.Error], AnswerEnd.Broken));
        Refuses("half an event", pieces.Judge([.. pieces.Half, pieces.Events[^2][..(pieces.Events[^2].Length / 2)]], AnswerEnd.Broken, closed: false));
        Refuses("nothing", pieces.Judge([]));
        Refuses("an error status", pieces.Judge([], status: 502));
        Refuses("no end", pieces.Judge(pieces.Half, AnswerEnd.Never));
    }

    [Theory]
    [InlineData(ClientApi.Chat)]
    [InlineData(ClientApi.Responses)]
    [InlineData(ClientApi.Messages)]
    [InlineData(ClientApi.Gemini)]
    [InlineData(ClientApi.Embeddings)]
    public async Task Bodies_ThatDeceive_AreRefused(ClientApi api)
    {
        var request = new ClientRequest(api, "", "[[say=one two three four]]", Stream: false);
        var expected = await _fleet.ExpectedAsync(request);
        var right = await _fleet.AskDirectlyAsync(request);
        var other = await _fleet.AskDirectlyAsync(request with { Prompt = "something else [[tokens=12]]" });
        AnswerOracle.Judge(request, expected, right).ShouldBe(new Judgement(Verdict.Whole));
        Refuses("another answer", AnswerOracle.Judge(request, expected, other));
        Refuses("half a body", AnswerOracle.Judge(request, expected, right with { Bytes = right.Bytes[..(right.Bytes.Length / 2)] }));
        Refuses("a body that breaks off", AnswerOracle.Judge(request, expected, right with { End = AnswerEnd.Broken }));
        Refuses("nothing", AnswerOracle.Judge(request, expected, right with { Bytes = [] }));
        Refuses("an error object", AnswerOracle.Judge(request, expected, right with { Bytes = """{"error":{"message":"x"}}"""u8.ToArray() }));
        Refuses("cut to length", AnswerOracle.Judge(request, expected, right with { Bytes = Encoding.UTF8.GetBytes(right.Text.Replace(expected.Text.ToString(), expected.Text.ToString()[..^3], StringComparison.Ordinal)) }));
        Refuses("an error status", AnswerOracle.Judge(request, expected, right with { Status = 503 }));
    }

    private static void Refuses(string what, Judgement judgement) => judgement.Verdict.ShouldBe(Verdict.Wrong, what);
}
