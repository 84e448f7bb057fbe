using System.Globalization;

namespace GlobalGateway.Faults.Fleet;

/// <summary>Where random tests begin: the same on every run, unless <c>GG_FAULT_SEED</c> names another number.</summary>
public static class Seeds
{
    private const int Usual = 20_261_121;

    public static int First { get; } = Environment.GetEnvironmentVariable("GG_FAULT_SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : Usual;
}
