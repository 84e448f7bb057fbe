namespace GlobalGateway.EdgeNode.Tenancy;

/// <summary>Finds the API key in a request, wherever the SDKs of the day put it.</summary>
public static class PresentedKey
{
    private const string Bearer = "Bearer ";

    public static ReadOnlySpan<char> From(HttpRequest request)
    {
        var headers = request.Headers;
        if (headers.Authorization is [{ } authorization, ..])
        {
            return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization.AsSpan(Bearer.Length).Trim() : default;
        }

        if (headers["x-api-key"] is [{ } apiKey, ..])
        {
            return apiKey;
        }

        if (headers["api-key"] is [{ } azureKey, ..])
        {
            return azureKey;
        }

        if (headers["x-goog-api-key"] is [{ } googleKey, ..])
        {
            return googleKey;
        }

        return request.QueryString.HasValue && request.Query["key"] is [{ } queryKey, ..] ? queryKey : default;
    }
}
