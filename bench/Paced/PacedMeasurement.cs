namespace GlobalGateway.Bench.Paced;

/// <summary>What the readers of many paced streams saw behind one target.</summary>
internal sealed class PacedMeasurement(string target, int streams)
{
    private readonly List<float> _firstTokens = [];
    private readonly List<float> _delays = [];
    private bool _sorted;

    public string Target => target;

    /// <summary>Open at once.</summary>
    public int Streams => streams;

    public long Tokens { get; private set; }

    /// <summary>Tokens that did not come, or not in their order.</summary>
    public long Missed { get; private set; }

    /// <summary>Processor cores the target's process kept busy; 0 for the upstream itself.</summary>
    public double Cores { get; set; }

    public void Add(PacedReader reader)
    {
        _firstTokens.AddRange(reader.FirstTokenMs);
        _delays.AddRange(reader.DelayMs);
        Tokens += reader.Tokens;
        Missed += reader.Missed;
        _sorted = false;
    }

    /// <summary>From sending the request to the first token.</summary>
    public double FirstTokenMs(double quantile) => At(_firstTokens, quantile);

    /// <summary>From the upstream's sending a token to the client's having it.</summary>
    public double TokenDelayMs(double quantile) => At(_delays, quantile);

    private double At(List<float> values, double quantile)
    {
        if (!_sorted)
        {
            _firstTokens.Sort();
            _delays.Sort();
            _sorted = true;
        }

        return values.Count == 0 ? 0 : values[Math.Min(values.Count - 1, (int)(quantile * values.Count))];
    }
}
