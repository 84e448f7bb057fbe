using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Faults;
using GlobalGateway.ProviderSimulator.Latency;
using GlobalGateway.ProviderSimulator.Recording;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.Admin;

/// <summary>Scripts faults and latency and shows what was received; needs the bearer token.</summary>
internal sealed class AdminApi(string? token, FaultBook faults, LatencyBook latency, RequestRecorder recorder, ModelCatalogue catalogue)
{
    private const int BodyBytesMax = 1024 * 1024;

    private readonly byte[]? _tokenHash = string.IsNullOrEmpty(token) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public Task InvokeAsync(HttpContext context)
    {
        if (!IsAuthorised(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return ErrorsAsync(context, 401, "the admin API needs its bearer token");
        }
        var path = context.Request.Path.Value!;
        return (context.Request.Method, path) switch
        {
            ("GET", "/admin/faults") => WriteAsync(context, 200, new FaultListView([.. faults.Entries.Select(static entry => new FaultRuleView(entry.Rule, entry.Matched, entry.Fired))]), AdminJson.Default.FaultListView),
            ("POST", "/admin/faults") => AddFaultAsync(context),
            ("DELETE", "/admin/faults") => Done(context, faults.Clear),
            ("DELETE", _) when path.StartsWith("/admin/faults/", StringComparison.Ordinal) => faults.Remove(path["/admin/faults/".Length..])
                ? Done(context, static () => { }) : ErrorsAsync(context, 404, "no such fault rule"),
            ("GET", "/admin/latency") => WriteAsync(context, 200, new LatencyListView(latency.Rules), AdminJson.Default.LatencyListView),
            ("PUT", "/admin/latency") => PutLatencyAsync(context),
            ("DELETE", "/admin/latency") => Done(context, latency.Clear),
            ("GET", "/admin/requests") => WriteAsync(context, 200, Requests(context.Request.Query), AdminJson.Default.RequestListView),
            ("DELETE", "/admin/requests") => Done(context, recorder.Clear),
            ("GET", "/admin/models") => WriteAsync(context, 200, catalogue.All, AdminJson.Default.IReadOnlyListSimulatedModel),
            ("POST", "/admin/reset") => Done(context, () =>
            {
                faults.Clear();
                latency.Clear();
                recorder.Clear();
            }),
            _ => ErrorsAsync(context, 404, $"the admin API has no {context.Request.Method} {path}"),
        };
    }

    private bool IsAuthorised(HttpRequest request)
    {
        var value = request.Headers.Authorization.ToString();
        return _tokenHash is not null && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(value["Bearer ".Length..].Trim())), _tokenHash);
    }

    private async Task AddFaultAsync(HttpContext context)
    {
        var (rule, error) = await ReadAsync(context, AdminJson.Default.FaultRule);
        string[] errors = rule is null ? [error!] : [.. FaultRuleCheck.Errors(rule)];
        if (errors.Length > 0)
        {
            await ErrorsAsync(context, 400, errors);
        }
        else if (faults.Add(rule!) is { } added)
        {
            await WriteAsync(context, 201, added, AdminJson.Default.FaultRule);
        }
        else
        {
            await ErrorsAsync(context, 409, $"id is taken, or there are already {FaultBook.RulesMax} rules");
        }
    }

    private async Task PutLatencyAsync(HttpContext context)
    {
        var (rule, error) = await ReadAsync(context, AdminJson.Default.LatencyRule);
        string[] errors = rule is null ? [error!] : [.. rule.Errors()];
        if (errors.Length > 0)
        {
            await ErrorsAsync(context, 400, errors);
        }
        else if (latency.Put(rule!))
        {
            await WriteAsync(context, 200, rule!, AdminJson.Default.LatencyRule);
        }
        else
        {
            await ErrorsAsync(context, 409, $"there are already {LatencyBook.RulesMax} rules");
        }
    }

    private RequestListView Requests(IQueryCollection query)
    {
        var since = long.TryParse(query["since"], CultureInfo.InvariantCulture, out var sequence) ? sequence : 0;
        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var most) ? most : int.MaxValue;
        bool Fits(string name, string? value) => query[name].ToString() is not { Length: > 0 } wanted || wanted == value;
        return new RequestListView([.. recorder.Snapshot()
            .Where(request => request.Sequence > since && Fits("provider", request.Provider) && Fits("endpoint", request.Endpoint) && Fits("model", request.Model))
            .TakeLast(Math.Max(0, limit)).Select(View)]);
    }

    private static RequestView View(RecordedRequest request) => new(
        request.Sequence, request.Time, request.RequestId, request.Provider, request.Endpoint, request.Method, request.Path, request.Query, request.Protocol,
        request.ConnectionId, request.ConnectionRequest, request.Headers.DistinctBy(static header => header.Key).ToDictionary(static header => header.Key, static header => header.Value),
        request.Credential is { } credential ? new CredentialView(credential.Sha256, credential.Last4) : null, Encoding.UTF8.GetString(request.Body), request.BodyBytes,
        request.Model, request.FaultRule, request.FaultType, request.Outcome, request.Status, request.EventsSent);

    private static async Task<(T? Value, string? Error)> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        if (await Routing.BodyReading.ReadAsync(context.Request, BodyBytesMax, static _ => null) is not { } body)
        {
            return (null, $"the body is larger than {BodyBytesMax} bytes");
        }
        try
        {
            return JsonSerializer.Deserialize(body, type) is { } value ? (value, null) : (null, "the body is null");
        }
        catch (JsonException broken)
        {
            return (null, broken.Message);
        }
    }

    private static Task Done(HttpContext context, Action act)
    {
        act();
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private static Task ErrorsAsync(HttpContext context, int status, params string[] errors) => WriteAsync(context, status, new ErrorsView(errors), AdminJson.Default.ErrorsView);

    private static Task WriteAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, type)).AsTask();
    }
}
