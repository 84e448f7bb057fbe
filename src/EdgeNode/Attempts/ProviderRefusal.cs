namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>An error answer of a provider, kept whole so that a client error can be passed on.</summary>
/// <param name="OtherDialect">The target speaks another dialect than the client: only status and message can be passed on.</param>
/// <param name="RetryAfter">The provider's hint; absent when it gave none.</param>
public sealed record ProviderRefusal(int Status, string? ContentType, byte[] Body, TimeSpan? RetryAfter, string? UpstreamRequestId, bool OtherDialect)
{
    /// <summary>Bytes of an error body that are read.</summary>
    public const int BodyBytesMax = 256 * 1024;
}
