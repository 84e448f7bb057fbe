using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>What would change the answer and a target cannot take: said in one place, in the same words for every dialect.</summary>
internal static class Refusals
{
    /// <param name="stops">How many stop sequences the dialect takes.</param>
    /// <exception cref="TranslationException">Names the field as clients of the chat API know it.</exception>
    public static void Check(ChatRequest request, ModelEndpoint target, int stops = int.MaxValue)
    {
        if (request.Candidates > 1)
        {
            throw new TranslationException("n", "This target gives one answer per request.");
        }

        if (request.TopLogProbs is not null)
        {
            throw new TranslationException("logprobs", "\"logprobs\" are not available from this target.");
        }

        if (request.Stop.Count > stops)
        {
            throw new TranslationException("stop", stops == 0 ? "This target takes no stop sequences." : $"This target takes at most {stops} stop sequences.");
        }

        if (request.Tools.Count > 0 && !target.Capabilities.Tools)
        {
            throw new TranslationException("tools", "This target calls no tools.");
        }

        if (!target.Capabilities.Images && request.Turns.Any(t => t.Parts.Any(HasImage)))
        {
            throw new TranslationException("messages", "This target takes no images.");
        }
    }

    private static bool HasImage(Part part) => part is ImagePart || part is ToolResultPart result && result.Content.Any(HasImage);
}
