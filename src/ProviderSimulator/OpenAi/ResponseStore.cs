using GlobalGateway.ProviderSimulator.Answers;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>The latest stored responses of one vendor; the oldest give way.</summary>
internal sealed class ResponseStore
{
    public const int ResponsesMax = 2048;

    private readonly Lock gate = new();
    private readonly Dictionary<string, StoredResponse> byId = [];
    private readonly Queue<string> order = new();

    public void Keep(StoredResponse response)
    {
        lock (gate)
        {
            if (byId.TryAdd(response.Id, response))
            {
                order.Enqueue(response.Id);
            }
            while (order.Count > ResponsesMax)
            {
                byId.Remove(order.Dequeue());
            }
        }
    }

    public StoredResponse? Find(string id)
    {
        lock (gate)
        {
            return byId.GetValueOrDefault(id);
        }
    }

    public bool Remove(string id)
    {
        lock (gate)
        {
            // Its place in the order stays until it is the oldest; removing again is harmless.
            return byId.Remove(id);
        }
    }
}
