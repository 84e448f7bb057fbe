using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Translation;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>One request through an edge to a scripted provider: what was sent there, and what the client got.</summary>
internal sealed record Calls(JsonElement Sent, HttpResponseMessage Response, string Text)
{
    public JsonElement Answer => Json(Text);

    public string Dropped => Response.Headers.TryGetValues("x-gateway-dropped", out var names) ? names.Single() : "";

    /// <param name="answer">The provider's: an object, or the events of a stream.</param>
    public static async Task<Calls> MakeAsync(
        ProviderFormat format, string path, string request, string answer, Capabilities? capabilities = null, Func<ResourceSet, ResourceSet>? change = null)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => answer.StartsWith('{') ? ScriptedUpstream.JsonAsync(context, 200, answer) : ScriptedUpstream.StreamAsync(context, answer);
        var resources = TestResources.For(format, upstream);
        if (capabilities is not null)
        {
            var model = resources.Models[0];
            resources = resources with { Models = [model with { Targets = [model.Targets[0] with { Capabilities = capabilities }] }] };
        }

        await using var edge = await EdgeHost.StartAsync(change?.Invoke(resources) ?? resources);
        var response = await edge.PostAsync(path, request);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Calls(upstream.Requests.TryPeek(out var sent) ? Json(sent.Body) : default, response, text);
    }

    /// <summary>The data of each event the client got, without end marks.</summary>
    public JsonElement[] Events =>
        [.. Text.Split('\n').Where(l => l.StartsWith("data: {", StringComparison.Ordinal)).Select(l => Json(l["data: ".Length..]))];

    /// <summary>Events as a provider of that dialect writes them.</summary>
    public static string Stream(params string[] data) =>
        string.Concat(data.Select(d => d.StartsWith('{') && Json(d).TryGetProperty("type", out var type) ? $"event: {type.GetString()}\ndata: {d}\n\n" : $"data: {d}\n\n"));

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
