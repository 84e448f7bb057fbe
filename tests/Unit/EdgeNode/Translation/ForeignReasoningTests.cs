using System.Text;
using System.Text.Json.Nodes;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Translation;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

public class ForeignReasoningTests
{
    [Theory]
    [InlineData(Operation.ChatCompletions,
        """{"messages":[{"role":"assistant","content":"a","reasoning_content":"hm"},{"reasoning_content":null , "role":"user"},{"reasoning_content":"x"}],"tools":[{"properties":{"reasoning_content":{"type":"string"}}}]}""",
        """{"messages":[{"role":"assistant","content":"a"},{"role":"user"},{}],"tools":[{"properties":{"reasoning_content":{"type":"string"}}}]}""")]
    [InlineData(Operation.Messages,
        """{"messages":[{"content":[{"type":"thinking","thinking":"a","signature":"gg.gemini.c2ln"},{"type":"redacted_thinking","data":"gg.x.y"},{"type":"text","text":"b"}]},{"content":[{"type":"thinking","thinking":"own","signature":"c2ln"},{"type":"thinking","thinking":"a","signature":"gg.g.x"} , {"type":"thinking","thinking":"","signature":"gg.g.y"}]},{"content":[{"type":"thinking","signature":"gg.g.z"}]}]}""",
        """{"messages":[{"content":[{"type":"text","text":"b"}]},{"content":[{"type":"thinking","thinking":"own","signature":"c2ln"}]},{"content":[]}]}""")]
    [InlineData(Operation.GenerateContent,
        """{"contents":[{"parts":[{"text":"a","thought":true,"thoughtSignature":"Z2cuYW50aHJvcGljLmMybG4="},{"thoughtSignature":"b3du","text":"b"}]}]}""",
        """{"contents":[{"parts":[{"text":"a","thought":true},{"thoughtSignature":"b3du","text":"b"}]}]}""")]
    [InlineData(Operation.Messages, """{"messages":[{"content":"gg.gemini is a text"}]}""", """{"messages":[{"content":"gg.gemini is a text"}]}""")]
    public void Places_OfOtherProvidersThinking_LeaveAWholeBody(Operation operation, string body, string left)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var kept = new List<byte>();
        var at = 0;
        foreach (var place in ForeignReasoning.Places(operation, bytes))
        {
            kept.AddRange(bytes[at..place.Start]);
            at = place.End.Value;
        }

        kept.AddRange(bytes[at..]);

        var text = Encoding.UTF8.GetString([.. kept]);
        JsonNode.DeepEquals(JsonNode.Parse(text), JsonNode.Parse(left)).ShouldBeTrue(text);
    }
}
