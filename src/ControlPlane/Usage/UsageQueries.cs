using System.Net;
using System.Text.Json;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Usage;

/// <summary>
/// Has an edge say what a tenant used: usage is in the ledger, which edges read and control planes do not. Any of them answers for all
/// regions, so the nearest is asked first, and the next when it gives no answer.
/// </summary>
public sealed class UsageQueries(FleetView fleet, EdgeClient edges, PlaneIdentity plane) : IDisposable
{
    private readonly SemaphoreSlim _asking = new(UsageLimits.AtOnceMax);

    /// <param name="below"><c>/events</c> for every call, nothing for sums.</param>
    /// <param name="query">With its question mark.</param>
    public async Task<UsageAnswer> AskAsync(string below, string query, CancellationToken cancel)
    {
        if (!await _asking.WaitAsync(TimeSpan.Zero, cancel))
        {
            return UsageAnswer.None(StatusCodes.Status503ServiceUnavailable, $"{UsageLimits.AtOnceMax} reports are being made; ask again in a moment.");
        }

        try
        {
            var problems = new List<string>();
            foreach (var edge in Nearest())
            {
                var answer = await AskAsync(edge.Address, FleetProtocol.UsagePath + below + query, cancel);
                if (answer.Status < StatusCodes.Status500InternalServerError)
                {
                    return answer;
                }

                problems.Add($"{edge.Report.Id}: {answer.Problem}");
            }

            return UsageAnswer.None(
                StatusCodes.Status503ServiceUnavailable,
                problems.Count == 0 ? "No edge with a peer listener (peerListen) is connected, and only edges know." : $"No edge can answer. {string.Join("; ", problems)}");
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private IEnumerable<AskableEdge> Nearest() =>
        fleet.Askable.OrderBy(edge => edge.Report.Draining).ThenByDescending(edge => edge.Report.Region == plane.Region).Take(UsageLimits.EdgesMax);

    private async Task<UsageAnswer> AskAsync(Uri edge, string pathAndQuery, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(UsageLimits.EdgePatience);
        try
        {
            var (status, body) = await edges.GetAsync(edge, pathAndQuery, UsageLimits.AnswerBytesMax, timeout.Token);
            return body is null
                ? UsageAnswer.None(StatusCodes.Status422UnprocessableEntity, $"That is more than {UsageLimits.AnswerBytesMax / 1024 / 1024} MiB: ask for a shorter time, or by fewer columns.")
                : status == HttpStatusCode.OK ? UsageAnswer.Of(body)
                : DetailOf(body) is { } detail ? UsageAnswer.None((int)status, detail)

                // An edge of before this route, or one that is asked too much: another may answer.
                : UsageAnswer.None(StatusCodes.Status503ServiceUnavailable, $"it answers {(int)status}");
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            return UsageAnswer.None(StatusCodes.Status503ServiceUnavailable, $"it does not answer ({problem.Message})");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return UsageAnswer.None(StatusCodes.Status503ServiceUnavailable, $"no answer in {UsageLimits.EdgePatience.TotalSeconds:0} s; a shorter time is answered sooner");
        }
    }

    private static string? DetailOf(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var problem = JsonDocument.Parse(json);
            return problem.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("detail", out var detail) && detail.ValueKind == JsonValueKind.String ? detail.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
