namespace GlobalGateway.EdgeNode.Jwt;

/// <summary>What a client's token and its issuer's keys may cost an edge.</summary>
public static class JwtLimits
{
    /// <summary>Longer tokens are refused unread.</summary>
    public const int TokenLettersMax = 8 * 1024;

    /// <summary>Checked tokens that are remembered, per bundle; of more, those that have expired leave first.</summary>
    public const int TokensKept = 10_000;

    public const int DocumentBytesMax = 256 * 1024;
    public const int KeysMax = 100;

    /// <summary>Shorter RSA keys are not taken.</summary>
    public const int RsaBitsMin = 2_048;

    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Keys are fetched anew this often, in the background.</summary>
    public static readonly TimeSpan RefreshEvery = TimeSpan.FromMinutes(5);

    /// <summary>An issuer that failed, or whose token names a key it did not have, is asked again no sooner.</summary>
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(10);

    /// <summary>Keys that could not be fetched anew for longer are not used.</summary>
    public static readonly TimeSpan MaxStale = TimeSpan.FromHours(24);
}
