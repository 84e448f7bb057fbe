using System.Buffers;
using System.Text;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.ResponseState;
using GlobalGateway.EdgeNode.Streaming;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.ResponseState;

public class ResponseIdsTests
{
    private static readonly ResponseOrigin Origin = new("eu-west", "fast", "openai/main/gpt", "main", true, "resp_abc");

    [Fact]
    public void Id_IsReadByItsTenantOnly()
    {
        var subject = new ResponseIds(ResponseIdKeys.Load(null));

        var id = subject.Wrap(Origin, "acme");

        id.ShouldStartWith("resp_");
        subject.Read(id, "acme").ShouldBe(Origin);
        subject.Read(id, "other").ShouldBeNull();
        new ResponseIds(ResponseIdKeys.Load(null)).Read(id, "acme").ShouldBeNull();
    }

    [Theory]
    [InlineData("resp_abc")]
    [InlineData("resp_abcd")]
    [InlineData("resp_abcde")]
    public void Id_WithAnyCharacterChanged_IsUnknown(string providersId)
    {
        var subject = new ResponseIds(ResponseIdKeys.Load(null));
        var id = subject.Wrap(Origin with { ProvidersId = providersId }, "acme");

        for (var i = 0; i < id.Length; i++)
        {
            var changed = id.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            subject.Read(new string(changed), "acme").ShouldBeNull($"character {i}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("resp_")]
    [InlineData("resp_abc")]
    [InlineData("resp_68a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f607")]
    [InlineData("resp_%00")]
    [InlineData("msg_1")]
    public void IdOfAProvider_IsUnknown(string id) => new ResponseIds(ResponseIdKeys.Load(null)).Read(id, "acme").ShouldBeNull();

    [Fact]
    public void KeyFile_OfSeveralLines_SignsWithTheFirstAndBelievesAll()
    {
        var path = Path.GetTempFileName();
        var (old, fresh) = (new string('a', 40), new string('b', 40));
        File.WriteAllText(path, old);
        var before = new ResponseIds(ResponseIdKeys.Load(path)).Wrap(Origin, "acme");
        File.WriteAllText(path, $"{fresh}\n{old}\n");
        var both = new ResponseIds(ResponseIdKeys.Load(path));
        var after = both.Wrap(Origin, "acme");
        File.WriteAllText(path, fresh);
        var later = new ResponseIds(ResponseIdKeys.Load(path));

        both.Read(before, "acme").ShouldBe(Origin);
        later.Read(after, "acme").ShouldBe(Origin);
        later.Read(before, "acme").ShouldBeNull();
        File.Delete(path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    public void KeyFile_WithoutARealKey_IsAClearError(string text)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, text);

        Should.Throw<EdgeOptionsException>(() => ResponseIdKeys.Load(path)).Message.ShouldContain("responseIdKeyFile");
        File.Delete(path);
    }

    [Theory]
    [InlineData("""{"id":"resp_abc","object":"response","metadata":{"id":"x","previous_response_id":"y"},"previous_response_id":"resp_prev","z":1}""")]
    [InlineData("""{ "object" : "response", "previous_response_id":null, "id" : "resp_abc" }""")]
    [InlineData("""{"object":"list","data":[{"id":"msg_1"}]}""")]
    public void Rewriting_ChangesIdsAndNothingElse(string json)
    {
        var ids = new ResponseIds(ResponseIdKeys.Load(null));
        var output = new ArrayBufferWriter<byte>();

        ResponseIdRewriter.Write(Encoding.UTF8.GetBytes(json), isEvent: false, new ResponseIdStamp(ids, "acme", null, Origin), output);

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe(json
            .Replace("resp_abc", ids.Wrap(Origin, "acme"), StringComparison.Ordinal)
            .Replace("resp_prev", ids.Wrap(Origin with { ProvidersId = "resp_prev" }, "acme"), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"resp_abc\",\"output\":[]}}\n\n")]
    [InlineData("data: {\"response\":{\"id\":\"resp_abc\"}}\r\n\r\n")]
    [InlineData("event: response.created\ndata: {\"response\":\ndata: {\"id\":\"resp_abc\"}}\n\n")]
    public void StreamEvent_WithAResponse_HasTheClientsId(string text)
    {
        var ids = new ResponseIds(ResponseIdKeys.Load(null));
        var output = new ArrayBufferWriter<byte>();
        var subject = new ResponseIdPassage(new PassThrough(new ResponsesStreamInspector()), new ResponseIdStamp(ids, "acme", null, Origin));

        subject.Take(new SseEvent(Encoding.UTF8.GetBytes(text)), output);

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe(text.Replace("\r", "", StringComparison.Ordinal)
            .Replace("\"response\":\ndata: ", "\"response\": ", StringComparison.Ordinal).Replace("resp_abc", ids.Wrap(Origin, "acme"), StringComparison.Ordinal));
    }

    [Fact]
    public void StreamEvent_WithoutAResponse_PassesAsItIs()
    {
        const string Text = "event: response.output_text.delta\r\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"the \\\"response\\\" is\"}\r\n\r\n";
        var output = new ArrayBufferWriter<byte>();
        var subject = new ResponseIdPassage(new PassThrough(new ResponsesStreamInspector()), new ResponseIdStamp(new ResponseIds(ResponseIdKeys.Load(null)), "acme", null, Origin));

        subject.Take(new SseEvent(Encoding.UTF8.GetBytes(Text)), output);

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe(Text);
    }
}
