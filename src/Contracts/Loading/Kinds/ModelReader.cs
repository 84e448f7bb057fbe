using System.Text.RegularExpressions;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading.Kinds;

internal static partial class ModelReader
{
    private const int FallbacksMax = 16;

    public static Model Read(ResourceHeader header, SpecReader r)
    {
        var model = new Model
        {
            Name = header.Name,
            Labels = header.Labels,
            Aliases = r.Texts("aliases", Forms.Matching(Alias(), "a model name: letters, digits and . _ : / @ -, at most 256"), max: 64),
            Strategy = r.Value("strategy", Forms.OneOf<Strategy>(), Strategy.Latency),
            Targets = r.List("targets", Target, min: 1, max: 64),
            Fallbacks = r.References("fallbacks", nameof(Model), FallbacksMax),
            ContextFallbacks = r.References("contextFallbacks", nameof(Model), FallbacksMax),
            ContentFallbacks = r.References("contentFallbacks", nameof(Model), FallbacksMax),
            Affinity = r.Value("affinity", Forms.OneOf<Affinity>(), Affinity.Conversation),
            AffinitySlowerMax = r.Value("affinitySlowerMax", Forms.Int(1, 100), 2),
            Hedging = r.OptionalObject("hedging", Hedging),
            Continuation = r.Value("continuation", Forms.Flag(), false),
            KeepAliveAfter = r.Value("keepAliveAfter", Forms.Span(TimeSpan.Zero, TimeSpan.FromMinutes(10)), Resources.Model.KeepAliveAfterDefault),
            RetryEmptyAnswer = r.Value("retryEmptyAnswer", Forms.Flag(), false),
            MinOutputTokens = r.Value("minOutputTokens", Forms.Int(1, 1_000_000), Resources.Model.MinOutputTokensDefault),
            RemoteFiles = r.OptionalObject("remoteFiles", RemoteFiles),
        };
        if (model.Targets.Count > 0 && model.Targets.All(target => target.Weight == 0))
        {
            r.Add("targets", "every target has weight 0; none would be called");
        }

        return model;
    }

    private static ModelTarget Target(SpecReader r) => new()
    {
        Provider = r.RequiredReference("provider", nameof(Provider)),
        Model = r.Required("model", Forms.Matching(Alias(), "a model name: letters, digits and . _ : / @ -, at most 256")),
        Weight = r.Value("weight", Forms.Int(0, 10_000), 100),
        Priority = r.Value("priority", Forms.Int(0, 1_000), 0),
        Prices = r.Object("prices", Prices, new Prices()),
        Capabilities = r.Object("capabilities", Capabilities, new Capabilities()),
        Timeouts = r.OptionalObject("timeouts", Timeouts),
    };

    private static TargetTimeouts Timeouts(SpecReader r) => new()
    {
        FirstToken = r.Optional("firstToken", Forms.Span(TimeSpan.Zero, CommonReaders.Day)),
        InterToken = r.Optional("interToken", Forms.Span(TimeSpan.Zero, CommonReaders.Day)),
        Total = r.Optional("total", Forms.Span(TimeSpan.Zero, CommonReaders.Day)),
    };

    private static Prices Prices(SpecReader r) => new()
    {
        Input = r.Value("input", Forms.Money(), default),
        CachedInput = r.Optional("cachedInput", Forms.Money()),
        CacheWrite = r.Optional("cacheWrite", Forms.Money()),
        CacheWriteLong = r.Optional("cacheWriteLong", Forms.Money()),
        Output = r.Value("output", Forms.Money(), default),
        Reasoning = r.Optional("reasoning", Forms.Money()),
        Request = r.Value("request", Forms.Money(), default),
    };

    private static Capabilities Capabilities(SpecReader r)
    {
        var defaults = new Capabilities();
        return new Capabilities
        {
            Api = [.. r.Values("api", Forms.OneOf<ModelApi>(), max: 8).Distinct().Order()],
            Context = r.Value("context", Forms.Count(0, 1_000_000_000), defaults.Context),
            MaxOutput = r.Value("maxOutput", Forms.Count(0, 1_000_000_000), defaults.MaxOutput),
            Tools = r.Value("tools", Forms.Flag(), defaults.Tools),
            Images = r.Value("images", Forms.Flag(), defaults.Images),
            Schema = r.Value("schema", Forms.OneOf<SchemaSupport>(), defaults.Schema),
            Prefill = r.Value("prefill", Forms.Flag(), defaults.Prefill),
            Reasoning = r.Value("reasoning", Forms.OneOf<ReasoningSupport>(), defaults.Reasoning),
            StreamOptions = r.Value("streamOptions", Forms.Flag(), defaults.StreamOptions),
            Sampling = r.Optional("sampling", Forms.Flag()),
            LogProbs = r.Optional("logProbs", Forms.Flag()),
            OutputLimitField = r.Optional("outputLimitField", Forms.OneOf<OutputLimitField>()),
        };
    }

    private static RemoteFiles RemoteFiles(SpecReader r)
    {
        var defaults = new RemoteFiles();
        var files = new RemoteFiles
        {
            Hosts = r.Texts("hosts", Forms.Matching(Host(), "a host name such as files.example.com, or *.example.com"), max: 64),
            MaxBytes = r.Value("maxBytes", Forms.Bytes(1, 64 * 1024 * 1024), defaults.MaxBytes),
            Timeout = r.Value("timeout", Forms.Span(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)), defaults.Timeout),
        };
        if (files.Hosts.Count == 0)
        {
            r.AddHere("names no hosts; no file would be fetched");
        }

        return files;
    }

    private static Hedging Hedging(SpecReader r)
    {
        var defaults = new Hedging();
        return new Hedging
        {
            After = r.Value("after", Forms.Matching(Percentile(), "a percentile from p50 to p99"), defaults.After),
            Max = r.Value("max", Forms.Portion(0, 0.02), defaults.Max),
        };
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:/@-]{0,255}\z")]
    private static partial Regex Alias();

    [GeneratedRegex(@"\A(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\z")]
    private static partial Regex Host();

    [GeneratedRegex(@"\Ap[5-9][0-9]\z")]
    private static partial Regex Percentile();
}
