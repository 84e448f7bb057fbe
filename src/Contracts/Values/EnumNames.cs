using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GlobalGateway.Contracts.Values;

/// <summary>The names of an enum as resources write them: the same that its JSON converter uses.</summary>
internal static class EnumNames<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T>
    where T : struct, Enum
{
    private static readonly (string Name, T Value)[] Table = Build();

    public static IEnumerable<string> All => Table.Select(entry => entry.Name);

    public static bool TryParse(string text, out T value)
    {
        foreach (var entry in Table)
        {
            if (entry.Name == text)
            {
                value = entry.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    private static (string Name, T Value)[] Build()
    {
        var converter = typeof(T).GetCustomAttribute<JsonConverterAttribute>()?.ConverterType;
        var camelCase = converter == typeof(CamelCaseEnumConverter<T>);
        return [.. Enum.GetNames<T>().Select(name => (NameOf(name, camelCase), Enum.Parse<T>(name)))];
    }

    private static string NameOf(string name, bool camelCase) =>
        typeof(T).GetField(name)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
        ?? (camelCase ? JsonNamingPolicy.CamelCase.ConvertName(name) : name);
}
