using System.Text.Json;
using GlobalGateway.Bench.Measuring;
using GlobalGateway.Bench.Paced;

namespace GlobalGateway.Bench.Reports;

/// <summary>The results for scripts: <c>{"results":[…],"ratios":{…},"paced":[…]}</c>.</summary>
internal static class JsonReport
{
    public static void Write(string file, IReadOnlyList<Measurement> results, IReadOnlyList<PacedMeasurement> paced)
    {
        using var stream = File.Create(file);
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteStartArray("results");
        foreach (var result in results)
        {
            writer.WriteStartObject();
            writer.WriteString("target", result.Target);
            writer.WriteString("scenario", result.Scenario.Name);
            writer.WriteNumber("requestsPerSecond", Math.Round(result.RequestsPerSecond, 1));
            writer.WriteNumber("p50Ms", Math.Round(result.P50Ms, 3));
            writer.WriteNumber("p99Ms", Math.Round(result.P99Ms, 3));
            writer.WriteNumber("cpuMicrosPerRequest", Math.Round(result.CpuMicrosPerRequest, 2));
            writer.WriteNumber("rssMiB", Math.Round(result.RssMiB, 1));
            if (result.Scenario.Streams)
            {
                writer.WriteNumber("firstTokenP50Ms", Math.Round(result.FirstTokenP50Ms, 3));
                writer.WriteNumber("tokensPerSecond", Math.Round(result.TokensPerSecond, 0));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("ratios");
        foreach (var (name, value) in Ratios.Of(results))
        {
            writer.WriteNumber(name, value);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("paced");
        foreach (var result in paced)
        {
            writer.WriteStartObject();
            writer.WriteString("target", result.Target);
            writer.WriteNumber("streams", result.Streams);
            writer.WriteNumber("tokens", result.Tokens);
            writer.WriteNumber("missed", result.Missed);
            writer.WriteNumber("firstTokenP50Ms", Math.Round(result.FirstTokenMs(0.5), 3));
            writer.WriteNumber("firstTokenP99Ms", Math.Round(result.FirstTokenMs(0.99), 3));
            writer.WriteNumber("tokenDelayP50Ms", Math.Round(result.TokenDelayMs(0.5), 3));
            writer.WriteNumber("tokenDelayP99Ms", Math.Round(result.TokenDelayMs(0.99), 3));
            writer.WriteNumber("cores", Math.Round(result.Cores, 3));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
