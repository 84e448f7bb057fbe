using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading.Kinds;

/// <summary>Parts that several kinds share.</summary>
internal static class CommonReaders
{
    private const string SecretPrefix = "GG_SECRET_";

    public static readonly TimeSpan Day = TimeSpan.FromDays(1);
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static AppliesTo AppliesTo(SpecReader r)
    {
        var applies = new AppliesTo
        {
            Tenant = r.Reference("tenant", nameof(Tenant)),
            Team = r.OptionalText("team", Forms.Label()),
            Key = r.OptionalText("key", Forms.Label()),
            Models = r.References("models", nameof(Model), max: 1_000),
        };
        if (applies is { Tenant: null, Team: not null } or { Tenant: null, Key: not null })
        {
            r.AddHere("team and key are a tenant's; name the tenant too");
        }

        return applies;
    }

    public static Credential Credential(SpecReader r)
    {
        var credential = new Credential
        {
            Name = r.Required("name", Forms.Label()),
            FromEnv = r.OptionalText("fromEnv", EnvironmentName),
            FromFile = r.OptionalText("fromFile", RelativeFile),
            Scheme = r.Value("scheme", Forms.OneOf<CredentialScheme>(), CredentialScheme.Key),
        };
        if (r.Has("fromEnv") == r.Has("fromFile"))
        {
            r.AddHere(r.Has("fromEnv") ? "has both fromEnv and fromFile; exactly one is needed" : "has neither fromEnv nor fromFile; exactly one is needed");
        }

        return credential;
    }

    public static IReadOnlyList<Credential> Credentials(SpecReader r)
    {
        var credentials = r.List("credentials", Credential, max: 16);
        Unique(r, "credentials", credentials, credential => credential.Name);
        return credentials;
    }

    public static CircuitBreaker CircuitBreaker(SpecReader r)
    {
        var defaults = new CircuitBreaker();
        return new CircuitBreaker
        {
            FailureRatio = r.Value("failureRatio", Forms.Portion(0, 1, above: true), defaults.FailureRatio),
            MinimumRequests = r.Value("minimumRequests", Forms.Int(2, 1_000_000), defaults.MinimumRequests),
            Window = r.Value("window", Forms.Span(TimeSpan.FromMilliseconds(500), Day), defaults.Window),
            BreakFor = r.Value("breakFor", Forms.Span(TimeSpan.FromMilliseconds(500), Day), defaults.BreakFor),
        };
    }

    public static Bulkhead Bulkhead(SpecReader r)
    {
        var defaults = new Bulkhead();
        return new Bulkhead
        {
            Concurrency = r.Value("concurrency", Forms.OneOf<BulkheadConcurrency>(), defaults.Concurrency),
            Max = r.Value("max", Forms.Int(1, 100_000), defaults.Max),
            Queue = r.Value("queue", Forms.Int(0, 100_000), defaults.Queue),
        };
    }

    /// <summary>Reports every item whose key an earlier one has.</summary>
    public static void Unique<T>(SpecReader r, string field, IReadOnlyList<T> items, Func<T, string?> key)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var index = 0; index < items.Count; index++)
        {
            if (key(items[index]) is not { Length: > 0 } text)
            {
                continue;
            }

            if (!first.TryAdd(text, index))
            {
                r.Context.Add($"{r.Path}.{field}[{index}]", $"{Forms.Quote(text)} is already used by {field}[{first[text]}]");
            }
        }
    }

    // Neither of these two shows the text: somebody may have pasted the secret itself.
    private static Parsed<string> EnvironmentName(string text) =>
        !text.StartsWith(SecretPrefix, StringComparison.Ordinal) || text.Length == SecretPrefix.Length || text.Length > 128
        || !text.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter == '_')
            ? Forms.Problem<string>($"is not the name of a variable that edges may read: {SecretPrefix} and then A-Z, 0-9 or _")
            : text;

    private static Parsed<string> RelativeFile(string text) =>
        text.Length is 0 or > 255 || text.StartsWith('/') || text.Contains('\\') || text.Any(char.IsControl)
        || text.Split('/').Any(part => part is "" or "." or "..")
            ? Forms.Problem<string>("is not a file below the edge's secrets folder: relative, without ..")
            : text;
}
