namespace GlobalGateway.ControlPlane.Api;

/// <summary>How much the API takes and gives at once.</summary>
public static class ApiLimits
{
    public const int PageDefault = 100;
    public const int PageMax = 1_000;

    /// <summary>Of a request that carries no configuration.</summary>
    public const int BodyBytesMax = 64 * 1024;

    /// <summary>Of a request that carries configuration: <c>plan</c> and <c>apply</c>.</summary>
    public const int ConfigurationBytesMax = 64 * 1024 * 1024;

    /// <summary>Of what a webhook sends.</summary>
    public const int WebhookBytesMax = 1024 * 1024;

    /// <summary>Of an answer kept for a repeated request.</summary>
    public const int RememberedBytesMax = 64 * 1024;

    public const int IdempotencyKeyLettersMax = 200;
}
