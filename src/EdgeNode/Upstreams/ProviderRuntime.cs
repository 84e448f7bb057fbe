using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.EdgeNode.Upstreams;

/// <summary>One provider as this edge calls it: connections, secrets, how many calls at once, how many repeats.</summary>
public sealed class ProviderRuntime
{
    public required Provider Resource { get; init; }

    /// <summary>In order of use; empty where the provider needs none.</summary>
    public required UpstreamCredential[] Credentials { get; init; }

    public required ProviderBulkhead Bulkhead { get; init; }

    public required RetryBudget RetryBudget { get; init; }

    public required UpstreamConnections Connections { get; init; }

    /// <summary>Hosts the installer lets credentials go to.</summary>
    public required IReadOnlySet<string> CredentialHosts { get; init; }

    public string Name => Resource.Name;

    /// <summary>Whether the edge may and can authenticate there.</summary>
    public bool CanCall(ProviderEndpoint endpoint) => WhyNot(endpoint) is null;

    /// <summary>What keeps this edge from calling the endpoint; absent when nothing does.</summary>
    public string? WhyNot(ProviderEndpoint endpoint)
    {
        if (Credentials.Length == 0)
        {
            return null;
        }

        if (!CredentialHosts.Contains(new Uri(endpoint.Url).Host))
        {
            return $"{new Uri(endpoint.Url).Host} is not in this edge's credentialHosts";
        }

        foreach (var credential in Credentials)
        {
            if (credential.Secret is not null)
            {
                return null;
            }
        }

        return $"no secret for credential {string.Join(", ", Credentials.Select(c => c.Name))}";
    }

    /// <summary>The first credential with a secret that is not cooling down; -1 when there is none.</summary>
    public int PickCredential()
    {
        for (var i = 0; i < Credentials.Length; i++)
        {
            if (Credentials[i].Secret is not null && !Credentials[i].CoolingDown)
            {
                return i;
            }
        }

        return -1;
    }
}
