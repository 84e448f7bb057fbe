using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>
/// The table of provider errors: what a status and body mean for the request, the credential and the target.
/// The first row that fits decides; a row with a text fits when the body holds it.
/// </summary>
public static class ProviderErrors
{
    private readonly record struct Row(int From, int To, string? Text, AttemptOutcome Outcome, ProviderFormat? Format = null);

    private static readonly Row[] Table =
    [
        new(400, 400, "credit balance", AttemptOutcome.CredentialRefused, ProviderFormat.Anthropic),
        new(400, 400, "context_length_exceeded", AttemptOutcome.ContextTooLong),
        new(400, 400, "prompt is too long", AttemptOutcome.ContextTooLong, ProviderFormat.Anthropic),
        new(400, 400, "exceeds the maximum number of tokens allowed", AttemptOutcome.ContextTooLong, ProviderFormat.Gemini),
        new(400, 400, "content_filter", AttemptOutcome.ContentFiltered),
        new(400, 400, "content_policy_violation", AttemptOutcome.ContentFiltered),
        new(400, 400, "invalid_encrypted_content", AttemptOutcome.ItemMissing),
        new(400, 400, "billing_hard_limit_reached", AttemptOutcome.CredentialRefused),
        new(400, 400, "API key not valid", AttemptOutcome.CredentialRefused, ProviderFormat.Gemini),
        new(401, 403, null, AttemptOutcome.CredentialRefused),
        new(404, 404, "Item with id", AttemptOutcome.ItemMissing),
        new(404, 404, null, AttemptOutcome.ModelMissing),
        new(408, 408, null, AttemptOutcome.ServerError),
        new(409, 409, null, AttemptOutcome.ServerError),
        new(413, 413, null, AttemptOutcome.ContextTooLong),
        new(429, 429, "insufficient_quota", AttemptOutcome.CredentialRefused),
        new(429, 429, "billing", AttemptOutcome.CredentialRefused, ProviderFormat.OpenAI),
        new(429, 429, null, AttemptOutcome.RateLimited),
        new(400, 499, null, AttemptOutcome.ClientError),
        new(100, 399, null, AttemptOutcome.BadBody),
        new(500, 999, null, AttemptOutcome.ServerError),
    ];

    public static AttemptOutcome Classify(ProviderFormat format, int status, ReadOnlySpan<byte> body)
    {
        Span<byte> text = stackalloc byte[64];
        foreach (var row in Table)
        {
            if (status >= row.From && status <= row.To && (row.Format is null || row.Format == format)
                && (row.Text is null || body.IndexOf(text[..System.Text.Encoding.UTF8.GetBytes(row.Text, text)]) >= 0))
            {
                return row.Outcome;
            }
        }

        return AttemptOutcome.ServerError;
    }

    /// <summary>
    /// Whether a provider's error is known not to be billed. Azure bills prompts that it filtered, found too long or gave up on;
    /// Gemini says that nothing is billed but answers; of the others a server's failure may have worked on the prompt before, a
    /// server that is too busy has not.
    /// </summary>
    public static bool IsUnbilled(ProviderFormat format, int status, AttemptOutcome outcome) => format switch
    {
        ProviderFormat.AzureOpenAI => status is >= 400 and < 500 and not 408 && outcome is not (AttemptOutcome.ContentFiltered or AttemptOutcome.ContextTooLong),
        ProviderFormat.Gemini => status >= 400,
        _ => status is >= 400 and < 500 and not 408 or 503 or 529,
    };
}
