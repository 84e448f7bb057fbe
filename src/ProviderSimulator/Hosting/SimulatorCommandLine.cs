using System.Globalization;
using System.Text.Json;
using GlobalGateway.ProviderSimulator.Admin;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Latency;

namespace GlobalGateway.ProviderSimulator.Hosting;

/// <summary>Reads the command line; every error is reported at once.</summary>
internal static class SimulatorCommandLine
{
    public const string Usage = """
        usage: GlobalGateway.ProviderSimulator [options]
          --listen URL              loopback http or https URL, may be repeated (default http://127.0.0.1:7402)
          --listen-h2c URL          loopback URL that speaks HTTP/2 without TLS, may be repeated
          --certificate FILE        PEM certificate of https listeners, with --certificate-key FILE
          --admin-token-file FILE   bearer token of the admin API
          --models FILE             JSON array that replaces the model catalogue
          --record N                requests kept for /admin/requests (default 1000)
          --first-token MS          wait before the first token (default 0)
          --tokens-per-second N     pace of the tokens (default unpaced)
          --key-prefix TEXT         what good provider keys begin with (default sim-)
        """;

    public static (SimulatorOptions? Options, IReadOnlyList<string> Errors) Parse(string[] args)
    {
        var values = new Dictionary<string, List<string>>();
        var errors = new List<string>();
        for (var at = 0; at < args.Length; at += 2)
        {
            if (!Usage.Contains($" {args[at]} ", StringComparison.Ordinal) || at + 1 == args.Length)
            {
                errors.Add(at + 1 == args.Length ? $"{args[at]}: needs a value" : $"{args[at]}: unknown option");
                continue;
            }
            (values.TryGetValue(args[at], out var list) ? list : values[args[at]] = []).Add(args[at + 1]);
        }
        string? One(string name) => values.TryGetValue(name, out var list) ? list[^1] : null;
        double? Number(string name)
        {
            if (One(name) is not { } text)
            {
                return null;
            }
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                errors.Add($"{name}: '{text}' is not a number");
            }
            return number;
        }
        string? Text(string name)
        {
            try
            {
                return One(name) is { } file ? File.ReadAllText(file).Trim() : null;
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                errors.Add($"{name}: cannot read {One(name)}");
                return null;
            }
        }
        IReadOnlyList<SimulatedModel> Models()
        {
            try
            {
                return Text("--models") is { } json ? JsonSerializer.Deserialize(json, AdminJson.Default.IReadOnlyListSimulatedModel) ?? [] : ModelCatalogue.Default;
            }
            catch (JsonException broken)
            {
                errors.Add($"--models: {broken.Message}");
                return [];
            }
        }
        var rate = Number("--tokens-per-second");
        var first = Number("--first-token");
        var options = new SimulatorOptions
        {
            Listen = values.GetValueOrDefault("--listen") ?? [SimulatorOptions.ListenDefault],
            ListenHttp2 = values.GetValueOrDefault("--listen-h2c") ?? [],
            Certificate = One("--certificate"),
            CertificateKey = One("--certificate-key"),
            AdminToken = Text("--admin-token-file"),
            Models = Models(),
            RecordedRequests = (int)(Number("--record") ?? SimulatorOptions.RecordedRequestsDefault),
            KeyPrefix = One("--key-prefix") ?? SimulatorOptions.KeyPrefixDefault,
            Latency = rate is null && first is null ? null : new LatencyRule { TokensPerSecond = rate, FirstToken = new DelayDistribution { Ms = first ?? 0 } },
        };
        errors.AddRange(options.Errors());
        return (errors.Count == 0 ? options : null, errors);
    }
}
