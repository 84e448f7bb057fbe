using System.Text.RegularExpressions;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.OpenAi;

namespace GlobalGateway.ProviderSimulator.Azure;

/// <summary>Checks the <c>api-version</c> query: dated paths need a date, <c>/openai/v1</c> takes none or <c>v1</c> or <c>preview</c>.</summary>
internal static partial class AzureGate
{
    public static PreparedAnswer? RequireVersion(ApiRequest api)
    {
        var version = api.Query["api-version"].ToString();
        var fits = api.PathModel is null || api.Path.Contains("/openai/v1/", StringComparison.Ordinal) ? version is "" or "v1" or "preview" or "latest" : Dated().IsMatch(version);
        return fits ? null : OpenAiErrors.AzureAnswer(404, "404", "Resource not found");
    }

    [GeneratedRegex(@"^20\d\d-\d\d-\d\d(-preview)?$")]
    private static partial Regex Dated();
}
