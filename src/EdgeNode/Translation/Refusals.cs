using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>What would change the answer and a target cannot take: said in one place, in the same words for every dialect.</summary>
internal static class Refusals
{
    /// <param name="stops">How many stop sequences the dialect takes.</param>
    /// <param name="candidates">How many answers it gives at once.</param>
    /// <param name="logProbs">It has a word for the probabilities of tokens, and targets have them unless they declare otherwise; nothing where it has no word.</param>
    /// <exception cref="TranslationException">Names the field as clients of the chat API know it.</exception>
    public static void Check(ChatRequest request, ModelEndpoint target, int stops = int.MaxValue, int candidates = 1, bool? logProbs = null)
    {
        if (request.Candidates > candidates)
        {
            throw new TranslationException("n", candidates == 1 ? "This target gives one answer per request." : $"This target gives at most {candidates} answers per request.");
        }

        if (request.Candidates > 1 && request.AnswerTool is not null)
        {
            throw new TranslationException("n", "This target gives one answer per request where a tool stands in for \"response_format\".");
        }

        if (request.TopLogProbs is not null && (logProbs is not { } usually || !(target.Capabilities.LogProbs ?? usually)))
        {
            throw new TranslationException("logprobs", "\"logprobs\" are not available from this target.");
        }

        if (request.Stop.Count > stops)
        {
            throw new TranslationException("stop", $"This target takes at most {stops} stop sequences.");
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
