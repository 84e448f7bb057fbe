using System.Text.RegularExpressions;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading.Kinds;

internal static partial class RouteReader
{
    // What belongs to the connection or to the gateway's own policy; a transform that set it would break framing or tenancy.
    private static readonly string[] ReservedHeaders =
        ["connection", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "authorization", "cookie", "set-cookie"];

    public static Route Read(ResourceHeader header, SpecReader r) => new()
    {
        Name = header.Name,
        Labels = header.Labels,
        Match = r.RequiredObject("match", Match),
        Service = r.RequiredObject("service", Service),
        Transforms = r.List("transforms", Transform, max: 32),
        Timeouts = r.Object("timeouts", Timeouts, new RouteTimeouts()),
        Cost = r.Object("cost", Cost, new RouteCost()),
        CircuitBreaker = r.Object("circuitBreaker", CommonReaders.CircuitBreaker, new CircuitBreaker()),
        Bulkhead = r.Object("bulkhead", CommonReaders.Bulkhead, new Bulkhead()),
    };

    private static RouteMatch Match(SpecReader r) => new()
    {
        Path = r.Required("path", Forms.Matching(MatchPath(), "an absolute path; its last segment may be **")),
        Host = r.OptionalText("host", Forms.Matching(HostName(), "a host name in lower case")),
        Methods = [.. r.Texts("methods", Forms.Matching(Method(), "a method such as GET or POST, in capitals"), max: 16).Order(StringComparer.Ordinal)],
        Headers = r.List("headers", NameValue, max: 16),
        Query = r.List("query", NameValue, max: 16),
    };

    private static NameValue NameValue(SpecReader r) => new()
    {
        Name = r.Required("name", Forms.Matching(HeaderName(), "a name of letters, digits and -")),
        Value = r.OptionalText("value", Forms.Text()),
    };

    private static RouteService Service(SpecReader r)
    {
        var service = new RouteService
        {
            Endpoints = r.List("endpoints", Endpoint, min: 1, max: 64),
            Strategy = r.Value("strategy", Forms.OneOf<Strategy>(), Strategy.LeastRequests),
            Credentials = CommonReaders.Credentials(r),
        };
        CommonReaders.Unique(r, "endpoints", service.Endpoints, endpoint => endpoint.Url);
        if (service.Endpoints.Count > 0 && service.Endpoints.All(endpoint => endpoint.Weight == 0))
        {
            r.Add("endpoints", "every endpoint has weight 0; none would be called");
        }

        return service;
    }

    private static ServiceEndpoint Endpoint(SpecReader r) => new()
    {
        Url = r.Required("url", UrlForm.Http()),
        Region = r.Reference("region", nameof(Region)),
        Weight = r.Value("weight", Forms.Int(0, 10_000), 100),
        Priority = r.Value("priority", Forms.Int(0, 1_000), 0),
    };

    private static RouteTransform Transform(SpecReader r)
    {
        string[] members = ["setRequestHeader", "removeRequestHeader", "setResponseHeader", "removeResponseHeader", "pathPrefix", "pathRemovePrefix"];
        var transform = new RouteTransform
        {
            SetRequestHeader = r.OptionalObject(members[0], Header),
            RemoveRequestHeader = r.OptionalText(members[1], ChangeableHeader),
            SetResponseHeader = r.OptionalObject(members[2], Header),
            RemoveResponseHeader = r.OptionalText(members[3], ChangeableHeader),
            PathPrefix = r.OptionalText(members[4], Forms.Matching(PlainPath(), "a path such as /api")),
            PathRemovePrefix = r.OptionalText(members[5], Forms.Matching(PlainPath(), "a path such as /api")),
        };
        if (members.Count(r.Has) != 1)
        {
            r.AddHere($"exactly one of {string.Join(", ", members)} is needed");
        }

        return transform;
    }

    private static NameValue Header(SpecReader r) => new()
    {
        Name = r.Required("name", ChangeableHeader),
        Value = r.Required("value", Forms.Text()),
    };

    private static RouteTimeouts Timeouts(SpecReader r)
    {
        var defaults = new RouteTimeouts();
        return new RouteTimeouts
        {
            Connect = r.Value("connect", Forms.Span(TimeSpan.Zero, TimeSpan.FromMinutes(5)), defaults.Connect),
            Total = r.Value("total", Forms.Span(TimeSpan.Zero, CommonReaders.Day), defaults.Total),
        };
    }

    private static RouteCost Cost(SpecReader r) => new() { PerRequest = r.Value("perRequest", Forms.Money(), default) };

    private static Parsed<string> ChangeableHeader(string text) =>
        !HeaderName().IsMatch(text) ? Forms.Problem<string>($"{Forms.Quote(text)} is not a header name")
        : ReservedHeaders.Contains(text.ToLowerInvariant()) ? Forms.Problem<string>($"{Forms.Quote(text)} is not a transform's to change")
        : text;

    [GeneratedRegex(@"\A/([A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*/?|([A-Za-z0-9._~-]+/)*\*\*)?\z")]
    private static partial Regex MatchPath();

    [GeneratedRegex(@"\A(/[A-Za-z0-9._~-]+)+\z")]
    private static partial Regex PlainPath();

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\z")]
    private static partial Regex HostName();

    [GeneratedRegex(@"\A[A-Z]{3,16}\z")]
    private static partial Regex Method();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,128}\z")]
    private static partial Regex HeaderName();
}
