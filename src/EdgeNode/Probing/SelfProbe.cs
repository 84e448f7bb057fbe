using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Routes;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Tenancy;

namespace GlobalGateway.EdgeNode.Probing;

/// <summary>
/// Sends one small request to every route and model of the served bundle, through all stages but the key's: where clients send too little to
/// judge a bundle by, these say whether it can be served. They are charged to nobody and counted for nothing.
/// </summary>
public sealed class SelfProbe(SnapshotStore snapshots, TimeProvider clock)
{
    public const int RequestsMax = 200;
    public const int AtOnce = 8;

    public static readonly TimeSpan OneMax = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan AllMax = TimeSpan.FromSeconds(60);

    private static readonly (Operation Operation, string Path, string Body)[] ModelCalls =
    [
        (Operation.ChatCompletions, "/v1/chat/completions", """{"model":MODEL,"max_tokens":16,"messages":[{"role":"user","content":"ping"}]}"""),
        (Operation.Messages, "/v1/messages", """{"model":MODEL,"max_tokens":16,"messages":[{"role":"user","content":"ping"}]}"""),
        (Operation.Responses, "/v1/responses", """{"model":MODEL,"max_output_tokens":16,"input":"ping"}"""),
        (Operation.Embeddings, "/v1/embeddings", """{"model":MODEL,"input":"ping"}"""),
    ];

    private int _running;

    /// <summary>The stages of a request; set once they are put together.</summary>
    internal RequestDelegate? Pipeline { get; set; }

    /// <summary>Runs one probe at a time; asked again meanwhile, it says so.</summary>
    public async Task<SelfProbeResult> RunAsync(string nonce, CancellationToken cancel)
    {
        if (snapshots.Current is not { } snapshot || Pipeline is not { } pipeline)
        {
            return new SelfProbeResult(nonce, "", 0, ["nothing is served yet"]);
        }

        if (Interlocked.Exchange(ref _running, 1) == 1)
        {
            return new SelfProbeResult(nonce, snapshot.Bundle.Digest, 0, ["another probe is running"]);
        }

        try
        {
            using var all = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            all.CancelAfter(AllMax);
            var calls = Calls(snapshot).Take(RequestsMax).ToList();
            var failures = new string?[calls.Count];
            await Parallel.ForAsync(0, calls.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (at, _) =>
                failures[at] = await WhyFailedAsync(pipeline, calls[at], all.Token));
            return new SelfProbeResult(nonce, snapshot.Bundle.Digest, calls.Count, [.. failures.OfType<string>().Take(FleetProtocol.ProbeFailuresMax)]);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private static IEnumerable<ProbeCall> Calls(GatewaySnapshot snapshot)
    {
        var client = Client(snapshot);
        foreach (var route in snapshot.Routes)
        {
            yield return OfRoute(route, client);
        }

        foreach (var model in snapshot.Models.Values.Distinct().OrderBy(model => model.Name, StringComparer.Ordinal))
        {
            yield return OfModel(model, client);
        }
    }

    private static ProbeCall OfModel(CompiledModel model, ClientIdentity client)
    {
        var call = ModelCalls.FirstOrDefault(call => model.Near.Concat(model.Far).Any(target => target.Serves(call.Operation)), ModelCalls[0]);
        var body = call.Body.Replace("MODEL", $"\"{JsonEncodedText.Encode(model.Name)}\"", StringComparison.Ordinal);
        return new ProbeCall(model.Resource.Id, client, HttpMethods.Post, call.Path, body, FailsFrom: 400, null);
    }

    private static ProbeCall OfRoute(CompiledRoute route, ClientIdentity client)
    {
        var match = route.Resource.Match;
        var path = match.Path.EndsWith("/**", StringComparison.Ordinal) ? match.Path[..^2] : match.Path;

        // A service may well refuse an empty request; that it answers is what counts.
        return new ProbeCall(route.Resource.Id, client, match.Methods is [var method, ..] ? method : HttpMethods.Get, path, null, FailsFrom: 500, match);
    }

    private async ValueTask<string?> WhyFailedAsync(RequestDelegate pipeline, ProbeCall call, CancellationToken cancel)
    {
        using var one = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        one.CancelAfter(OneMax);
        var context = call.CreateContext(one.Token);
        var started = clock.GetTimestamp();
        try
        {
            await pipeline(context);
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException)
        {
            return $"{call.Id}: no answer in {clock.GetElapsedTime(started).TotalSeconds:0} s";
        }

        return one.IsCancellationRequested ? $"{call.Id}: no answer in {clock.GetElapsedTime(started).TotalSeconds:0} s"
            : context.Response.StatusCode == StatusCodes.Status429TooManyRequests || context.Response.StatusCode < call.FailsFrom ? null
            : $"{call.Id}: {context.Response.StatusCode}";
    }

    /// <summary>May use everything, and is nobody's: no limit, no budget, no key that a client could send.</summary>
    private static ClientIdentity Client(GatewaySnapshot snapshot) => new()
    {
        Tenant = new Tenant { Name = "self-probe", Tier = Tier.P2, RecordShapes = false },
        TenantNumber = Signals.BundleSignals.Nobody,
        Key = new ClientKey { Name = "self-probe", Sha256 = "" },
        Hash = new byte[SHA256.HashSizeInBytes],
        Models = snapshot.Models.Values.Select(model => model.Name).ToFrozenSet(StringComparer.Ordinal),
        Routes = snapshot.Routes.Select(route => route.Name).ToFrozenSet(StringComparer.Ordinal),
        Limits = [],
        BodyLimits = [],
        Budgets = [],
    };
}

/// <summary>One request of a probe; a feature of its own context, which no client can set.</summary>
internal sealed record ProbeCall(string Id, ClientIdentity Client, string Method, string Path, string? Body, int FailsFrom, RouteMatch? Match)
{
    public HttpContext CreateContext(CancellationToken cancel)
    {
        var context = new DefaultHttpContext { RequestAborted = cancel };
        context.Features.Set(this);
        var request = context.Request;
        request.Method = Method;
        request.Scheme = "http";
        request.Protocol = HttpProtocol.Http11;
        request.Path = new PathString(Path);
        request.Host = new HostString(Match?.Host ?? "localhost");
        foreach (var header in Match?.Headers ?? [])
        {
            request.Headers[header.Name] = header.Value ?? "probe";
        }

        if (Match?.Query is { Count: > 0 } query)
        {
            request.QueryString = QueryString.Create(query.Select(part => KeyValuePair.Create(part.Name, part.Value ?? "probe"))!);
        }

        if (Body is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(Body);
            request.ContentType = "application/json";
            request.ContentLength = bytes.Length;
            request.Body = new MemoryStream(bytes, writable: false);
        }

        context.Response.Body = Stream.Null;
        return context;
    }
}
