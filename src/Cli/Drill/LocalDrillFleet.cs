using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using GlobalGateway.Chaos.Drills;
using GlobalGateway.LocalFleet;

namespace GlobalGateway.Cli.Drill;

/// <summary>A local fleet as drills see it.</summary>
internal sealed class LocalDrillFleet(LocalFleet.Fleet fleet, HttpClient http) : IDrillFleet
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);

    public Uri EdgeAddress(string region) => fleet.EdgeAddress(region);

    public async Task<string> AddFaultAsync(string rule, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Post, "/admin/faults", rule, cancellation);
        var answer = await response.Content.ReadAsStringAsync(cancellation);
        if (!response.IsSuccessStatusCode)
        {
            throw new DrillException($"the simulator refuses the fault {rule}: {answer}");
        }

        using var added = JsonDocument.Parse(answer);
        return added.RootElement.GetProperty("id").GetString()!;
    }

    public async Task RemoveFaultAsync(string id)
    {
        using var response = await SendAsync(HttpMethod.Delete, $"/admin/faults/{id}", null, CancellationToken.None);
        if (!response.IsSuccessStatusCode)
        {
            throw new DrillException($"the simulator keeps the fault {id}: status {(int)response.StatusCode}");
        }
    }

    public Task KillAsync(string process) => fleet.KillAsync(process);

    public Task StopAsync(string process) => fleet.StopAsync(process);

    public async Task StartAgainAsync(string process)
    {
        await fleet.RestartAsync(process);
        await fleet.WaitReadyAsync(ReadyLimit, process);
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(method, new Uri(fleet.SimulatorAddress, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", fleet.AdminToken);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return http.SendAsync(request, cancellation);
    }
}
