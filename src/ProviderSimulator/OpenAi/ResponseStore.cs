using GlobalGateway.ProviderSimulator.Answers;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>The latest stored responses of one vendor; the oldest give way.</summary>
internal sealed class ResponseStore
{
    public const int ResponsesMax = 2048;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoredResponse> _byId = [];
    private readonly Queue<string> _order = new();

    public void Keep(StoredResponse response)
    {
        lock (_gate)
        {
            if (_byId.TryAdd(response.Id, response))
            {
                _order.Enqueue(response.Id);
            }
            while (_order.Count > ResponsesMax)
            {
                _byId.Remove(_order.Dequeue());
            }
        }
    }

    public StoredResponse? Find(string id)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(id);
        }
    }

    public bool Remove(string id)
    {
        lock (_gate)
        {
            // Its place in the order stays until it is the oldest; removing again is harmless.
            return _byId.Remove(id);
        }
    }
}
