using System.Diagnostics;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Shapes;
using GlobalGateway.EdgeNode.Snapshots;

namespace GlobalGateway.EdgeNode.Telemetry;

/// <summary>First stage: gives the request its identity and snapshot; last to see it: counts and logs it, whatever happened.</summary>
public sealed partial class TelemetryMiddleware(
    RequestDelegate next, EdgeOptions options, SnapshotStore snapshots, GatewayMetrics metrics, RequestLog log, ShapeRecorder shapes, TimeProvider clock, ILogger<TelemetryMiddleware> logger)
{
    /// <summary>Logged when the client went away before it had its answer; never sent.</summary>
    private const int ClientGoneStatus = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        var request = new GatewayRequest
        {
            Id = RequestIds.Next(clock),
            Region = options.Region,
            StartedAt = Stopwatch.GetTimestamp(),
            Snapshot = snapshots.Current,
            Span = GatewayTraces.StartRequest(context),
        };
        if (request.Snapshot is { IsDeadly: true })
        {
            Environment.FailFast("the failpoint edge.dieOnMark is hit");
        }

        context.Features.Set(request);
        ResponseIdentity.Write(context, request);
        var status = 0;
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException e)
        {
            status = e.StatusCode;
            await AnswerAsync(context, new GatewayError(e.StatusCode, "bad_request", $"The request could not be read: {e.Message}") { Final = true });
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; what broke because of it is no news.
            LogClientGone(e.GetType().Name);
        }
        catch (Exception e)
        {
            LogFailed(request.Id, e);
            await AnswerAsync(context, new GatewayError(500, "internal_error", $"The gateway failed. Tell your platform team the request id {request.Id}."));
        }
        finally
        {
            if (status == 0)
            {
                status = context.RequestAborted.IsCancellationRequested && request.ErrorCode is null ? ClientGoneStatus : context.Response.StatusCode;
            }

            var took = Stopwatch.GetElapsedTime(request.StartedAt);
            metrics.Answered(request, status, took);
            Signal(request, status, took);
            shapes.Ended(context, request, status);
            log.Write(request, status, took);
            GatewayTraces.EndRequest(request.Span, request, status);
        }
    }

    /// <summary>Counts the request for the bundle it began under. What a client left is no news of the bundle.</summary>
    private static void Signal(GatewayRequest request, int status, TimeSpan took)
    {
        if (request.Snapshot is { } snapshot && status != ClientGoneStatus && !request.Probe)
        {
            var began = request.TimeToFirstToken > TimeSpan.Zero;
            snapshot.Signals.Count(request.TenantNumber, status, began && status < 400 && request.ErrorCode is not null, began ? request.TimeToFirstToken : took);
        }
    }

    private static async Task AnswerAsync(HttpContext context, GatewayError error)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        await ErrorWriter.WriteAsync(context, error);
    }

    [LoggerMessage(Level = LogLevel.Debug, EventName = "client_gone", Message = "the client went away ({Reason})")]
    private partial void LogClientGone(string reason);

    [LoggerMessage(Level = LogLevel.Error, EventName = "request_failed", Message = "request {Id} failed")]
    private partial void LogFailed(string id, Exception exception);
}
