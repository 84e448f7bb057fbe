using System.Collections.Concurrent;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Ledger.InProcess;

/// <summary>What a provider really did, call by call; nothing that is tested writes it.</summary>
internal sealed class Bill
{
    private readonly ConcurrentDictionary<string, SpendVector> _calls = new();

    public IReadOnlyDictionary<string, SpendVector> Calls => _calls;

    public SpendVector Total => _calls.Values.Aggregate(SpendVector.Zero, (sum, one) => sum + one);

    /// <param name="used">What the provider bills, whatever the gateway makes of it.</param>
    public void Add(string request, SpendVector used)
    {
        if (!_calls.TryAdd(request, used))
        {
            throw new InvalidOperationException($"{request} is billed twice");
        }
    }
}
