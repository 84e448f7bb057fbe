using GlobalGateway.Contracts.Loading.Yaml;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading.Kinds;

/// <summary>The kinds that govern how the fleet as a whole behaves.</summary>
internal static class FleetReaders
{
    public static FailoverPolicy FailoverPolicy(ResourceHeader header, SpecReader r)
    {
        var policy = new FailoverPolicy
        {
            Name = header.Name,
            Labels = header.Labels,
            Regions = r.Map("regions", 64, (entry, path) => Priority(r, entry, path)),
            HealthCheckInterval = r.Value("healthCheckInterval", Forms.Span(CommonReaders.Second, CommonReaders.Hour), TimeSpan.FromSeconds(10)),
            DownAfter = r.Value("downAfter", Forms.Int(1, 100), 3),
            UpAfter = r.Value("upAfter", Forms.Int(1, 100), 6),
            AutoFailover = r.Value("autoFailover", Forms.Flag(), true),
            ManualApproval = r.Value("manualApproval", Forms.Flag(), false),
            MinRegionsServing = r.Value("minRegionsServing", Forms.Int(1, 64), 1),
            MaxShiftPercent = r.Value("maxShiftPercent", Forms.Int(1, 100), 100),
            HoldDown = r.Value("holdDown", Forms.Span(TimeSpan.Zero, CommonReaders.Day), TimeSpan.FromMinutes(5)),
            Dns = r.Object("dns", Dns, new DnsPolicy()),
        };
        if (policy.Regions.Count > 0 && policy.MinRegionsServing > policy.Regions.Count)
        {
            r.Add("minRegionsServing", $"{policy.MinRegionsServing} regions must serve, but the policy has only {policy.Regions.Count}");
        }

        return policy;
    }

    public static RolloutPolicy RolloutPolicy(ResourceHeader header, SpecReader r) => new()
    {
        Name = header.Name,
        Labels = header.Labels,
        Stages = r.List("stages", Stage, max: 128),
        MaxBake = r.Value("maxBake", Forms.Span(CommonReaders.Second, TimeSpan.FromDays(30)), TimeSpan.FromHours(2)),
        Gates = r.Object("gates", Gates, new RolloutGates()),
    };

    private static RegionPriority? Priority(SpecReader r, YamlEntry entry, string path)
    {
        r.Context.Refer(new ResourceReference(nameof(Region), entry.Key.Text, entry.Key.At, path, Pattern: false));
        return r.Nested(entry.Value, path, region => new RegionPriority { Priority = region.Value("priority", Forms.Int(0, 1_000), 100) });
    }

    private static DnsPolicy Dns(SpecReader r) => new()
    {
        Ttl = r.Value("ttl", Forms.Span(CommonReaders.Second, TimeSpan.FromSeconds(30)), TimeSpan.FromSeconds(20)),
        AnswerRegions = r.Value("answerRegions", Forms.Int(1, 2), 1),
    };

    private static RolloutStage Stage(SpecReader r)
    {
        var stage = new RolloutStage
        {
            Canary = r.Reference("canary", nameof(Region)),
            Region = r.Reference("region", nameof(Region)),
            Bake = r.Required("bake", Forms.Span(TimeSpan.Zero, TimeSpan.FromDays(30))),
        };
        if (r.Has("canary") == r.Has("region"))
        {
            r.AddHere("exactly one of canary and region is needed");
        }

        return stage;
    }

    private static RolloutGates Gates(SpecReader r)
    {
        var defaults = new RolloutGates();
        return new RolloutGates
        {
            ErrorRatio = r.Value("errorRatio", Forms.Portion(0, 1), defaults.ErrorRatio),
            DenialRatio = r.Value("denialRatio", Forms.Portion(0, 1), defaults.DenialRatio),
            LatencyP99 = r.Value("latencyP99", Forms.Portion(0, 100), defaults.LatencyP99),
            Restarts = r.Value("restarts", Forms.Int(0, 1_000), defaults.Restarts),
        };
    }
}
