using System.Collections.Concurrent;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Snapshots;

namespace GlobalGateway.EdgeNode.Shapes;

/// <summary>Keeps the shapes of a few requests of each tenant that does not turn it off: what a change of the configuration is tried on before it is rolled out.</summary>
public sealed class ShapeRecorder(SnapshotStore snapshots, TimeProvider clock)
{
    private const int HashDigits = 16;

    private static readonly string[] OperationNames = [.. Enum.GetNames<Operation>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    private readonly ConcurrentDictionary<string, TenantReservoir> _tenants = new(StringComparer.Ordinal);

    /// <summary>Draws whether the request is kept, and reads its body's flags if so. Called while the body is there.</summary>
    public void Look(GatewayRequest request, ReadOnlySpan<byte> body)
    {
        if (Draw(request))
        {
            request.Shape = request.Shape with { BodyBytes = body.Length, Flags = ShapeFlags.Of(body, request.IsStream) };
        }
    }

    /// <summary>The request has ended: what was drawn is kept.</summary>
    public void Ended(HttpContext context, GatewayRequest request, int status)
    {
        if (!request.Shape.Drawn)
        {
            Draw(request);
        }

        if (request.Shape is { Place: >= 0 and var place } && request.Client is { } client)
        {
            ReservoirOf(client.Tenant.Name).Keep(place, Describe(context.Request, request, status), clock.GetUtcNow());
        }
    }

    /// <summary>Everything kept, of tenants that still are served and are recorded still.</summary>
    public IReadOnlyList<RequestShape> Read()
    {
        var now = clock.GetUtcNow();
        var served = snapshots.Current?.Resources.Tenants ?? [];
        foreach (var gone in _tenants.Keys.Except(served.Where(tenant => tenant.RecordShapes).Select(tenant => tenant.Name)))
        {
            _tenants.TryRemove(gone, out _);
        }

        return [.. _tenants.OrderBy(entry => entry.Key, StringComparer.Ordinal).SelectMany(entry => entry.Value.Read(now))];
    }

    private bool Draw(GatewayRequest request)
    {
        if (request.Client is not { Tenant.RecordShapes: true } client || request.Probe || request.Operation is Operation.None or Operation.ListModels or Operation.GetModel or Operation.StoredResponse)
        {
            request.Shape = new ShapeDraw(true, TenantReservoir.NotChosen);
            return false;
        }

        var max = Math.Clamp(ShapeLimits.AllMax / Math.Max(1, request.Snapshot!.Resources.Tenants.Count), 1, ShapeLimits.PerTenantMax);
        request.Shape = new ShapeDraw(true, ReservoirOf(client.Tenant.Name).Draw(max, clock.GetUtcNow()));
        return request.Shape.Place >= 0;
    }

    private TenantReservoir ReservoirOf(string tenant) => _tenants.GetOrAdd(tenant, static _ => new TenantReservoir());

    private static RequestShape Describe(HttpRequest http, GatewayRequest request, int status)
    {
        var bytes = request.Shape.BodyBytes > 0 ? request.Shape.BodyBytes : http.ContentLength ?? 0;
        var tokens = request.Usage.TotalInput > 0 ? request.Usage.TotalInput : request.Facts.InputTokens;
        return new RequestShape(
            request.Client!.Tenant.Name,
            request.Client.Key.Name,
            OperationNames[(int)request.Operation],
            http.Method,
            Bucket(bytes),
            Bucket(tokens),
            request.Shape.Flags ?? [],
            Headers(http, request.Snapshot!),

            // What a provider refused, this edge had let through.
            status is not (401 or 403 or 404 or 429) || request.ErrorCode == "provider_refused",
            1,
            Short(request.Facts.Model ?? request.PathModel),
            request.Route?.Name,
            request.Route is null ? null : Short(http.Path.Value));
    }

    private static SortedDictionary<string, string> Headers(HttpRequest http, GatewaySnapshot snapshot)
    {
        var told = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in snapshot.MatchedHeaders)
        {
            if (told.Count < ShapeLimits.HeadersMax && http.Headers.TryGetValue(name, out var value))
            {
                told[name] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value.ToString())))[..HashDigits];
            }
        }

        return told;
    }

    private static int Bucket(long size) => size <= 1 ? 0 : 64 - BitOperations.LeadingZeroCount((ulong)size - 1);

    private static string? Short(string? text) => text?.Length > ShapeLimits.PathLettersMax ? text[..ShapeLimits.PathLettersMax] : text;
}
