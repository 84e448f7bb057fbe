using System.Collections.Frozen;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Limits;
using GlobalGateway.EdgeNode.Quota;

namespace GlobalGateway.EdgeNode.Tenancy;

/// <summary>One client key and what it may do, resolved when the configuration was compiled.</summary>
public sealed class ClientIdentity
{
    public required Tenant Tenant { get; init; }

    /// <summary>The tenant's place among the bundle's tenants, in the order of their names.</summary>
    public required int TenantNumber { get; init; }

    public required ClientKey Key { get; init; }

    /// <summary>The key's SHA-256.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Names of models this key may use.</summary>
    public required FrozenSet<string> Models { get; init; }

    public required FrozenSet<string> Routes { get; init; }

    /// <summary>Limits that hold whatever the model; checked before the body is read.</summary>
    public required CompiledLimit[] Limits { get; init; }

    /// <summary>Limits of certain models, and all that count tokens; checked when the body is known.</summary>
    public required CompiledLimit[] BodyLimits { get; init; }

    /// <summary>Budgets that its requests are charged to, at least those to some models.</summary>
    public required CompiledBudget[] Budgets { get; init; }

    public bool MayUse(string model) => Models.Contains(model);
}
