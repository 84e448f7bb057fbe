namespace GlobalGateway.Contracts.Fleet;

/// <summary>
/// What of a request decides whether it is allowed and where it goes, and nothing else: no body, no query value, no address, no key.
/// Edges keep a few per tenant; a change of the configuration is tried on them before it is rolled out.
/// </summary>
/// <param name="Key">The name of the client key in its tenant.</param>
/// <param name="Operation">Such as <c>chatCompletions</c>.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="SizeBucket">The body's size as a power of two: 2^n bytes hold it.</param>
/// <param name="TokenBucket">The prompt's tokens likewise.</param>
/// <param name="Flags">Features the request asked for, such as <c>stream</c>, <c>tools</c>, <c>images</c>.</param>
/// <param name="Headers">Only headers that some Route matches: name and the first 16 digits of the value's SHA-256.</param>
/// <param name="Allowed">Whether the edge let it through.</param>
/// <param name="Weight">How many requests it stands for.</param>
/// <param name="Model">As the client named it; absent on a plain route.</param>
/// <param name="Route">The Route that matched; absent on a model's API.</param>
/// <param name="Path">Of plain routes only: the path, without its query.</param>
public sealed record RequestShape(
    string Tenant,
    string Key,
    string Operation,
    string Method,
    int SizeBucket,
    int TokenBucket,
    IReadOnlyList<string> Flags,
    IReadOnlyDictionary<string, string> Headers,
    bool Allowed,
    double Weight,
    string? Model = null,
    string? Route = null,
    string? Path = null);
