using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.Answers;

/// <summary>A request as an endpoint sees it: the body as read, and what the path said.</summary>
internal readonly record struct ApiRequest(string Method, string Path, IQueryCollection Query, IHeaderDictionary Headers, byte[] Body, string? PathModel);

/// <summary>One operation of a vendor's API.</summary>
internal sealed record Operation(string Name, Vendor Vendor, Func<ApiRequest, PreparedAnswer> Answer)
{
    public string Method { get; init; } = "POST";

    /// <summary>Checks made before the body is looked at, such as a required header; null passes.</summary>
    public Func<ApiRequest, PreparedAnswer?>? Precheck { get; init; }

    /// <summary>Whether the same bytes always get the same answer.</summary>
    public bool Cacheable { get; init; } = true;

    /// <summary>Whether a POST must carry JSON.</summary>
    public bool TakesBody { get; init; } = true;

    /// <summary>Called with an answer that has something to store, when it is about to be sent.</summary>
    public Action<PreparedAnswer>? Sent { get; init; }

    /// <summary>What besides the bytes the answer depends on, as one of a few fixed names.</summary>
    public Func<IHeaderDictionary, string>? Variant { get; init; }

    private readonly string _plainVariant = Vendor.Name + "/" + Name;

    public string CacheVariant(IHeaderDictionary headers) => Variant?.Invoke(headers) ?? _plainVariant;
}
