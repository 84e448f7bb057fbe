using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading;

/// <summary>A resource with what is needed to check it against the others.</summary>
/// <param name="Layer">0 for the innermost base; a higher one replaces a lower one's resource of the same id.</param>
internal sealed record LoadedResource(Resource Resource, LoadContext Context, ResourceSource Source, int Layer);
