using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.OpenAi;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.Azure;

/// <summary>Azure OpenAI: OpenAI's shapes behind Azure's front door.</summary>
internal sealed class AzureVendor : OpenAiVendor
{
    private const string Denied = "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.";

    public override string Name => "azure-openai";

    public override string? CredentialOf(IHeaderDictionary headers)
    {
        var key = headers["api-key"].ToString();
        return key.Length > 0 ? key : base.CredentialOf(headers);
    }

    public override PreparedAnswer Unauthorized(string? key) => OpenAiErrors.AzureAnswer(401, "401", Denied);

    public override byte[] ErrorBody(int status) => status switch
    {
        401 => OpenAiErrors.AzureBody("401", Denied),
        404 => OpenAiErrors.AzureBody("DeploymentNotFound", "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again."),
        429 => OpenAiErrors.AzureBody("429", "Requests to the ChatCompletions_Create Operation under Azure OpenAI API have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 1 second."),
        500 => OpenAiErrors.AzureBody("InternalServerError", "Internal server error"),
        _ => base.ErrorBody(status),
    };

    public override PreparedAnswer NotFound(string method, string path) => OpenAiErrors.AzureAnswer(404, "404", "Resource not found");

    public override void WriteHeaders(IHeaderDictionary headers, string requestId, PreparedAnswer answer)
    {
        headers["x-request-id"] = requestId;
        headers["apim-request-id"] = requestId;
        headers["x-ms-region"] = "East US";
        headers["x-ratelimit-remaining-requests"] = "999";
        headers["x-ratelimit-remaining-tokens"] = "999000";
    }
}
