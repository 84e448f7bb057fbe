using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Faults;
using GlobalGateway.ProviderSimulator.Hosting;
using GlobalGateway.ProviderSimulator.Latency;
using GlobalGateway.ProviderSimulator.Recording;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.Routing;

/// <summary>One request to a vendor: record it, prepare its answer, choose its fault and pace, send.</summary>
internal sealed class ApiExchange(SimulatorOptions options, ApiRoutes routes, AnswerCache cache, FaultBook faults, LatencyBook latency, RequestRecorder recorder)
{
    private long _requests = Environment.TickCount64;

    public async Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var match = routes.Find(context.Request.Method, path);
        var vendor = match?.Endpoint.Vendor ?? routes.VendorOf(path);
        if (vendor is null)
        {
            context.Response.StatusCode = 404;
            return;
        }
        var endpoint = match?.Endpoint ?? Nowhere(vendor, path);
        var gate = context.Features.Get<ConnectionGate>();
        var onConnection = gate?.BeginRequest() ?? 1;
        var requestId = $"req_{Composition.Fingerprint.Of("", (ulong)Interlocked.Increment(ref _requests)):x16}";
        var key = vendor.CredentialOf(context.Request.Headers);
        var credential = recorder.Describe(key);

        PreparedAnswer? cached = null;
        var body = await BodyReading.ReadAsync(context.Request, options.RequestBodyBytesMax, bytes =>
        {
            var found = endpoint.Cacheable && match?.PathName is null ? cache.Find(endpoint.CacheVariant(context.Request.Headers), bytes.Span) : null;
            cached = found?.Answer;
            return found?.Request;
        });
        var record = recorder.Record(context, gate, onConnection, endpoint, credential, body ?? [], requestId);
        var api = new ApiRequest(context.Request.Method, path, context.Request.Query, context.Request.Headers, body ?? [], match?.PathName);
        var answer = body is null ? vendor.TooLarge() : Authorised(vendor, key) ?? Prechecked(endpoint, api) ?? cached ?? Prepare(endpoint, api);

        if (answer.IsError)
        {
            answer = answer.WithBody(vendor.Stamp(answer.Body, requestId));
        }
        vendor.WriteHeaders(context.Response.Headers, requestId, answer);
        var rule = faults.IsEmpty ? null : faults.Choose(new FaultTarget(vendor.Name, endpoint.Name, answer.Model, answer.PromptText, credential?.Sha256, onConnection > 1));
        var pace = latency.For(vendor.Name, endpoint.Name, answer.Model, answer.Directives);
        if (rule is null && answer.Stored is not null)
        {
            endpoint.Sent?.Invoke(answer);
        }
        if (record is null && rule is null)
        {
            await AnswerSender.SendAsync(context, answer, pace);
            return;
        }
        await SendAsync(context, gate, endpoint, answer, pace, rule, record, requestId);
    }

    private static async Task SendAsync(HttpContext context, ConnectionGate? gate, Operation endpoint, PreparedAnswer answer, Pace pace, FaultRule? rule, RecordedRequest? record, string requestId)
    {
        var player = rule is null ? null : new FaultPlayer(context, gate, endpoint, answer, pace, rule.Fault, requestId);
        if (record is not null)
        {
            record.Model = answer.Model;
            record.FaultRule = rule?.Id;
            // A body of known length is whole at the client before its handler returns: whoever asks then must find it settled.
            int? settled = player is not null ? player.SettledStatus : answer.Frames is null && pace.IsImmediate ? answer.Status : null;
            if (settled is not null)
            {
                record.Status = settled.Value;
                record.Outcome = player is null ? "answered" : "faulted";
            }
            record.FaultType = rule is null ? null : System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(rule.Fault.Type.ToString());
        }
        try
        {
            await (player is null ? AnswerSender.SendAsync(context, answer, pace) : player.PlayAsync());
            Finish(context, record, player is null ? "answered" : "faulted", player?.EventsSent ?? answer.Frames?.Length ?? 0);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or InvalidOperationException && context.RequestAborted.IsCancellationRequested)
        {
            Finish(context, record, "client-gone", player?.EventsSent ?? 0);
        }
    }

    private static void Finish(HttpContext context, RecordedRequest? record, string outcome, int eventsSent)
    {
        if (record is not null)
        {
            record.Status = context.Response.StatusCode;
            record.EventsSent = eventsSent;
            record.Outcome = context.RequestAborted.IsCancellationRequested && outcome == "answered" ? "client-gone" : outcome;
        }
    }

    private PreparedAnswer? Authorised(Vendor vendor, string? key) =>
        !vendor.NeedsCredential || key?.StartsWith(options.KeyPrefix, StringComparison.Ordinal) == true ? null : vendor.Unauthorized(key);

    private static PreparedAnswer? Prechecked(Operation endpoint, ApiRequest api)
    {
        if (endpoint.Precheck?.Invoke(api) is { } refused)
        {
            return refused;
        }
        if (api.Method != "POST" || !endpoint.TakesBody)
        {
            return null;
        }
        var contentType = api.Headers.ContentType.ToString();
        var isJson = contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase);
        return isJson && api.Headers.ContentEncoding.Count == 0 ? null : endpoint.Vendor.NotJson(isJson ? $"{contentType} ({api.Headers.ContentEncoding})" : contentType);
    }

    private PreparedAnswer Prepare(Operation endpoint, ApiRequest api)
    {
        var answer = endpoint.Answer(api);
        if (endpoint.Cacheable && api.PathModel is null)
        {
            cache.Keep(endpoint.CacheVariant(api.Headers), api.Body, answer);
        }
        return answer;
    }

    private Operation Nowhere(Vendor vendor, string path)
    {
        var known = routes.Knows(path);
        return new Operation("nowhere", vendor, api => known ? vendor.MethodNotAllowed(api.Method, path) : vendor.NotFound(api.Method, path)) { Cacheable = false, TakesBody = false };
    }
}
