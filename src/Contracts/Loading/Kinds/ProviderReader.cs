using System.Text.RegularExpressions;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading.Kinds;

internal static partial class ProviderReader
{
    public static Provider Read(ResourceHeader header, SpecReader r)
    {
        var format = r.Required("format", Forms.OneOf<ProviderFormat>());
        var provider = new Provider
        {
            Name = header.Name,
            Labels = header.Labels,
            Format = format,
            Endpoints = r.List("endpoints", endpoint => Endpoint(endpoint, format), min: 1, max: 64),
            Credentials = CommonReaders.Credentials(r),
            Timeouts = r.Object("timeouts", Timeouts, new Timeouts()),
            CircuitBreaker = r.Object("circuitBreaker", CommonReaders.CircuitBreaker, new CircuitBreaker()),
            Bulkhead = r.Object("bulkhead", CommonReaders.Bulkhead, new Bulkhead()),
            Retry = r.Object("retry", Retry, new Retry()),
            Health = r.OptionalObject("health", Health),
        };
        CommonReaders.Unique(r, "endpoints", provider.Endpoints, endpoint => endpoint.Name);
        return provider;
    }

    private static Timeouts Timeouts(SpecReader r)
    {
        var defaults = new Timeouts();
        return new Timeouts
        {
            Connect = r.Value("connect", Forms.Span(TimeSpan.Zero, TimeSpan.FromMinutes(5)), defaults.Connect),
            FirstToken = r.Value("firstToken", Forms.Span(TimeSpan.Zero, CommonReaders.Day), defaults.FirstToken),
            InterToken = r.Value("interToken", Forms.Span(TimeSpan.Zero, CommonReaders.Day), defaults.InterToken),
            Total = r.Value("total", Forms.Span(TimeSpan.Zero, CommonReaders.Day), defaults.Total),
        };
    }

    private static ProviderEndpoint Endpoint(SpecReader r, ProviderFormat format)
    {
        var endpoint = new ProviderEndpoint
        {
            Name = r.Value("name", Forms.Label(), "default"),
            Url = r.Required("url", UrlForm.Http()),
            Region = r.Reference("region", nameof(Region)),
            Weight = r.Value("weight", Forms.Int(0, 10_000), 100),
            ApiVersion = r.OptionalText("apiVersion", Forms.Matching(DatedVersion(), "a version such as 2024-10-21")),
        };
        if (endpoint.ApiVersion is not null && format != ProviderFormat.AzureOpenAI)
        {
            r.Add("apiVersion", "is only for format azure-openai");
        }

        return endpoint;
    }

    private static Retry Retry(SpecReader r)
    {
        var defaults = new Retry();
        return new Retry
        {
            Budget = r.Value("budget", Forms.Portion(0, 1), defaults.Budget),
            AttemptsPerTarget = r.Value("attemptsPerTarget", Forms.Int(1, 5), defaults.AttemptsPerTarget),
        };
    }

    private static HealthProbe Health(SpecReader r) => new()
    {
        Probe = r.Required("probe", Forms.Matching(RelativePath(), "a path such as /models")),
        Every = r.Value("every", Forms.Span(CommonReaders.Second, CommonReaders.Hour), TimeSpan.FromSeconds(10)),
    };

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\d(-preview)?\z")]
    private static partial Regex DatedVersion();

    [GeneratedRegex(@"\A/[A-Za-z0-9._~/-]*\z")]
    private static partial Regex RelativePath();
}
