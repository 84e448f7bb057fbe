using System.Net.Http.Headers;
using System.Text.Json;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.Cli.Watching;

/// <summary>What the control plane says of the folder it watches, and of its store.</summary>
/// <param name="Errors">Each a whole line as <c>gg validate</c> prints it; empty when the folder is served as it is.</param>
/// <param name="StoreWarning">That the store fills up; absent when it does not.</param>
internal sealed record SourceView(string? Revision, IReadOnlyList<string> Errors, string? StoreWarning = null)
{
    /// <returns>Null when the control plane does not answer.</returns>
    public static async Task<SourceView?> LookAsync(FleetRecord fleet, string stateDirectory, HttpClient http, CancellationToken cancellation)
    {
        try
        {
            var address = fleet.Processes.First(process => process.Role == PartRole.ControlPlane).Address;
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{address}/api/v1/status"));
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Bearer", (await File.ReadAllTextAsync(new FleetPaths(stateDirectory).AdminToken, cancellation)).Trim());
            using var response = await http.SendAsync(request, cancellation);
            using var status = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellation));
            var serving = status.RootElement.TryGetProperty("serving", out var now) ? now.GetProperty("revision").GetString() : null;
            return new SourceView(serving, [.. status.RootElement.GetProperty("source").GetProperty("errors").EnumerateArray()
                .Select(error => error.GetProperty("text").GetString()!)],
                status.RootElement.TryGetProperty("store", out var store) && store.TryGetProperty("warning", out var warning) ? warning.GetString() : null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or KeyNotFoundException || e is TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
