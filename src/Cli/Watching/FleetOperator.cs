using System.Net.Http.Headers;
using System.Text.Json;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.Cli.Watching;

/// <summary>Asks edges of a recorded fleet, as the operator whose admin token is in its state folder.</summary>
internal sealed class FleetOperator : IDisposable
{
    private readonly HttpClient _http = FleetHttp.Create(TimeSpan.FromMinutes(2));
    private readonly RecordedProcess[] _edges;

    private FleetOperator(RecordedProcess[] edges, string token)
    {
        _edges = edges;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public static FleetOperator Of(string stateDirectory)
    {
        var paths = new FleetPaths(stateDirectory);
        if (FleetRecord.Read(paths) is not { IsRunning: true } fleet)
        {
            throw new CommandException($"No fleet is up with its state in {stateDirectory}. Run \"gg up\".");
        }

        return new FleetOperator([.. fleet.Processes.Where(process => process.Role == PartRole.Edge)], File.ReadAllText(paths.AdminToken).Trim());
    }

    /// <summary>The edges' regions.</summary>
    public IReadOnlyList<string> Regions => [.. _edges.Select(edge => edge.Region ?? edge.Name).Distinct()];

    /// <summary>Asks whichever edge answers: all of them know the same.</summary>
    public async Task<JsonDocument> GetAsync(string path, CancellationToken cancellation)
    {
        foreach (var edge in _edges.Where(edge => edge.Identity.IsAlive))
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri($"http://{edge.Management}{path}"), cancellation);
                return await ReadAsync(answer, edge, cancellation);
            }
            catch (HttpRequestException)
            {
                // The next one may be there.
            }
        }

        throw new CommandException($"No edge answers (asked {string.Join(", ", _edges.Select(edge => edge.Name))}). See \"gg status\".");
    }

    /// <summary>Asks an edge of one region: only they change that region's part.</summary>
    public async Task<JsonDocument> PostAsync(string region, string path, CancellationToken cancellation)
    {
        var edge = Array.Find(_edges, edge => (edge.Region ?? edge.Name) == region && edge.Identity.IsAlive) ?? throw new CommandException($"No edge of {region} runs. See \"gg status\".");
        try
        {
            using var answer = await _http.PostAsync(new Uri($"http://{edge.Management}{path}"), null, cancellation);
            return await ReadAsync(answer, edge, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw new CommandException($"{edge.Name} does not answer ({e.Message}). It may have done it: look with \"gg budget show\".");
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage answer, RecordedProcess edge, CancellationToken cancellation)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(body, default, cancellation);
        }
        catch (JsonException)
        {
            throw new CommandException($"{edge.Name} answered {(int)answer.StatusCode} and no JSON; is it an older version?");
        }

        if (answer.IsSuccessStatusCode)
        {
            return document;
        }

        using (document)
        {
            var why = document.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : $"status {(int)answer.StatusCode}";
            throw new CommandException($"{edge.Name}: {why}", (int)answer.StatusCode is 400 or 404 ? ExitCode.WrongCall : ExitCode.Failed);
        }
    }
}
