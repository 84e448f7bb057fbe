using System.Buffers;
using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.Cli.Request;

/// <summary>Sends one question and shows its answer.</summary>
internal sealed class RequestRun(Dialect dialect, string prompt, string model, bool stream, string key)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public async Task<int> RunAsync(string stateDirectory, string? region, bool json, CancellationToken cancellation)
    {
        var edge = EdgeOf(stateDirectory, region);
        var answer = await AskAsync(edge, cancellation);
        if (json)
        {
            WriteJson(answer);
        }
        else
        {
            WriteText(answer);
        }

        return answer.Error is null ? ExitCode.Done : ExitCode.Failed;
    }

    private static RecordedProcess EdgeOf(string stateDirectory, string? region)
    {
        if (FleetRecord.Read(new FleetPaths(stateDirectory)) is not { IsRunning: true } fleet)
        {
            throw new CommandException($"No fleet is up with its state in {stateDirectory}. Run \"gg up\".");
        }

        var edges = fleet.Processes.Where(process => process.Role == PartRole.Edge).ToArray();
        return region is null ? edges[0] : edges.FirstOrDefault(edge => edge.Region == region)
            ?? throw new CommandException(
                $"gg request: no region \"{region}\"{Suggestion.For(region, edges.Select(edge => edge.Name))} (there are {string.Join(", ", edges.Select(edge => edge.Name))})",
                ExitCode.WrongCall);
    }

    private async Task<Answer> AskAsync(RecordedProcess edge, CancellationToken cancellation)
    {
        using var http = FleetHttp.Create(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{edge.Address}{dialect.Path}"));
        dialect.Authorize(request, key);
        request.Content = new ByteArrayContent(Body());
        request.Content.Headers.ContentType = new("application/json");
        var watch = Stopwatch.StartNew();
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var answer = new Answer
            {
                Region = Header(response, "x-gateway-region") ?? edge.Name,
                Status = (int)response.StatusCode,
                Provider = Header(response, "x-gateway-provider"),
                Attempts = Header(response, "x-gateway-attempts"),
                RequestId = Header(response, "x-request-id"),
                Text = "",
                Took = watch.Elapsed,
            };
            return stream && response.IsSuccessStatusCode
                ? await ReadStreamAsync(answer, response, watch, cancellation)
                : await ReadWholeAsync(answer, response, watch, cancellation);
        }
        catch (HttpRequestException failure)
        {
            throw new CommandException($"{edge.Name} does not answer on {edge.Address}: {failure.Message}. Run \"gg status\".");
        }
    }

    private async Task<Answer> ReadWholeAsync(Answer answer, HttpResponseMessage response, Stopwatch watch, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation);
        if (!TryParse(text, out var json))
        {
            return answer with { Took = watch.Elapsed, Error = $"the answer is not JSON: {text[..Math.Min(text.Length, 200)]}" };
        }

        using (json)
        {
            var (tokensIn, tokensOut) = dialect.UsageOf(json!.RootElement);
            return answer with
            {
                Took = watch.Elapsed,
                Text = dialect.TextOf(json.RootElement),
                TokensIn = tokensIn,
                TokensOut = tokensOut,
                Error = response.IsSuccessStatusCode ? null : ErrorOf(json.RootElement),
            };
        }
    }

    private async Task<Answer> ReadStreamAsync(Answer answer, HttpResponseMessage response, Stopwatch watch, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellation))
            {
                if (!TryParse(item.Data, out var json))
                {
                    continue;
                }

                using (json)
                {
                    if (json!.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("error", out _))
                    {
                        return answer with { Took = watch.Elapsed, Text = text.ToString(), Error = ErrorOf(json.RootElement) };
                    }

                    var (tokensIn, tokensOut) = dialect.UsageOf(json.RootElement);
                    answer = answer with { TokensIn = tokensIn ?? answer.TokensIn, TokensOut = tokensOut ?? answer.TokensOut };
                    var delta = dialect.DeltaOf(json.RootElement);
                    if (delta.Length > 0)
                    {
                        answer = answer.FirstText is null ? answer with { FirstText = watch.Elapsed } : answer;
                        text.Append(delta);
                        await Console.Out.WriteAsync(delta);
                    }
                }
            }
        }
        catch (Exception cut) when (cut is HttpIOException or IOException)
        {
            return answer with { Took = watch.Elapsed, Text = text.ToString(), Error = $"the stream was cut off after {text.Length} characters" };
        }

        return answer with { Took = watch.Elapsed, Text = text.ToString() };
    }

    private byte[] Body()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var body = new Utf8JsonWriter(buffer))
        {
            body.WriteStartObject();
            body.WriteString("model", model);
            body.WriteStartArray("messages");
            body.WriteStartObject();
            body.WriteString("role", "user");
            body.WriteString("content", prompt);
            body.WriteEndObject();
            body.WriteEndArray();
            if (stream)
            {
                body.WriteBoolean("stream", true);
            }

            dialect.WriteMore(body, stream);
            body.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void WriteText(Answer answer)
    {
        Console.WriteLine(stream && answer.Error is null ? "" : answer.Text);
        if (answer.Error is not null)
        {
            Console.Error.WriteLine($"✗ {answer.Status} from {answer.Region}: {answer.Error} (request {answer.RequestId ?? "without id"})");
            return;
        }

        var attempts = answer.Attempts is null or "1" ? "" : $", {answer.Attempts} attempts";
        var first = answer.FirstText is null ? "" : $", first text after {UnitText.Time(answer.FirstText)}";
        var tokens = answer.TokensOut is null ? "" : $", {answer.TokensIn} tokens in, {answer.TokensOut} out";
        Console.Error.WriteLine($"{answer.Region} → {answer.Provider ?? "?"}{attempts}, {UnitText.Time(answer.Took)}{first}{tokens}");
    }

    private static void WriteJson(Answer answer) => Json.Write(writer =>
    {
        writer.WriteString("region", answer.Region);
        writer.WriteNumber("status", answer.Status);
        writer.WriteString("provider", answer.Provider);
        writer.WriteString("attempts", answer.Attempts);
        writer.WriteString("requestId", answer.RequestId);
        writer.WriteNumber("milliseconds", Math.Round(answer.Took.TotalMilliseconds, 1));
        writer.WriteString("text", answer.Text);
        if (answer.TokensOut is { } tokensOut)
        {
            writer.WriteNumber("tokensIn", answer.TokensIn ?? 0);
            writer.WriteNumber("tokensOut", tokensOut);
        }

        if (answer.Error is not null)
        {
            writer.WriteString("error", answer.Error);
        }
    });

    private static bool TryParse(string text, out JsonDocument? json)
    {
        try
        {
            json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            json = null;
            return false;
        }
    }

    private static string ErrorOf(JsonElement json) =>
        json.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message)
            ? message.GetString() ?? error.ToString()
            : json.ToString();

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
