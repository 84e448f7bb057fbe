using System.Text;

namespace GlobalGateway.Bench.Upstream;

/// <summary>The bytes the upstream answers and the generator expects: small like a chat turn, valid to the last field.</summary>
internal static class FixedAnswer
{
    /// <summary>Events with text in one streamed answer; one token each.</summary>
    public const int StreamTokens = 64;

    private const string Head = "\"id\":\"chatcmpl-bench\",\"created\":1767225600,\"model\":\"gpt-4o-mini-2024-07-18\",\"system_fingerprint\":\"fp_5e1f0a7c3b\"";
    private const string Usage = "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":64,\"total_tokens\":76}";

    public static byte[] Whole { get; } = Encoding.UTF8.GetBytes(
        $$"""{{{Head}},"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"{{string.Concat(Enumerable.Range(0, StreamTokens).Select(Word))}}","refusal":null},"logprobs":null,"finish_reason":"stop"}],{{Usage}}}""");

    /// <summary>The words of <see cref="TwoKilobytes"/>.</summary>
    public static string TwoKilobytesText { get; } = string.Concat(Enumerable.Range(0, 260).Select(Word));

    /// <summary>A longer answer of the same sort.</summary>
    public static byte[] TwoKilobytes { get; } = Encoding.UTF8.GetBytes(
        $$"""{{{Head}},"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"{{TwoKilobytesText}}","refusal":null},"logprobs":null,"finish_reason":"stop"}],{{Usage}}}""");

    public static byte[][] Events { get; } =
    [
        Chunk("""{"role":"assistant","content":""}"""),
        .. Enumerable.Range(0, StreamTokens).Select(n => Chunk($$"""{"content":"{{Word(n)}}"}""")),
        Event($$"""{{{Head}},"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}"""),
        Event($$"""{{{Head}},"object":"chat.completion.chunk","choices":[],{{Usage}}}"""),
        Event("[DONE]"),
    ];

    private static byte[] Chunk(string delta) =>
        Event($$"""{{{Head}},"object":"chat.completion.chunk","choices":[{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":null}]}""");

    private static byte[] Event(string data) => Encoding.UTF8.GetBytes($"data: {data}\n\n");

    private static string Word(int n) => $"word{n % 10} ";
}
