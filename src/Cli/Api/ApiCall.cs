using System.CommandLine;
using System.Text.Json.Nodes;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Api;

/// <summary>One run of an <see cref="ApiCommand"/>.</summary>
/// <param name="IsJson">A script reads what is written.</param>
internal sealed record ApiCall(ParseResult Options, ApiClient Client, bool IsJson, CancellationToken Cancel)
{
    public T? Value<T>(Argument<T> argument) => Options.GetValue(argument);

    public T? Value<T>(Option<T> option) => Options.GetValue(option);

    public Task<JsonNode> GetAsync(string path) => Client.GetAsync(path, Cancel);

    public Task<JsonNode> PostAsync(string path, JsonNode? body = null) => Client.PostAsync(path, body, Cancel);

    /// <summary>Writes the answer: to scripts as it is, to people as <paramref name="text"/> says it.</summary>
    public int Answer(JsonNode answer, Action<JsonNode> text)
    {
        if (IsJson)
        {
            Json.Write(answer);
        }
        else
        {
            text(answer);
        }

        return ExitCode.Done;
    }
}
