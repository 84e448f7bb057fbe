namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Something in a request cannot be said in the target's dialect, or is wrong in the client's own.</summary>
/// <param name="place">Where in the client's request, as its dialect names it: <c>messages[2].content</c>.</param>
public sealed class TranslationException(string place, string message) : Exception(message)
{
    public string Place => place;
}
