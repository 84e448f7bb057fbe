namespace GlobalGateway.EdgeNode.Shapes;

/// <summary>How much is kept of what clients ask for.</summary>
public static class ShapeLimits
{
    public const int PerTenantMax = 20;

    /// <summary>Of all tenants together: with many of them, fewer of each.</summary>
    public const int AllMax = 50_000;

    public const int PathLettersMax = 256;
    public const int HeadersMax = 16;

    public static readonly TimeSpan Age = TimeSpan.FromHours(24);
}
