using GlobalGateway.Contracts.Values;

namespace GlobalGateway.EdgeNode.Hosting;

/// <summary>The durations of <see cref="EdgeOptions"/>, parsed.</summary>
public sealed record EdgeTimings(TimeSpan DrainDelay, TimeSpan DrainTimeout)
{
    public static readonly TimeSpan DrainDelayMax = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan DrainTimeoutMax = TimeSpan.FromHours(1);

    /// <summary>Adds what is wrong to <paramref name="errors"/>.</summary>
    public static EdgeTimings Parse(EdgeOptions options, List<string> errors) =>
        new(Read("drainDelay", options.DrainDelay, DrainDelayMax, errors), Read("drainTimeout", options.DrainTimeout, DrainTimeoutMax, errors));

    private static TimeSpan Read(string name, string text, TimeSpan max, List<string> errors)
    {
        if (!Duration.TryParse(text, out var value) || value > max)
        {
            errors.Add($"edge.{name}: \"{text}\" is not a duration from 0s to {Duration.Format(max)}");
        }

        return value;
    }
}
