using System.Security.Cryptography;
using System.Text;
using GlobalGateway.Bench.Measuring;
using GlobalGateway.Bench.Upstream;

namespace GlobalGateway.Bench.Load;

/// <summary>The bytes every connection sends, and the digest of the only right answer.</summary>
internal sealed record GeneratorRequest(ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> ExpectedSha256)
{
    public const string Key = "gg-bench";

    public static async Task<GeneratorRequest> MakeAsync(int port, Shape shape)
    {
        var path = shape == Shape.Messages2K ? "/v1/messages" : "/v1/chat/completions";
        var body = shape switch
        {
            Shape.Stream => """{"model":"bench","messages":[{"role":"user","content":"Say sixty-four words."}],"stream":true,"stream_options":{"include_usage":true}}""",
            Shape.Small => """{"model":"bench","messages":[{"role":"user","content":"Say sixty-four words."}]}""",
            _ => $$"""{"model":"bench","max_tokens":900,"messages":[{"role":"user","content":"Say {{FixedUpstream.TwoKilobytes}}."}]}""",
        };
        return new GeneratorRequest(Post(port, path, body), SHA256.HashData(shape switch
        {
            Shape.Stream => [.. FixedAnswer.Events.SelectMany(piece => piece)],
            Shape.Small => FixedAnswer.Whole,
            Shape.Chat2K => FixedAnswer.TwoKilobytes,
            _ => await AskAsync(port, path, body),
        }));
    }

    public static byte[] Post(int port, string path, string body) => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {Key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    // A translated answer is known from asking once; it must hold every word.
    private static async Task<byte[]> AskAsync(int port, string path, string body)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", Key);
        using var response = await client.SendAsync(request);
        var answer = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode && answer.AsSpan().IndexOf(Encoding.ASCII.GetBytes(FixedAnswer.TwoKilobytesText)) >= 0
            ? answer
            : throw new InvalidDataException($"{path} answered {(int)response.StatusCode} without the upstream's words");
    }
}
