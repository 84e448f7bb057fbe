using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Telemetry;

/// <summary>The instruments of one edge, under the names that dashboards know. Every label's values come from the configuration or the code.</summary>
public sealed class GatewayMetrics : IDisposable
{
    public const string MeterName = "GlobalGateway.Edge";

    private static readonly string[] StatusTexts = [.. Enumerable.Range(0, 600).Select(s => s.ToString(CultureInfo.InvariantCulture))];

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _upstream;
    private readonly Histogram<double> _firstToken;
    private readonly Counter<long> _tokens;
    private readonly Counter<double> _cost;
    private readonly Counter<long> _cache;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _failovers;
    private readonly Counter<long> _hedges;

    public GatewayMetrics()
    {
        _requests = _meter.CreateCounter<long>("gateway_requests_total", description: "Requests answered, by operation, model and status.");
        _duration = _meter.CreateHistogram<double>("gateway_request_duration_seconds", "s", "Time from arrival to the end of the answer.");
        _upstream = _meter.CreateHistogram<double>("gateway_upstream_duration_seconds", "s", "Time of one attempt until it was committed or failed.");
        _firstToken = _meter.CreateHistogram<double>("gateway_time_to_first_token_seconds", "s", "Time from arrival to the first content of an answer.");
        _tokens = _meter.CreateCounter<long>("gateway_tokens_total", description: "Tokens as providers counted them, each in one kind.");
        _cost = _meter.CreateCounter<double>("gateway_cost_dollars_total", description: "What answers cost at configured prices.");
        _cache = _meter.CreateCounter<long>("gateway_cache_requests_total", description: "Model calls by what the cache did: none where no cache was asked.");
        _retries = _meter.CreateCounter<long>("gateway_retries_total", description: "Repeats at a provider that had failed.");
        _failovers = _meter.CreateCounter<long>("gateway_failovers_total", description: "Answers that a later target gave.");
        _hedges = _meter.CreateCounter<long>("gateway_hedges_total", description: "Second calls made because the first was slow.");
    }

    public Meter Meter => _meter;

    public void Answered(GatewayRequest request, int status, TimeSpan took)
    {
        var model = request.Model?.Name ?? request.Route?.Name ?? "none";
        _requests.Add(1, new("operation", OperationNames.Of(request.Operation)), new("model", model), new("status", StatusTexts[Math.Clamp(status, 0, 599)]));
        _duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("operation", OperationNames.Of(request.Operation)));
        if (request.TimeToFirstToken > TimeSpan.Zero)
        {
            _firstToken.Record(request.TimeToFirstToken.TotalSeconds, new KeyValuePair<string, object?>("model", model));
        }

        if (request.Usage.TotalTokens > 0)
        {
            Count(model, "in", "fresh", request.Usage.Input);
            Count(model, "in", "cache_read", request.Usage.CacheRead);
            Count(model, "in", "cache_write", request.Usage.CacheWrite);
            Count(model, "in", "cache_write_long", request.Usage.CacheWriteLong);
            Count(model, "out", "answer", request.Usage.Output);
            Count(model, "out", "reasoning", request.Usage.Reasoning);
        }

        if (request.Attempts.Count > 0)
        {
            _cache.Add(1, new KeyValuePair<string, object?>("result", "none"));
        }

        if (request.CostNanoDollars > 0)
        {
            _cost.Add(request.CostNanoDollars / 1e9, new KeyValuePair<string, object?>("model", model));
        }
    }

    public void Attempted(string provider, AttemptOutcome outcome, TimeSpan took) =>
        _upstream.Record(took.TotalSeconds, new("provider", provider), new("outcome", outcome.Name()));

    public void Retried(string provider) => _retries.Add(1, new KeyValuePair<string, object?>("provider", provider));

    public void FailedOver(string provider) => _failovers.Add(1, new KeyValuePair<string, object?>("provider", provider));

    private void Count(string model, string direction, string kind, long tokens)
    {
        if (tokens > 0)
        {
            _tokens.Add(tokens, new("direction", direction), new("kind", kind), new("model", model));
        }
    }

    public void Hedged(string model) => _hedges.Add(1, new KeyValuePair<string, object?>("model", model));

    public void Dispose() => _meter.Dispose();
}
