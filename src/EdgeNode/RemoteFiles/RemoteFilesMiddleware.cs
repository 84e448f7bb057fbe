using System.Text.Json;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Translation;

namespace GlobalGateway.EdgeNode.RemoteFiles;

/// <summary>Fetches the files of a request that come by URL, where some target may need their bytes and the model's configuration allows it.</summary>
public sealed class RemoteFilesMiddleware(RequestDelegate next, RemoteFileFetcher fetcher, AdmissionGate gate)
{
    private const int FilesMax = 20;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        return request.Model?.Resource.RemoteFiles is { } policy && request.Plan.Targets is not null && ChatCodecs.ForClient(request.Operation) is not null
            ? RunAsync(context, request, policy)
            : next(context);
    }

    private async Task RunAsync(HttpContext context, GatewayRequest request, Contracts.Resources.RemoteFiles policy)
    {
        var urls = UrlsOf(request);
        if (urls.Length == 0)
        {
            await next(context);
            return;
        }

        // Files count against the same bound as bodies: a small request may name large ones.
        if (!gate.TryReserve(policy.MaxBytes))
        {
            await ErrorWriter.WriteAsync(context, GatewayError.BodiesFull());
            return;
        }

        try
        {
            await FetchAsync(context, request, policy, urls);
            await next(context);
        }
        finally
        {
            gate.Release(policy.MaxBytes);
        }
    }

    private async Task FetchAsync(HttpContext context, GatewayRequest request, Contracts.Resources.RemoteFiles policy, string[] urls)
    {
        var left = policy.MaxBytes;
        foreach (var url in urls)
        {
            var files = request.Files ??= [];
            files[url] = files.Count >= FilesMax
                ? FetchedFile.Failed($"is more than the {FilesMax} files that are fetched for one request")
                : await fetcher.FetchAsync(url, policy, left, context.RequestAborted);
            left -= files[url].Base64.Length / 4 * 3;
        }
    }

    private static string[] UrlsOf(GatewayRequest request)
    {
        try
        {
            return [.. request.Plan.Targets.Where(t => t.Urls.For(request.Operation) is null && t.Translator is not null)
                .SelectMany(t => RemoteParts.Of(ChatCall.Read(request), t.Translator!)).Distinct()];
        }
        catch (Exception e) when (e is TranslationException or JsonException or InvalidOperationException or ArgumentException)
        {
            // The attempt on a target tells the client what is wrong.
            return [];
        }
    }
}
