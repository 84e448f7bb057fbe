using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace GlobalGateway.Replication.RateLimits.Loans;

/// <summary>What a member could lend, as it is stored.</summary>
internal sealed record LoanOffer(string Member, IReadOnlyDictionary<string, double> Spare);

/// <summary>How offers and letters are stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LoanOffer))]
[JsonSerializable(typeof(LoanLetter))]
internal sealed partial class LoanJson : JsonSerializerContext
{
    /// <summary>One that cannot be read is one lost: null.</summary>
    public static T? Read<T>(string text, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(text, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
