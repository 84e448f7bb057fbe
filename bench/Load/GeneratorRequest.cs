using System.Text;
using GlobalGateway.Bench.Upstream;

namespace GlobalGateway.Bench.Load;

/// <summary>The bytes every connection sends, and the digest of the only right answer.</summary>
internal sealed record GeneratorRequest(ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> ExpectedSha256, bool Streams)
{
    public const string Key = "gg-bench";

    public static GeneratorRequest Make(int port, bool streams)
    {
        var body = streams
            ? """{"model":"bench","messages":[{"role":"user","content":"Say sixty-four words."}],"stream":true,"stream_options":{"include_usage":true}}"""
            : """{"model":"bench","messages":[{"role":"user","content":"Say sixty-four words."}]}""";
        var head = $"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {Key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        var answer = streams ? FixedAnswer.Events.SelectMany(piece => piece).ToArray() : FixedAnswer.Whole;
        return new GeneratorRequest(Encoding.ASCII.GetBytes(head + body), System.Security.Cryptography.SHA256.HashData(answer), streams);
    }
}
