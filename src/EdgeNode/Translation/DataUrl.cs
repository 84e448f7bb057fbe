namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Splits <c>data:image/png;base64,…</c> into its type and bytes.</summary>
internal static class DataUrl
{
    public static bool TryParse(string url, out string mediaType, out string base64)
    {
        mediaType = base64 = "";
        const string Marker = ";base64,";
        var marker = url.IndexOf(Marker, StringComparison.Ordinal);
        if (!url.StartsWith("data:", StringComparison.Ordinal) || marker < 0)
        {
            return false;
        }

        mediaType = url["data:".Length..marker];
        base64 = url[(marker + Marker.Length)..];
        return mediaType.Length > 0 && base64.Length > 0;
    }

    public static string Make(string mediaType, string base64) => $"data:{mediaType};base64,{base64}";
}
