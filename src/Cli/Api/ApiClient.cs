using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Api;

/// <summary>Speaks to the first control plane that answers, and follows to the leader where only that one can do what is asked.</summary>
internal sealed class ApiClient : IDisposable
{
    private const string Root = "/api/v1";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = Patience };
    private readonly IReadOnlyList<Uri> _planes;

    public ApiClient(IReadOnlyList<Uri> planes, string token)
    {
        _planes = planes;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <param name="path">Below <c>/api/v1</c>, such as <c>/edges</c>.</param>
    public Task<JsonNode> GetAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, cancel);

    /// <summary>Sends a change with a key of its own, so that trying the next control plane cannot make it twice.</summary>
    public Task<JsonNode> PostAsync(string path, JsonNode? body, CancellationToken cancel) => SendAsync(HttpMethod.Post, path, body ?? new JsonObject(), cancel);

    public Task<JsonNode> DeleteAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Delete, path, null, cancel);

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancel)
    {
        var key = method == HttpMethod.Get ? null : Guid.NewGuid().ToString("N");
        var problems = new List<string>();
        foreach (var plane in _planes)
        {
            try
            {
                return await SendAsync(plane, method, path, body, key, followLeader: true, cancel);
            }
            catch (HttpRequestException problem)
            {
                problems.Add($"{plane.Authority}: {problem.Message}");
            }
            catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
            {
                problems.Add($"{plane.Authority}: no answer in {Patience.TotalSeconds:0} s");
            }
        }

        throw new CommandException($"No control plane answers ({string.Join("; ", problems)}). Edges serve on meanwhile; see \"gg status\".");
    }

    private async Task<JsonNode> SendAsync(Uri plane, HttpMethod method, string path, JsonNode? body, string? key, bool followLeader, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(plane, Root + path));
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        using var response = await _http.SendAsync(request, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        if (response.IsSuccessStatusCode)
        {
            return text.Length == 0 ? new JsonObject() : Parse(text, plane);
        }

        var problem = Parse(text, plane);
        if (response.StatusCode == HttpStatusCode.MisdirectedRequest && followLeader && problem["leader"]?.GetValue<string>() is { } leader && Uri.TryCreate(leader, UriKind.Absolute, out var there))
        {
            return await SendAsync(there, method, path, body, key, followLeader: false, cancel);
        }

        var errors = problem["errors"] is JsonArray list ? string.Concat(list.Select(error => $"{Environment.NewLine}  {error}")) : "";
        throw new CommandException(
            $"{problem["detail"] ?? problem["title"] ?? $"{plane.Authority} answered {(int)response.StatusCode}"}{errors}",
            response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound ? ExitCode.WrongCall : ExitCode.Failed);
    }

    private static JsonNode Parse(string text, Uri plane)
    {
        try
        {
            return JsonNode.Parse(text) ?? new JsonObject();
        }
        catch (JsonException)
        {
            throw new CommandException($"{plane.Authority} answered no JSON; is it a control plane's API?");
        }
    }
}
