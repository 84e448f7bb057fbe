using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading.Kinds;

/// <summary>The kinds that say whom they apply to and then what to do.</summary>
internal static class LimitReaders
{
    public static RateLimit RateLimit(ResourceHeader header, SpecReader r)
    {
        var limit = new RateLimit
        {
            Name = header.Name,
            Labels = header.Labels,
            AppliesTo = r.RequiredObject("appliesTo", CommonReaders.AppliesTo),
            Requests = r.OptionalObject("requests", Rate),
            Tokens = r.OptionalObject("tokens", Rate),
            Scope = r.Value("scope", Forms.OneOf<RateScope>(), RateScope.Region),
        };
        if (!r.Has("requests") && !r.Has("tokens"))
        {
            r.AddHere("sets no limit; at least one of requests and tokens is needed");
        }

        return limit;
    }

    public static Guardrail Guardrail(ResourceHeader header, SpecReader r) => new()
    {
        Name = header.Name,
        Labels = header.Labels,
        AppliesTo = r.RequiredObject("appliesTo", CommonReaders.AppliesTo),
        Deny = r.Texts("deny", Expression, max: 256),
        MaxPromptBytes = r.Value("maxPromptBytes", Forms.Bytes(0, 64L * 1024 * 1024), 0),
        Action = r.Value("action", Forms.OneOf<GuardrailAction>(), GuardrailAction.Block),
    };

    public static CachePolicy CachePolicy(ResourceHeader header, SpecReader r) => new()
    {
        Name = header.Name,
        Labels = header.Labels,
        AppliesTo = r.RequiredObject("appliesTo", CommonReaders.AppliesTo),
        Ttl = r.Value("ttl", Forms.Span(CommonReaders.Second, TimeSpan.FromDays(30)), CommonReaders.Hour),
        MaxBytes = r.Value("maxBytes", Forms.Bytes(1, 16L * 1024 * 1024), 1024 * 1024),
    };

    private static Rate Rate(SpecReader r) => new()
    {
        Limit = r.Required("limit", Forms.Count(1, 1_000_000_000_000)),
        Per = r.Required("per", Forms.Span(CommonReaders.Second, CommonReaders.Day)),
        Burst = r.Optional("burst", Forms.Count(1, 1_000_000_000_000)),
    };

    private static Parsed<string> Expression(string text) =>
        GuardrailPattern.Create(text).Problem is { } problem ? Forms.Problem<string>($"{Forms.Quote(text)} {problem}") : text;
}
