using System.Net.Http.Headers;
using System.Text;
using GlobalGateway.Dialects.Fleet;

namespace GlobalGateway.Dialects.Streams;

/// <summary>Asks for a stream without any library and holds its bytes against the dialect's grammar.</summary>
public static class StreamReading
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>What is wrong with the answer; empty when nothing is.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(string edge, StreamQuestion question)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, edge + question.Path) { Content = new StringContent(question.Body(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", DialectFleet.ClientKey);
        using var response = await Client.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode ? question.Grammar.Check(bytes) : [$"{(int)response.StatusCode}: {Encoding.UTF8.GetString(bytes)}"];
    }
}
