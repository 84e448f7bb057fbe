using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.RemoteFiles;

/// <summary>Finds the pictures and documents of a request that come by URL, and puts their bytes in their place.</summary>
internal static class RemoteParts
{
    /// <summary>The URLs that the target's API does not take.</summary>
    public static IEnumerable<string> Of(ChatRequest request, ChatCodec target) =>
        request.Turns.SelectMany(t => t.Parts).SelectMany(p => p is ToolResultPart result ? result.Content : [p]).Select(p => UrlOf(p, target)).OfType<string>().Distinct();

    /// <summary>The request with bytes instead of those URLs, as far as they were fetched.</summary>
    /// <exception cref="TranslationException">One of them could not be.</exception>
    public static ChatRequest Inline(ChatRequest request, ChatCodec target, IReadOnlyDictionary<string, FetchedFile>? files) => files is null ? request : request with
    {
        Turns = [.. request.Turns.Select(t => t with { Parts = [.. t.Parts.Select(p => Inline(p, target, files))] })],
    };

    private static Part Inline(Part part, ChatCodec target, IReadOnlyDictionary<string, FetchedFile> files)
    {
        if (part is ToolResultPart result)
        {
            return result with { Content = [.. result.Content.Select(p => Inline(p, target, files))] };
        }

        if (UrlOf(part, target) is not { } url || !files.TryGetValue(url, out var file))
        {
            return part;
        }

        return file.Problem is { } problem ? throw new TranslationException("messages", $"This target takes files as bytes only, and \"{url}\" {problem}.")
            : file.MediaType.StartsWith("image/", StringComparison.Ordinal) ? new ImagePart(file.MediaType, file.Base64, null)
            : new FilePart(file.MediaType, file.Base64, null, (part as FilePart)?.Name);
    }

    private static string? UrlOf(Part part, ChatCodec target) => target.TakesUrl(part) ? null : part switch
    {
        ImagePart { Url: { } url } => url,
        FilePart { Url: { } url } => url,
        _ => null,
    };
}
